import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { FeatureGates } from '../../api/features/feature-gates.ts';
import { StatefulSet } from '../../api/kinds/apps/v1/stateful-set.ts';
import { PersistentVolumeClaim } from '../../api/kinds/core/v1/persistent-volume-claim.ts';
import { Pod } from '../../api/kinds/core/v1/pod.ts';
import { finishPod, runKubelets, setReady } from '../../sim/by-hand/pods.ts';
import { type SimCluster, simCluster } from '../../sim/cluster.ts';
import { aBoundPod, aContainer } from '../../sim/objects/pod.ts';
import { aStatefulSet } from '../../sim/objects/workloads.ts';
import { podsOf } from '../../sim/observe.ts';

const volumeClaimTemplates = [
  {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: { name: 'data' },
    spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
  },
];
const set = (spec: Parameters<typeof aStatefulSet>[1] = {}): StatefulSet =>
  aStatefulSet(
    'db',
    { replicas: 3, volumeClaimTemplates, ...spec },
    { containers: [aContainer('main', { image: 'v1' })] },
  );

describe('the stateful set controller', () => {
  let cluster: SimCluster;
  beforeEach(async () => {
    cluster = await simCluster({ controllers: ['statefulset-controller'] });
  });
  afterEach(() => cluster.stop());
  const create = async (spec: Parameters<typeof aStatefulSet>[1] = {}) => {
    await cluster.client.create(StatefulSet, set(spec));
    await cluster.settle();
  };
  const names = async () =>
    (await podsOf(cluster)).filter((pod) => !pod.metadata.deletionTimestamp).map((pod) => pod.metadata.name);
  const images = async () => (await podsOf(cluster)).map((pod) => pod.spec?.containers[0]?.image);
  const patch = async (spec: object) => {
    await cluster.client.patch(StatefulSet, 'db', 'default', 'strategic', { spec });
    await cluster.settle();
  };
  const newImage = { template: { spec: { containers: [{ name: 'main', image: 'v2' }] } } };

  it('creates pods in order, each once its predecessor is ready, with claims of its own', async () => {
    await create();
    assert.deepEqual(await names(), ['db-0']);
    await setReady(cluster, (await podsOf(cluster))[0]!);
    await cluster.settle();
    assert.deepEqual(await names(), ['db-0', 'db-1']);
    await runKubelets(cluster);
    assert.deepEqual(await names(), ['db-0', 'db-1', 'db-2']);
    const [pod] = await podsOf(cluster);
    assert.deepEqual([pod?.spec?.hostname, pod?.spec?.subdomain], ['db-0', 'db']);
    assert.equal(pod?.metadata.labels?.['apps.kubernetes.io/pod-index'], '0');
    assert.equal(pod?.spec?.volumes?.[0]?.persistentVolumeClaim?.claimName, 'data-db-0');
    const claims = await cluster.client.list(PersistentVolumeClaim, { namespace: 'default' });
    assert.deepEqual(
      claims.items.map((claim) => claim.metadata.name),
      ['data-db-0', 'data-db-1', 'data-db-2'],
    );
    const { status } = await cluster.client.get(StatefulSet, 'db', 'default');
    assert.deepEqual([status?.replicas, status?.readyReplicas, status?.updatedReplicas], [3, 3, 3]);
    assert.equal(status?.currentRevision, status?.updateRevision);
  });

  it('creates all pods at once with podManagementPolicy Parallel', async () => {
    await create({ podManagementPolicy: 'Parallel' });
    assert.deepEqual(await names(), ['db-0', 'db-1', 'db-2']);
  });

  it('deletes pods from the highest ordinal down, one after another', async () => {
    await create();
    await runKubelets(cluster);
    await patch({ replicas: 1 });
    assert.deepEqual(await names(), ['db-0', 'db-1']);
    await finishPod(cluster, (await podsOf(cluster)).find((pod) => pod.metadata.name === 'db-2')!);
    await cluster.settle();
    assert.deepEqual(await names(), ['db-0']);
    const claims = await cluster.client.list(PersistentVolumeClaim, { namespace: 'default' });
    assert.equal(claims.items.length, 3);
  });

  it('creates a pod once another owner’s pod of that name, as an earlier set’s, is gone', async () => {
    const owner = {
      apiVersion: 'apps/v1',
      kind: 'StatefulSet',
      name: 'db',
      uid: 'earlier',
      controller: true,
    };
    const metadata = { labels: { app: 'db' }, ownerReferences: [owner] };
    const earlier = await cluster.client.create(Pod, aBoundPod('db-0', {}, metadata));
    await create({ podManagementPolicy: 'Parallel' });
    assert.deepEqual(await names(), ['db-0', 'db-1', 'db-2']);
    await finishPod(cluster, earlier);
    await cluster.settle();
    const [pod] = (await podsOf(cluster)).filter(({ metadata: { name } }) => name === 'db-0');
    assert.notEqual(pod?.metadata.uid, earlier.metadata.uid);
    assert.ok(pod);
  });

  it('creates a deleted pod again under the same name', async () => {
    await create();
    await runKubelets(cluster);
    const before = (await podsOf(cluster))[1]!;
    await finishPod(cluster, before);
    await cluster.settle();
    await runKubelets(cluster);
    const after = (await podsOf(cluster)).find((pod) => pod.metadata.name === 'db-1');
    assert.ok(after && after.metadata.uid !== before.metadata.uid);
  });

  it('updates from the highest ordinal down', async () => {
    await create();
    await runKubelets(cluster);
    await patch(newImage);
    assert.deepEqual(await names(), ['db-0', 'db-1']);
    await runKubelets(cluster);
    assert.deepEqual(await images(), ['v2', 'v2', 'v2']);
    const { status } = await cluster.client.get(StatefulSet, 'db', 'default');
    assert.equal(status?.currentRevision, status?.updateRevision);
    assert.equal(status?.updatedReplicas, 3);
  });

  it('updates with podManagementPolicy Parallel although a pod that comes later is not ready', async () => {
    await create({ podManagementPolicy: 'Parallel' });
    await runKubelets(cluster);
    await setReady(cluster, (await podsOf(cluster))[0]!, false);
    await cluster.settle();
    await patch(newImage);
    assert.deepEqual(await names(), ['db-0', 'db-1']);
  });

  it('updates with podManagementPolicy Parallel while surplus pods are terminating', async () => {
    await create({ podManagementPolicy: 'Parallel' });
    await runKubelets(cluster);
    await patch({ replicas: 2, ...newImage });
    assert.deepEqual(await names(), ['db-0']);
  });

  it('keeps the old template below the partition', async () => {
    await create({ updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 2 } } });
    await runKubelets(cluster);
    await patch(newImage);
    await runKubelets(cluster);
    assert.deepEqual(await images(), ['v1', 'v1', 'v2']);
    await finishPod(cluster, (await podsOf(cluster))[0]!);
    await cluster.settle();
    await runKubelets(cluster);
    assert.deepEqual(await images(), ['v1', 'v1', 'v2']);
  });
});

