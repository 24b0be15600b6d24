// Longer stories of single pods over a whole kubelet: what the pure tables cannot show.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ConfigMap } from '../api/kinds/core/v1/config-map.ts';
import { Pod } from '../api/kinds/core/v1/pod.ts';
import { Secret } from '../api/kinds/core/v1/secret.ts';
import { type SimCluster, simCluster } from '../sim/cluster.ts';
import { aBoundPod, aContainer } from '../sim/objects/pod.ts';
import { eventsAbout, findPod, podInPhase } from '../sim/observe.ts';
import { nodePath } from './files/node-files.ts';

const statusOf = async (cluster: SimCluster, name: string) =>
  (await findPod(cluster, name))?.status?.containerStatuses?.[0];
const uidOf = async (cluster: SimCluster, name: string) => (await findPod(cluster, name))?.metadata.uid ?? '';

test('volumes of API objects are written before the start and follow later changes', async (t) => {
  const cluster = await simCluster({ nodes: 1 }, t);
  const { client } = cluster;
  const { files } = cluster.node();
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
  await cluster.client.create(Pod, aBoundPod('web', { volumes }, { labels: { l: 'one' } }));
  await podInPhase(cluster, 'web', 'Running');
  const uid = await uidOf(cluster, 'web');
  const volume = (path: string) => nodePath(`/kubelet/pods/${uid}/volumes/${path}`);
  const read = async (path: string) => String(await files.read(volume(path)));
  assert.equal(await read('kubernetes.io~configmap/c/a'), '1');
  assert.equal(await read('kubernetes.io~downward-api/d/labels'), 'l="one"');
  const secret = nodePath(`/secrets/${uid}/kubernetes.io~secret/s/..data/k`);
  assert.equal(String(await files.read(secret)), 'hidden');
  assert.equal((await files.stat(secret))?.mode, 0o400);
  await client.patch(ConfigMap, 'cm', 'default', 'merge', { data: { a: '2' } });
  await client.patch(Pod, 'web', 'default', 'merge', { metadata: { labels: { l: 'two' } } });
  await cluster.until('the new contents', async () => (await read('kubernetes.io~configmap/c/a')) === '2');
  await cluster.until(
    'the new labels',
    async () => (await read('kubernetes.io~downward-api/d/labels')) === 'l="two"',
  );
  await client.delete(Pod, 'web', 'default', { gracePeriodSeconds: 1 });
  for (const left of ['/kubelet/pods', '/secrets', '/logs'])
    await cluster.until(
      `nothing in ${left}`,
      async () => (await files.list(nodePath(left))).length === 0,
      500,
    );
});

test('a pod that asks for too many DNS servers is told which it gets', async (t) => {
  const cluster = await simCluster({ nodes: 1 }, t);
  const dnsConfig = { nameservers: ['1.1.1.1', '1.1.1.2', '1.1.1.3'] };
  await cluster.client.create(Pod, aBoundPod('web', { dnsPolicy: 'ClusterFirst', dnsConfig }));
  await podInPhase(cluster, 'web', 'Running');
  const told = async () =>
    (await eventsAbout(cluster, 'web')).find((text) => text.includes('Nameserver limits'));
  await cluster.until('the event', async () => (await told()) !== undefined);
  assert.match((await told())!, /the applied nameserver line is: \S+ 1\.1\.1\.1 1\.1\.1\.2$/);
});

test('a pod waits for a missing Secret volume with FailedMount and starts when it is made', async (t) => {
  const cluster = await simCluster({ nodes: 1 }, t);
  const { client } = cluster;
  await cluster.client.create(
    Pod,
    aBoundPod('web', { volumes: [{ name: 's', secret: { secretName: 'late' } }] }),
  );
  const text = 'Warning FailedMount MountVolume.SetUp failed for volume "s" : secret "late" not found';
  await cluster.until('the event', async () => (await eventsAbout(cluster, 'web')).includes(text));
  const metadata = { name: 'late', namespace: 'default' };
  await client.create(Secret, { apiVersion: 'v1', kind: 'Secret', metadata });
  await podInPhase(cluster, 'web', 'Running');
});

