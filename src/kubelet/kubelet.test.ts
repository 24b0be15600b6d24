import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Pod } from '../api/kinds/core/v1/pod.ts';
import { startKubelet } from './testing/harness.fake.ts';
import { container, podOf } from './testing/pods.ts';

test('a pod bound to the node runs, and its status and events say so', async (t) => {
  const { create, phase, until, events } = await startKubelet(t);
  await create(podOf('web'));
  const pod = await phase('web', 'Running');
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
  const told = await until('Started was told', async () => {
    const list = await events('web');
    return list.some((e) => e.includes('Started')) ? list : undefined;
  });
  assert.deepEqual(
    told.map((e) => e.split(' ').slice(0, 2).join(' ')),
    ['Normal Pulling', 'Normal Pulled', 'Normal Created', 'Normal Started'],
  );
});

test('a deleted pod is stopped within its grace period and then leaves the API and the runtime', async (t) => {
  const { create, phase, client, pod, until, runtime } = await startKubelet(t);
  await create(
    podOf('web', { containers: [container('main', { command: ['sh', '-c', "trap '' TERM; serve"] })] }),
  );
  await phase('web', 'Running');
  await client.delete(Pod, 'web', 'default', { gracePeriodSeconds: 5 });
  assert.equal((await pod('web'))?.status?.phase, 'Running');
  await until('the pod is gone', async () => (await pod('web')) === undefined, 1000);
  await until('nothing is left', () => runtime.sandboxes.size === 0 && runtime.containers.size === 0);
});

test('a container that fails is restarted with growing delays and shows CrashLoopBackOff meanwhile', async (t) => {
  const { create, until, pod, clock } = await startKubelet(t);
  await create(
    podOf('bad', { containers: [container('main', { command: ['sh', '-c', 'sleep 1; exit 3'] })] }),
  );
  const waiting = await until(
    'CrashLoopBackOff',
    async () => {
      const status = (await pod('bad'))?.status?.containerStatuses?.[0];
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
  await until(
    'the next restart',
    async () => (await pod('bad'))?.status?.containerStatuses?.[0]?.restartCount === 2,
    500,
  );
  const waited = clock.now() - before;
  assert.ok(waited >= 9000 && waited <= 14_000, `waited ${waited} ms`);
});

test('init containers run one after the other before the main ones', async (t) => {
  const { create, phase, runtime, pod, until } = await startKubelet(t);
  const init = (name: string) => container(name, { command: ['sh', '-c', 'sleep 2'] });
  await create(podOf('web', { initContainers: [init('one'), init('two')] }));
  await until(
    'the first one runs',
    async () => (await pod('web'))?.status?.initContainerStatuses?.[0]?.state?.running,
  );
  assert.equal((await pod('web'))?.status?.containerStatuses?.[0]?.state?.waiting?.reason, 'PodInitializing');
  const running = await phase('web', 'Running', 500);
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
  const { create, phase, runtime, until } = await startKubelet(t);
  const done = container('main', { command: ['sh', '-c', 'sleep 1'] });
  await create(podOf('job', { restartPolicy: 'Never', containers: [done] }));
  const pod = await phase('job', 'Succeeded', 500);
  assert.equal(pod.status?.containerStatuses?.[0]?.state?.terminated?.reason, 'Completed');
  await until('the sandbox is stopped', () =>
    [...runtime.sandboxes.values()].every((s) => s.state === 'notReady'),
  );
});

test('a new kubelet goes on with running pods and restarts nothing', async (t) => {
  const { create, phase, kubelet, restart, runtime, until, client, pod } = await startKubelet(t);
  await create(podOf('stays'));
  await create(podOf('goes'));
  const before = (await phase('stays', 'Running')).status?.containerStatuses?.[0]?.containerID;
  await phase('goes', 'Running');
  await kubelet.stop();
  await client.delete(Pod, 'goes', 'default', { gracePeriodSeconds: 0 });
  const starts = () => runtime.calls.filter((call) => call === 'startContainer').length;
  const started = starts();
  await restart();
  await until('the deleted one is ended', () => runtime.sandboxes.size === 1, 100);
  assert.equal(starts(), started);
  assert.equal((await pod('stays'))?.status?.containerStatuses?.[0]?.containerID, before);
});

test('a container waits for its ConfigMap with CreateContainerConfigError and starts when it appears', async (t) => {
  const { create, until, pod, client, phase } = await startKubelet(t);
  const { ConfigMap } = await import('../api/kinds/core/v1/config-map.ts');
  const env = [{ name: 'A', valueFrom: { configMapKeyRef: { name: 'late', key: 'a' } } }];
  await create(podOf('web', { containers: [container('main', { env })] }));
  const waiting = await until('the reason is shown', async () => {
    const state = (await pod('web'))?.status?.containerStatuses?.[0]?.state?.waiting;
    return state?.reason === 'CreateContainerConfigError' ? state : undefined;
  });
  assert.equal(waiting.message, 'configmap "late" not found');
  await client.create(ConfigMap, {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'late', namespace: 'default' },
    data: { a: '1' },
  });
  await phase('web', 'Running');
});

test('an image that cannot be pulled shows ErrImagePull, then ImagePullBackOff', async (t) => {
  const { create, until, pod, events } = await startKubelet(t, { registry: () => false });
  await create(podOf('web'));
  const reason = (wanted: string) => async () =>
    (await pod('web'))?.status?.containerStatuses?.[0]?.state?.waiting?.reason === wanted;
  await until('ErrImagePull', reason('ErrImagePull'));
  await until('ImagePullBackOff', reason('ImagePullBackOff'), 500);
  await until('the events are in', async () =>
    (await events('web')).some((e) => e.includes('Error: ImagePullBackOff')),
  );
});
