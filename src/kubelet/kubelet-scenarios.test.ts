// Longer stories of single pods over a whole kubelet: what the pure tables cannot show.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ConfigMap } from '../api/kinds/core/v1/config-map.ts';
import { Pod } from '../api/kinds/core/v1/pod.ts';
import { Secret } from '../api/kinds/core/v1/secret.ts';
import { nodePath } from './files/node-files.ts';
import { type Harness, startKubelet } from './testing/harness.fake.ts';
import { container, podOf } from './testing/pods.ts';

const statusOf = async ({ pod }: Harness, name: string) => (await pod(name))?.status?.containerStatuses?.[0];
const uidOf = async ({ pod }: Harness, name: string) => (await pod(name))?.metadata.uid ?? '';

test('volumes of API objects are written before the start and follow later changes', async (t) => {
  const harness = await startKubelet(t);
  const { client, create, phase, until, files } = harness;
  const meta = (name: string) => ({ name, namespace: 'default' });
  await client.create(ConfigMap, {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: meta('cm'),
    data: { a: '1' },
  });
  const data = { k: Buffer.from('hidden').toString('base64') };
  await client.create(Secret, { apiVersion: 'v1', kind: 'Secret', metadata: meta('s'), data });
  const volumes = [
    { name: 'c', configMap: { name: 'cm' } },
    { name: 's', secret: { secretName: 's', defaultMode: 0o400 } },
    { name: 'd', downwardAPI: { items: [{ path: 'labels', fieldRef: { fieldPath: 'metadata.labels' } }] } },
  ];
  await create(podOf('web', { volumes }, { labels: { l: 'one' } }));
  await phase('web', 'Running');
  const uid = await uidOf(harness, 'web');
  const volume = (path: string) => nodePath(`/kubelet/pods/${uid}/volumes/${path}`);
  const read = async (path: string) => String(await files.read(volume(path)));
  assert.equal(await read('kubernetes.io~configmap/c/a'), '1');
  assert.equal(await read('kubernetes.io~downward-api/d/labels'), 'l="one"');
  const secret = nodePath(`/secrets/${uid}/kubernetes.io~secret/s/..data/k`);
  assert.equal(String(await files.read(secret)), 'hidden');
  assert.equal((await files.stat(secret))?.mode, 0o400);
  await client.patch(ConfigMap, 'cm', 'default', 'merge', { data: { a: '2' } });
  await client.patch(Pod, 'web', 'default', 'merge', { metadata: { labels: { l: 'two' } } });
  await until('the new contents', async () => (await read('kubernetes.io~configmap/c/a')) === '2');
  await until(
    'the new labels',
    async () => (await read('kubernetes.io~downward-api/d/labels')) === 'l="two"',
  );
  await client.delete(Pod, 'web', 'default', { gracePeriodSeconds: 1 });
  await until('no directories', async () => (await files.list(nodePath('/kubelet/pods'))).length === 0, 500);
  assert.deepEqual(await files.list(nodePath('/secrets')), []);
  assert.deepEqual(await files.list(nodePath('/logs')), []);
});

test('a pod waits for a missing Secret volume with FailedMount and starts when it is made', async (t) => {
  const { client, create, until, events, phase } = await startKubelet(t);
  await create(podOf('web', { volumes: [{ name: 's', secret: { secretName: 'late' } }] }));
  const text = 'Warning FailedMount MountVolume.SetUp failed for volume "s" : secret "late" not found';
  await until('the event', async () => (await events('web')).includes(text));
  const metadata = { name: 'late', namespace: 'default' };
  await client.create(Secret, { apiVersion: 'v1', kind: 'Secret', metadata });
  await phase('web', 'Running');
});

test('a shorter grace period cuts an ending short', async (t) => {
  const { client, create, phase, until, pod, clock } = await startKubelet(t);
  const stubborn = container('main', { command: ['sh', '-c', "trap '' TERM; serve"] });
  await create(podOf('web', { terminationGracePeriodSeconds: 600, containers: [stubborn] }));
  await phase('web', 'Running');
  const start = clock.now();
  await client.delete(Pod, 'web', 'default', {});
  await until('it is ending', async () => (await pod('web'))?.metadata.deletionTimestamp, 1000);
  await client.delete(Pod, 'web', 'default', { gracePeriodSeconds: 3 });
  await until('it is gone', async () => (await pod('web')) === undefined, 1000);
  assert.ok(clock.now() - start < 60_000, `took ${clock.now() - start} ms`);
});

