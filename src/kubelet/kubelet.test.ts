import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Pod } from '../api/kinds/core/v1/pod.ts';
import { simCluster } from '../sim/cluster.ts';
import { aBoundPod, aContainer } from '../sim/objects/pod.ts';
import { eventsAbout, findPod, podInPhase } from '../sim/observe.ts';

test('a pod bound to the node runs, and its status and events say so', async (t) => {
  const cluster = await simCluster({ nodes: 1 }, t);
  await cluster.client.create(Pod, aBoundPod('web'));
  const pod = await podInPhase(cluster, 'web', 'Running');
  const [status] = pod.status?.containerStatuses ?? [];
  assert.ok(status?.state?.running?.startedAt);
  assert.match(status.containerID ?? '', /^containerd:\/\//);
  assert.deepEqual([status.ready, status.started, status.restartCount], [true, true, 0]);
  assert.equal(pod.status?.hostIP, '10.77.0.1');
  assert.match(pod.status?.podIP ?? '', /^10\.128\.0\./);
  const conditions = Object.fromEntries((pod.status?.conditions ?? []).map((c) => [c.type, c.status]));
  assert.deepEqual(conditions, {
    PodReadyToStartContainers: 'True',
    Initialized: 'True',
    Ready: 'True',
    ContainersReady: 'True',
    PodScheduled: 'True',
  });
  const told = await cluster.until('Started was told', async () => {
    const list = await eventsAbout(cluster, 'web');
    return list.some((e) => e.includes('Started')) ? list : undefined;
  });
  assert.deepEqual(
    told.map((e) => e.split(' ').slice(0, 2).join(' ')),
    ['Normal Pulling', 'Normal Pulled', 'Normal Created', 'Normal Started'],
  );
});

test('a pod that was marked as not ready while its node was silent is shown as it is again', async (t) => {
  const cluster = await simCluster({ nodes: 1 }, t);
  await cluster.client.create(Pod, aBoundPod('web'));
  const { status } = await podInPhase(cluster, 'web', 'Running');
  // As the node lifecycle controller does.
  const unready = status!.conditions!.map((c) => (c.type === 'Ready' ? { ...c, status: 'False' } : c));
  const patch = { status: { conditions: unready } };
  await cluster.client.patch(Pod, 'web', 'default', 'strategic', patch, { subresource: 'status' });
  const since = cluster.clock.now();
  await cluster.until(
    'Ready again',
    async () => {
      const pod = await findPod(cluster, 'web');
      return pod?.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True');
    },
    500,
  );
  assert.ok(cluster.clock.now() - since <= 11_000);
});

test('a deleted pod is stopped within its grace period and then leaves the API and the runtime', async (t) => {
  const cluster = await simCluster({ nodes: 1 }, t);
  const { client } = cluster;
  const { runtime } = cluster.node();
  await cluster.client.create(
    Pod,
    aBoundPod('web', { containers: [aContainer('main', { command: ['sh', '-c', "trap '' TERM; serve"] })] }),
  );
  await podInPhase(cluster, 'web', 'Running');
  await client.delete(Pod, 'web', 'default', { gracePeriodSeconds: 5 });
  assert.equal((await findPod(cluster, 'web'))?.status?.phase, 'Running');
  await cluster.until('the pod is gone', async () => (await findPod(cluster, 'web')) === undefined, 1000);
  await cluster.until('nothing is left', () => runtime.sandboxes.size === 0 && runtime.containers.size === 0);
});

test('a container that fails is restarted with growing delays and shows CrashLoopBackOff meanwhile', async (t) => {
  const cluster = await simCluster({ nodes: 1 }, t);
  const { clock } = cluster;
  await cluster.client.create(
    Pod,
    aBoundPod('bad', { containers: [aContainer('main', { command: ['sh', '-c', 'sleep 1; exit 3'] })] }),
  );
  const waiting = await cluster.until(
    'CrashLoopBackOff',
    async () => {
      const status = (await findPod(cluster, 'bad'))?.status?.containerStatuses?.[0];
      return status?.state?.waiting?.reason === 'CrashLoopBackOff' ? status : undefined;
    },
    200,
  );
  assert.equal(waiting.restartCount, 1);
  assert.equal(waiting.lastState?.terminated?.exitCode, 3);
  assert.match(
    waiting.state?.waiting?.message ?? '',
    /^back-off 10s restarting failed container=main pod=bad_default\(/,
  );
  const before = clock.now();
  await cluster.until(
    'the next restart',
    async () => (await findPod(cluster, 'bad'))?.status?.containerStatuses?.[0]?.restartCount === 2,
    500,
  );
  const waited = clock.now() - before;
  assert.ok(waited >= 9000 && waited <= 14_000, `waited ${waited} ms`);
});

test('init containers run one after the other before the main ones', async (t) => {
  const cluster = await simCluster({ nodes: 1 }, t);
  const { runtime } = cluster.node();
  const init = (name: string) => aContainer(name, { command: ['sh', '-c', 'sleep 2'] });
  await cluster.client.create(Pod, aBoundPod('web', { initContainers: [init('one'), init('two')] }));
  await cluster.until(
    'the first one runs',
    async () => (await findPod(cluster, 'web'))?.status?.initContainerStatuses?.[0]?.state?.running,
  );
  assert.equal(
    (await findPod(cluster, 'web'))?.status?.containerStatuses?.[0]?.state?.waiting?.reason,
    'PodInitializing',
  );
  const running = await podInPhase(cluster, 'web', 'Running', 500);
  assert.deepEqual(
    running.status?.initContainerStatuses?.map((s) => s.state?.terminated?.reason),
    ['Completed', 'Completed'],
  );
  assert.deepEqual(
    [...runtime.containers.values()].map((c) => c.config.metadata.name),
    ['one', 'two', 'main'],
  );
});

test('a pod whose containers all end well has succeeded, and its sandbox is stopped', async (t) => {
  const cluster = await simCluster({ nodes: 1 }, t);
  const { runtime } = cluster.node();
  const done = aContainer('main', { command: ['sh', '-c', 'sleep 1'] });
  await cluster.client.create(Pod, aBoundPod('job', { restartPolicy: 'Never', containers: [done] }));
  const pod = await podInPhase(cluster, 'job', 'Succeeded', 500);
  assert.equal(pod.status?.containerStatuses?.[0]?.state?.terminated?.reason, 'Completed');
  await cluster.until('the sandbox is stopped', () =>
    [...runtime.sandboxes.values()].every((s) => s.state === 'notReady'),
  );
});

test('a new kubelet goes on with running pods and restarts nothing', async (t) => {
  const cluster = await simCluster({ nodes: 1 }, t);
  const { client } = cluster;
  const { runtime } = cluster.node();
  await cluster.client.create(Pod, aBoundPod('stays'));
  await cluster.client.create(Pod, aBoundPod('goes'));
  const before = (await podInPhase(cluster, 'stays', 'Running')).status?.containerStatuses?.[0]?.containerID;
  await podInPhase(cluster, 'goes', 'Running');
  await cluster.node().stop();
  await client.delete(Pod, 'goes', 'default', { gracePeriodSeconds: 0 });
  const starts = () => runtime.calls.filter((call) => call === 'startContainer').length;
  const started = starts();
  await cluster.node().start();
  await cluster.until('the deleted one is ended', () => runtime.sandboxes.size === 1, 100);
  assert.equal(starts(), started);
  assert.equal((await findPod(cluster, 'stays'))?.status?.containerStatuses?.[0]?.containerID, before);
});

test('a container waits for its ConfigMap with CreateContainerConfigError and starts when it appears', async (t) => {
  const cluster = await simCluster({ nodes: 1 }, t);
  const { client } = cluster;
  const { ConfigMap } = await import('../api/kinds/core/v1/config-map.ts');
  const env = [{ name: 'A', valueFrom: { configMapKeyRef: { name: 'late', key: 'a' } } }];
  await cluster.client.create(Pod, aBoundPod('web', { containers: [aContainer('main', { env })] }));
  const waiting = await cluster.until('the reason is shown', async () => {
    const state = (await findPod(cluster, 'web'))?.status?.containerStatuses?.[0]?.state?.waiting;
    return state?.reason === 'CreateContainerConfigError' ? state : undefined;
  });
  assert.equal(waiting.message, 'configmap "late" not found');
  await client.create(ConfigMap, {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'late', namespace: 'default' },
    data: { a: '1' },
  });
  await podInPhase(cluster, 'web', 'Running');
});

test('an image that cannot be pulled shows ErrImagePull, then ImagePullBackOff', async (t) => {
  const cluster = await simCluster({ nodes: [{ runtime: { registry: () => false } }] }, t);
  await cluster.client.create(Pod, aBoundPod('web'));
  const reason = (wanted: string) => async () =>
    (await findPod(cluster, 'web'))?.status?.containerStatuses?.[0]?.state?.waiting?.reason === wanted;
  await cluster.until('ErrImagePull', reason('ErrImagePull'));
  await cluster.until('ImagePullBackOff', reason('ImagePullBackOff'), 500);
  await cluster.until('the events are in', async () =>
    (await eventsAbout(cluster, 'web')).some((e) => e.includes('Error: ImagePullBackOff')),
  );
});
