// What a kubelet does while the API server is away: everything but talking to it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Lease } from '../api/kinds/coordination/v1/lease.ts';
import { ConfigMap } from '../api/kinds/core/v1/config-map.ts';
import { Pod } from '../api/kinds/core/v1/pod.ts';
import { type SimCluster, simCluster } from '../sim/cluster.ts';
import { aBoundPod, aContainer } from '../sim/objects/pod.ts';
import { eventsAbout, findPod, podInPhase } from '../sim/observe.ts';

const MINUTE = 60_000;
const statusOf = async (cluster: SimCluster, name: string) =>
  (await findPod(cluster, name))?.status?.containerStatuses?.[0];

/** A pod whose liveness probe runs a command, and which needs a ConfigMap to start. */
async function createProbed(cluster: SimCluster): Promise<void> {
  const { client } = cluster;
  const metadata = { name: 'settings', namespace: 'default' };
  await client.create(ConfigMap, { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { a: '1' } });
  const main = aContainer('main', {
    livenessProbe: { exec: { command: ['check'] }, periodSeconds: 5, failureThreshold: 2 },
    envFrom: [{ configMapRef: { name: 'settings' } }],
    volumeMounts: [{ name: 'settings', mountPath: '/settings' }],
  });
  const volumes = [{ name: 'settings', configMap: { name: 'settings' } }];
  await client.create(Pod, aBoundPod('web', { containers: [main], volumes }));
  await podInPhase(cluster, 'web', 'Running');
}

test('without the API a failing liveness probe restarts its container, and the status catches up', async (t) => {
  let healthy = true;
  const exec = () => ({ exitCode: healthy ? 0 : 1, stdout: '' });
  const cluster = await simCluster({ nodes: [{ runtime: { exec } }] }, t);
  const { clock } = cluster;
  const { runtime, apiServer } = cluster.node();
  await createProbed(cluster);
  apiServer.setAway(true);
  await clock.step(5 * MINUTE);
  assert.equal(runtime.containers.size, 1);
  healthy = false;
  await cluster.until('the container is replaced', () => runtime.containers.size === 2, 1000);
  healthy = true;
  const latest = () => [...runtime.containers.values()].at(-1)!;
  await cluster.until('the new one runs', () => latest().state === 'running', 100);
  await clock.step(5 * MINUTE);
  assert.equal(latest().state, 'running');
  apiServer.setAway(false);
  const status = await cluster.until(
    'the status catches up',
    async () => {
      const found = await statusOf(cluster, 'web');
      return found?.restartCount === 1 && found.ready ? found : undefined;
    },
    1000,
  );
  assert.equal(status.containerID, `containerd://${latest().id}`);
  assert.equal(status.lastState?.terminated?.exitCode, 143);
  await cluster.until('events arrive again', async () => (await eventsAbout(cluster, 'web')).length > 0);
});

test('a container that crashes meanwhile is restarted, and the lease is renewed when the API is back', async (t) => {
  const cluster = await simCluster({ nodes: 1 }, t);
  const { client, clock } = cluster;
  const { runtime, apiServer } = cluster.node();
  await cluster.client.create(Pod, aBoundPod('web'));
  await podInPhase(cluster, 'web', 'Running');
  apiServer.setAway(true);
  await clock.step(2 * MINUTE);
  runtime.exit([...runtime.containers.keys()][0]!, 1);
  await cluster.until(
    'another one runs',
    () => [...runtime.containers.values()].at(-1)!.config.metadata.attempt === 1,
    1000,
  );
  const back = clock.now();
  apiServer.setAway(false);
  await cluster.until(
    'the lease is renewed',
    async () => {
      const { spec } = await client.get(Lease, 'node1', 'kube-node-lease');
      return Date.parse(spec?.renewTime ?? '') >= back;
    },
    1000,
  );
  await cluster.until('the status', async () => (await statusOf(cluster, 'web'))?.restartCount === 1, 1000);
});

test('a kubelet that starts without the API leaves running pods alone until it is back', async (t) => {
  const cluster = await simCluster({ nodes: 1 }, t);
  const { clock } = cluster;
  const { runtime, apiServer } = cluster.node();
  await cluster.client.create(Pod, aBoundPod('web'));
  await podInPhase(cluster, 'web', 'Running');
  await cluster.node().stop();
  const calls = () => runtime.calls.filter((call) => /^(start|stop|remove|run)/.test(call)).length;
  const before = calls();
  apiServer.setAway(true);
  const restarted = cluster.node().start();
  await clock.step(5 * MINUTE);
  assert.equal(calls(), before);
  apiServer.setAway(false);
  let started = false;
  void restarted.then(() => (started = true));
  await cluster.until('the kubelet has started', () => started, 1000);
  await clock.step(MINUTE);
  assert.equal(calls(), before);
  assert.equal((await statusOf(cluster, 'web'))?.restartCount, 0);
});
