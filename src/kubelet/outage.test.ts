// What a kubelet does while the API server is away: everything but talking to it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Lease } from '../api/kinds/coordination/v1/lease.ts';
import { ConfigMap } from '../api/kinds/core/v1/config-map.ts';
import { type Harness, startKubelet } from './testing/harness.fake.ts';
import { container, podOf } from './testing/pods.ts';

const MINUTE = 60_000;
const statusOf = async ({ pod }: Harness, name: string) => (await pod(name))?.status?.containerStatuses?.[0];

/** A pod whose liveness probe runs a command, and which needs a ConfigMap to start. */
async function createProbed({ client, create, phase }: Harness): Promise<void> {
  const metadata = { name: 'settings', namespace: 'default' };
  await client.create(ConfigMap, { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { a: '1' } });
  const main = container('main', {
    livenessProbe: { exec: { command: ['check'] }, periodSeconds: 5, failureThreshold: 2 },
    envFrom: [{ configMapRef: { name: 'settings' } }],
    volumeMounts: [{ name: 'settings', mountPath: '/settings' }],
  });
  const volumes = [{ name: 'settings', configMap: { name: 'settings' } }];
  await create(podOf('web', { containers: [main], volumes }));
  await phase('web', 'Running');
}

test('without the API a failing liveness probe restarts its container, and the status catches up', async (t) => {
  let healthy = true;
  const harness = await startKubelet(t, { exec: () => ({ exitCode: healthy ? 0 : 1, stdout: '' }) });
  const { clock, until, runtime, apiServer, events } = harness;
  await createProbed(harness);
  apiServer.setAway(true);
  await clock.step(5 * MINUTE);
  assert.equal(runtime.containers.size, 1);
  healthy = false;
  await until('the container is replaced', () => runtime.containers.size === 2, 1000);
  healthy = true;
  const latest = () => [...runtime.containers.values()].at(-1)!;
  await until('the new one runs', () => latest().state === 'running', 100);
  await clock.step(5 * MINUTE);
  assert.equal(latest().state, 'running');
  apiServer.setAway(false);
  const status = await until(
    'the status catches up',
    async () => {
      const found = await statusOf(harness, 'web');
      return found?.restartCount === 1 && found.ready ? found : undefined;
    },
    1000,
  );
  assert.equal(status.containerID, `containerd://${latest().id}`);
  assert.equal(status.lastState?.terminated?.exitCode, 143);
  await until('events arrive again', async () => (await events('web')).length > 0);
});

test('a container that crashes meanwhile is restarted, and the lease is renewed when the API is back', async (t) => {
  const harness = await startKubelet(t);
  const { client, clock, create, phase, until, runtime, apiServer } = harness;
  await create(podOf('web'));
  await phase('web', 'Running');
  apiServer.setAway(true);
  await clock.step(2 * MINUTE);
  runtime.exit([...runtime.containers.keys()][0]!, 1);
  await until(
    'another one runs',
    () => [...runtime.containers.values()].at(-1)!.config.metadata.attempt === 1,
    1000,
  );
  const back = clock.now();
  apiServer.setAway(false);
  await until(
    'the lease is renewed',
    async () => {
      const { spec } = await client.get(Lease, 'node1', 'kube-node-lease');
      return Date.parse(spec?.renewTime ?? '') >= back;
    },
    1000,
  );
  await until('the status', async () => (await statusOf(harness, 'web'))?.restartCount === 1, 1000);
});

test('a kubelet that starts without the API leaves running pods alone until it is back', async (t) => {
  const harness = await startKubelet(t);
  const { clock, create, phase, kubelet, restart, runtime, apiServer, until } = harness;
  await create(podOf('web'));
  await phase('web', 'Running');
  await kubelet.stop();
  const calls = () => runtime.calls.filter((call) => /^(start|stop|remove|run)/.test(call)).length;
  const before = calls();
  apiServer.setAway(true);
  const restarted = restart();
  await clock.step(5 * MINUTE);
  assert.equal(calls(), before);
  apiServer.setAway(false);
  let started = false;
  void restarted.then(() => (started = true));
  await until('the kubelet has started', () => started, 1000);
  await clock.step(MINUTE);
  assert.equal(calls(), before);
  assert.equal((await statusOf(harness, 'web'))?.restartCount, 0);
});