test('a container whose image was changed is replaced at once', async (t) => {
  const harness = await startKubelet(t);
  const { client, create, phase, until, events } = harness;
  await create(podOf('web'));
  await phase('web', 'Running');
  const patch = { spec: { containers: [{ name: 'main', image: 'busybox:2' }] } };
  await client.patch(Pod, 'web', 'default', 'strategic', patch);
  const status = await until('the new one runs', async () => {
    const found = await statusOf(harness, 'web');
    return found?.restartCount === 1 && found.state?.running ? found : undefined;
  });
  assert.match(status.image, /busybox:2$/);
  const text = 'Normal Killing Container main definition changed, will be restarted';
  await until('the event', async () => (await events('web')).includes(text));
});

test('a pod that lost its sandbox gets another one, with all its containers', async (t) => {
  const harness = await startKubelet(t);
  const { create, phase, until, runtime, events } = harness;
  await create(podOf('web'));
  await phase('web', 'Running');
  runtime.breakSandbox([...runtime.sandboxes.keys()][0]!);
  await until('it runs again', async () => {
    const found = await statusOf(harness, 'web');
    return found?.restartCount === 1 && found.state?.running;
  });
  const changed = 'Normal SandboxChanged Pod sandbox changed, it will be killed and re-created.';
  await until('the event', async () => (await events('web')).includes(changed));
  assert.deepEqual(
    [...runtime.sandboxes.values()].filter((s) => s.state === 'ready').map((s) => s.config.metadata.attempt),
    [1],
  );
});

test('a pod past its deadline fails with DeadlineExceeded', async (t) => {
  const { create, phase } = await startKubelet(t);
  await create(podOf('slow', { activeDeadlineSeconds: 5 }));
  await phase('slow', 'Running');
  const pod = await phase('slow', 'Failed', 500);
  assert.equal(pod.status?.reason, 'DeadlineExceeded');
});

test('a pod that the node has no room for fails without anything being made', async (t) => {
  const { create, phase, runtime } = await startKubelet(t, {}, { capacity: { cpu: '1' } });
  const big = container('main', { resources: { requests: { cpu: '2' } } });
  await create(podOf('big', { containers: [big] }));
  const pod = await phase('big', 'Failed');
  assert.equal(pod.status?.reason, 'OutOfcpu');
  assert.equal(pod.status?.containerStatuses, undefined);
  assert.equal(runtime.sandboxes.size, 0);
});

test('more cpu is given to the running container, and the status follows', async (t) => {
  const harness = await startKubelet(t);
  const { client, create, phase, until, runtime } = harness;
  const small = container('main', { resources: { requests: { cpu: '100m' }, limits: { cpu: '200m' } } });
  await create(podOf('web', { containers: [small] }));
  await phase('web', 'Running');
  const resources = { requests: { cpu: '150m' }, limits: { cpu: '400m' } };
  const patch = { spec: { containers: [{ name: 'main', resources }] } };
  await client.patch(Pod, 'web', 'default', 'strategic', patch, { subresource: 'resize' });
  await until('the status', async () => (await statusOf(harness, 'web'))?.resources?.limits?.cpu === '400m');
  assert.equal([...runtime.containers.values()][0]?.resources?.cpuQuota, 40_000);
  assert.equal((await statusOf(harness, 'web'))?.restartCount, 0);
});

test('while the runtime is away nothing is reported as lost, and the pods go on after it', async (t) => {
  const harness = await startKubelet(t);
  const { create, phase, clock, runtime, pod } = harness;
  await create(podOf('web'));
  await phase('web', 'Running');
  const before = (await pod('web'))?.status;
  runtime.setDown(true);
  await clock.step(60_000);
  runtime.setDown(false);
  await clock.step(60_000);
  assert.deepEqual((await pod('web'))?.status, before);
});

test('many pods at once all come to run, a few sandboxes at a time', async (t) => {
  const { create, until, client, runtime } = await startKubelet(t);
  const names = Array.from({ length: 30 }, (_, i) => `p${i}`);
  await Promise.all(names.map((name) => create(podOf(name))));
  await until('all run', async () => {
    const { items } = await client.list(Pod, { namespace: 'default' });
    return items.length === 30 && items.every((pod) => pod.status?.phase === 'Running');
  });
  assert.equal(runtime.sandboxes.size, 30);
});