describe('with the feature MaxUnavailableStatefulSet', () => {
  it('an update makes as many pods unavailable at once as maxUnavailable says', async (t) => {
    const features = new FeatureGates('MaxUnavailableStatefulSet=true');
    const controllers = ['statefulset-controller'];
    const cluster = await simCluster({ controllers, settings: { features }, apiServer: { features } }, t);
    const rollingUpdate = { maxUnavailable: '50%', partition: 1 };
    const updateStrategy = { type: 'RollingUpdate' as const, rollingUpdate };
    const parallel = { podManagementPolicy: 'Parallel' as const, replicas: 5 };
    await cluster.client.create(StatefulSet, set({ ...parallel, updateStrategy }));
    await cluster.settle();
    await runKubelets(cluster);
    const leaving = async () =>
      (await podsOf(cluster)).flatMap(({ metadata }) => (metadata.deletionTimestamp ? [metadata.name] : []));
    const template = { spec: { containers: [{ name: 'main', image: 'v2' }] } };
    await cluster.client.patch(StatefulSet, 'db', 'default', 'strategic', { spec: { template } });
    await cluster.settle();
    assert.deepEqual(await leaving(), ['db-3', 'db-4']);
    const gone = (await podsOf(cluster)).find((pod) => pod.metadata.name === 'db-4')!;
    await finishPod(cluster, gone);
    await cluster.settle();
    const metric = (name: string) =>
      new RegExp(
        `statefulset_${name}{statefulset_namespace="default",statefulset_name="db",pod_management_policy="Parallel"} (\\d+)`,
      ).exec(cluster.metrics.render())?.[1];
    assert.deepEqual([metric('max_unavailable'), metric('unavailable_replicas')], ['2', '2']);
    await setReady(cluster, (await podsOf(cluster)).find((pod) => pod.metadata.name === 'db-4')!);
    await cluster.settle();
    assert.deepEqual(await leaving(), ['db-2', 'db-3']);
    await runKubelets(cluster);
    const images = (await podsOf(cluster)).map((pod) => pod.spec?.containers[0]?.image);
    assert.deepEqual(images, ['v1', 'v2', 'v2', 'v2', 'v2']);
  });
});
