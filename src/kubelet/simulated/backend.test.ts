import assert from 'node:assert/strict';
import { request } from 'node:https';
import { text } from 'node:stream/consumers';
import { it } from 'node:test';
import { systemClock } from '../../kit/clock.ts';
import { silentLogger } from '../../kit/log.ts';
import { testAuthority } from '../../kit/x509/authority.fake.ts';
import { aPod } from '../../sim/objects/pod.ts';
import { startKubeletServer } from '../server/server.ts';
import { emptyView } from '../view/pod-view.ts';
import { simulatedBackend } from './backend.ts';
import { newContainer } from './pod-record.ts';

const pod = aPod('web', {}, { uid: 'u' });
const made = { id: 'c1', podSandboxId: 's', attempt: 0, at: 0 };
const container = newContainer(pod, { kind: 'main', spec: pod.spec!.containers[0]! }, made);
const running = {
  ...{ name: 'main', image: '', imageID: '', ready: true, restartCount: 0 },
  ...{ containerID: 'containerd://c1', state: { running: { startedAt: '2026-01-01T00:00:00Z' } } },
};

const backendOf = (nodeName: string) =>
  simulatedBackend({
    nodeName,
    pods: () => [{ ...pod, status: { phase: 'Running', containerStatuses: [running] } }],
    view: async (uid) => ({ ...emptyView(uid), containers: [container] }),
    summary: () => {
      throw new Error('not asked for');
    },
    unhealthy: () => undefined,
  });

it('one server stands for many nodes, and says that their containers have neither logs nor commands', async (t) => {
  const authority = testAuthority();
  const server = await startKubeletServer({
    backend: (name) => (name.startsWith('sim-') ? backendOf(name) : undefined),
    clock: systemClock,
    log: silentLogger,
    addresses: ['127.0.0.1'],
    port: 0,
    tls: { ...authority.server(), clientCa: authority.ca },
    authorize: async ({ name }) => name.startsWith('sim-'),
  });
  t.after(() => server.close());
  const call = (servername: string, path: string, method = 'GET') =>
    new Promise<string>((resolve, reject) => {
      const tls = { ca: authority.ca, servername, checkServerIdentity: () => undefined };
      const target = { host: '127.0.0.1', port: server.port, path, method, agent: false };
      const asking = request({ ...target, ...tls, ...authority.client('kube-apiserver', []) });
      asking.on('response', async (response) => resolve(`${response.statusCode} ${await text(response)}`));
      asking.on('error', reject);
      asking.end();
    });
  assert.equal(
    await call('sim-7', '/containerLogs/default/web/main'),
    '400 unable to retrieve container logs for containerd://c1: node sim-7 is simulated: its containers write no logs',
  );
  assert.equal(
    await call('sim-8', '/run/default/web/main?cmd=ls', 'POST'),
    '500 node sim-8 is simulated: its containers run no commands',
  );
  assert.equal(await call('sim-7', '/containerLogs/default/other/main'), '404 pod "other" does not exist');
  assert.equal(await call('real', '/healthz'), '404 404: there is no such node');
});