test('a shorter grace period cuts an ending short', async (t) => {
  const cluster = await simCluster({ nodes: 1 }, t);
  const { client, clock } = cluster;
  const stubborn = aContainer('main', { command: ['sh', '-c', "trap '' TERM; serve"] });
  await cluster.client.create(
    Pod,
    aBoundPod('web', { terminationGracePeriodSeconds: 600, containers: [stubborn] }),
  );
  await podInPhase(cluster, 'web', 'Running');
  const start = clock.now();
  await client.delete(Pod, 'web', 'default', {});
  await cluster.until(
    'it is ending',
    async () => (await findPod(cluster, 'web'))?.metadata.deletionTimestamp,
    1000,
  );
  await client.delete(Pod, 'web', 'default', { gracePeriodSeconds: 3 });
  await cluster.until('it is gone', async () => (await findPod(cluster, 'web')) === undefined, 1000);
  assert.ok(clock.now() - start < 60_000, `took ${clock.now() - start} ms`);
});

test('a pod that ends slowly becomes unready as soon as its probe fails', async (t) => {
  let ending = false;
  const exec = () => ({ exitCode: ending ? 1 : 0, stdout: '' });
  const cluster = await simCluster({ nodes: [{ runtime: { exec } }] }, t);
  const readinessProbe = { exec: { command: ['ready'] }, periodSeconds: 1, failureThreshold: 1 };
  const stubborn = aContainer('main', { command: ['sh', '-c', "trap '' TERM; serve"], readinessProbe });
  await cluster.client.create(
    Pod,
    aBoundPod('web', { terminationGracePeriodSeconds: 600, containers: [stubborn] }),
  );
  await podInPhase(cluster, 'web', 'Running');
  await cluster.until('it is ready', async () => (await statusOf(cluster, 'web'))?.ready, 1000);
  await cluster.client.delete(Pod, 'web', 'default', {});
  ending = true;
  const isUnready = async () => {
    const found = await statusOf(cluster, 'web');
    return found && !found.ready ? found : undefined;
  };
  const status = await cluster.until('it is unready', isUnready, 1000);
  assert.ok(status.state?.running);
});

test('a container whose image was changed is replaced at once', async (t) => {
  const cluster = await simCluster({ nodes: 1 }, t);
  const { client } = cluster;
  await cluster.client.create(Pod, aBoundPod('web'));
  await podInPhase(cluster, 'web', 'Running');
  const patch = { spec: { containers: [{ name: 'main', image: 'busybox:2' }] } };
  await client.patch(Pod, 'web', 'default', 'strategic', patch);
  const status = await cluster.until('the new one runs', async () => {
    const found = await statusOf(cluster, 'web');
    return found?.restartCount === 1 && found.state?.running ? found : undefined;
  });
  assert.match(status.image, /busybox:2$/);
  const text = 'Normal Killing Container main definition changed, will be restarted';
  await cluster.until('the event', async () => (await eventsAbout(cluster, 'web')).includes(text));
});

test('a pod that lost its sandbox gets another one, with all its containers', async (t) => {
  const cluster = await simCluster({ nodes: 1 }, t);
  const { runtime } = cluster.node();
  await cluster.client.create(Pod, aBoundPod('web'));
  await podInPhase(cluster, 'web', 'Running');
  runtime.breakSandbox([...runtime.sandboxes.keys()][0]!);
  await cluster.until('it runs again', async () => {
    const found = await statusOf(cluster, 'web');
    return found?.restartCount === 1 && found.state?.running;
  });
  const changed = 'Normal SandboxChanged Pod sandbox changed, it will be killed and re-created.';
  await cluster.until('the event', async () => (await eventsAbout(cluster, 'web')).includes(changed));
  assert.deepEqual(
    [...runtime.sandboxes.values()].filter((s) => s.state === 'ready').map((s) => s.config.metadata.attempt),
    [1],
  );
});

test('a pod past its deadline fails with DeadlineExceeded', async (t) => {
  const cluster = await simCluster({ nodes: 1 }, t);
  await cluster.client.create(Pod, aBoundPod('slow', { activeDeadlineSeconds: 5 }));
  await podInPhase(cluster, 'slow', 'Running');
  const pod = await podInPhase(cluster, 'slow', 'Failed', 500);
  assert.equal(pod.status?.reason, 'DeadlineExceeded');
});

test('a pod that the node has no room for fails without anything being made', async (t) => {
  const cluster = await simCluster({ nodes: [{ kubelet: { capacity: { cpu: '1' } } }] }, t);
  const { runtime } = cluster.node();
  const big = aContainer('main', { resources: { requests: { cpu: '2' } } });
  await cluster.client.create(Pod, aBoundPod('big', { containers: [big] }));
  const pod = await podInPhase(cluster, 'big', 'Failed');
  assert.equal(pod.status?.reason, 'OutOfcpu');
  assert.equal(pod.status?.containerStatuses, undefined);
  assert.equal(runtime.sandboxes.size, 0);
});

test('more cpu is given to the running container, and the status follows', async (t) => {
  const cluster = await simCluster({ nodes: 1 }, t);
  const { client } = cluster;
  const { runtime } = cluster.node();
  const small = aContainer('main', { resources: { requests: { cpu: '100m' }, limits: { cpu: '200m' } } });
  await cluster.client.create(Pod, aBoundPod('web', { containers: [small] }));
  await podInPhase(cluster, 'web', 'Running');
  const resources = { requests: { cpu: '150m' }, limits: { cpu: '400m' } };
  const patch = { spec: { containers: [{ name: 'main', resources }] } };
  await client.patch(Pod, 'web', 'default', 'strategic', patch, { subresource: 'resize' });
  await cluster.until(
    'the status',
    async () => (await statusOf(cluster, 'web'))?.resources?.limits?.cpu === '400m',
  );
  assert.equal([...runtime.containers.values()][0]?.resources?.cpuQuota, 40_000);
  assert.equal((await statusOf(cluster, 'web'))?.restartCount, 0);
});

test('while the runtime is away nothing is reported as lost, and the pods go on after it', async (t) => {
  const cluster = await simCluster({ nodes: 1 }, t);
  const { clock } = cluster;
  const { runtime } = cluster.node();
  await cluster.client.create(Pod, aBoundPod('web'));
  await podInPhase(cluster, 'web', 'Running');
  const before = (await findPod(cluster, 'web'))?.status;
  runtime.setDown(true);
  await clock.step(60_000);
  runtime.setDown(false);
  await clock.step(60_000);
  assert.deepEqual((await findPod(cluster, 'web'))?.status, before);
});

test('many pods at once all come to run, a few sandboxes at a time', async (t) => {
  const cluster = await simCluster({ nodes: 1 }, t);
  const { client } = cluster;
  const { runtime } = cluster.node();
  const names = Array.from({ length: 30 }, (_, i) => `p${i}`);
  await Promise.all(names.map((name) => client.create(Pod, aBoundPod(name))));
  await cluster.until('all run', async () => {
    const { items } = await client.list(Pod, { namespace: 'default' });
    return items.length === 30 && items.every((pod) => pod.status?.phase === 'Running');
  });
  assert.equal(runtime.sandboxes.size, 30);
});

test('a pod whose volume has a server that does not answer can be deleted', async (t) => {
  const cluster = await simCluster({ nodes: 1 }, t);
  const { files } = cluster.node();
  let asked = 0;
  files.mount = () => {
    asked++;
    return new Promise(() => {});
  };
  const volumes = [{ name: 'v', nfs: { server: 's', path: '/' } }];
  await cluster.client.create(Pod, aBoundPod('web', { volumes }));
  await cluster.until('it is being mounted', async () => asked === 1);
  await cluster.client.delete(Pod, 'web', 'default', { gracePeriodSeconds: 1 });
  await cluster.until('it is gone', async () => !(await findPod(cluster, 'web')), 1000);
  assert.deepEqual(await files.list(nodePath('/kubelet/pods')), []);
});
