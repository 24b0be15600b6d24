import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { StatefulSet } from '../../api/kinds/apps/v1/stateful-set.ts';
import { Event } from '../../api/kinds/core/v1/event.ts';
import { PersistentVolumeClaim } from '../../api/kinds/core/v1/persistent-volume-claim.ts';
import { Pod } from '../../api/kinds/core/v1/pod.ts';
import { finishPod, runKubelets } from '../../sim/by-hand/pods.ts';
import { type SimCluster, simCluster } from '../../sim/cluster.ts';
import { aStatefulSet } from '../../sim/objects/workloads.ts';
import { podsOf } from '../../sim/observe.ts';

type Policy = NonNullable<NonNullable<StatefulSet['spec']>['persistentVolumeClaimRetentionPolicy']>;

const volumeClaimTemplates = [
  {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: { name: 'data' },
    spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
  },
];
const DELETE = 'Delete';
const RETAIN = 'Retain';

describe('the claims of a stateful set', () => {
  let cluster: SimCluster;
  beforeEach(async () => {
    cluster = await simCluster({ controllers: ['statefulset-controller'] });
  });
  afterEach(() => cluster.stop());

  const create = async (policy: Policy) => {
    const spec = { replicas: 2, volumeClaimTemplates, persistentVolumeClaimRetentionPolicy: policy };
    await cluster.client.create(StatefulSet, aStatefulSet('db', spec));
    await cluster.settle();
    await runKubelets(cluster);
  };
  const patch = async (spec: object) => {
    await cluster.client.patch(StatefulSet, 'db', 'default', 'merge', { spec });
    await cluster.settle();
  };
  /** By name of the claim, the owners. */
  const owners = async () => {
    const { items } = await cluster.client.list(PersistentVolumeClaim, { namespace: 'default' });
    const named = items.map(({ metadata }): [string, string[]] => [
      metadata.name!,
      (metadata.ownerReferences ?? []).map(({ kind, name }) => `${kind}/${name}`),
    ]);
    return Object.fromEntries(named);
  };
  const names = async () => (await podsOf(cluster)).map(({ metadata }) => metadata.name);
  const podNamed = async (name: string) => (await podsOf(cluster)).find((pod) => pod.metadata.name === name)!;

  it('have no owner by default', async () => {
    await create({ whenDeleted: RETAIN, whenScaled: RETAIN });
    assert.deepEqual(await owners(), { 'data-db-0': [], 'data-db-1': [] });
  });

  it('are owned by the set with whenDeleted Delete, until the policy changes', async () => {
    await create({ whenDeleted: DELETE, whenScaled: RETAIN });
    assert.deepEqual(await owners(), { 'data-db-0': ['StatefulSet/db'], 'data-db-1': ['StatefulSet/db'] });
    await patch({ replicas: 1 });
    assert.deepEqual((await owners())['data-db-1'], ['StatefulSet/db']);
    await patch({ persistentVolumeClaimRetentionPolicy: { whenDeleted: RETAIN } });
    assert.deepEqual((await owners())['data-db-0'], []);
  });

  it('are owned by pods that are scaled away with whenScaled Delete', async () => {
    await create({ whenDeleted: DELETE, whenScaled: DELETE });
    await patch({ replicas: 1 });
    assert.deepEqual(await owners(), { 'data-db-0': ['StatefulSet/db'], 'data-db-1': ['Pod/db-1'] });
  });

  it('are not used by the next pod of the name while they are to be deleted with the last', async () => {
    await create({ whenDeleted: RETAIN, whenScaled: DELETE });
    await patch({ replicas: 1 });
    assert.deepEqual(await owners(), { 'data-db-0': [], 'data-db-1': ['Pod/db-1'] });
    await finishPod(cluster, await podNamed('db-1'));
    await patch({ replicas: 2 });
    assert.deepEqual(await names(), ['db-0']);
    await cluster.client.patch(PersistentVolumeClaim, 'data-db-1', 'default', 'merge', {
      metadata: { finalizers: null },
    });
    await cluster.client.delete(PersistentVolumeClaim, 'data-db-1', 'default');
    await cluster.settle();
    assert.deepEqual(await names(), ['db-0', 'db-1']);
    assert.deepEqual((await owners())['data-db-1'], []);
  });

  it('are left to another controller that owns them, with a warning', async () => {
    await create({ whenDeleted: RETAIN, whenScaled: RETAIN });
    const other = { apiVersion: 'v1', kind: 'Other', name: 'x', uid: 'x', controller: true };
    await cluster.client.patch(PersistentVolumeClaim, 'data-db-0', 'default', 'merge', {
      metadata: { ownerReferences: [other] },
    });
    await patch({ persistentVolumeClaimRetentionPolicy: { whenDeleted: DELETE } });
    assert.deepEqual(await owners(), { 'data-db-0': ['Other/x'], 'data-db-1': ['StatefulSet/db'] });
    const own = { ...other, kind: 'StatefulSet', apiVersion: 'apps/v1', name: 'db', controller: false };
    const { uid = '' } = (await cluster.client.get(StatefulSet, 'db', 'default')).metadata;
    await cluster.client.patch(PersistentVolumeClaim, 'data-db-0', 'default', 'merge', {
      metadata: { ownerReferences: [other, { ...own, uid }] },
    });
    await patch({ template: { metadata: { annotations: { again: 'yes' } } } });
    await runKubelets(cluster);
    assert.deepEqual((await owners())['data-db-0'], ['Other/x']);
    const events = (await cluster.client.list(Event, { namespace: 'default' })).items;
    assert.ok(events.some(({ reason }) => reason === 'ConflictingController'));
  });

  it('keep a pod from being created while they are being deleted', async () => {
    await create({ whenDeleted: RETAIN, whenScaled: RETAIN });
    const finalizers = ['example.com/keep'];
    const setFinalizers = (value: string[] | null) =>
      cluster.client.patch(PersistentVolumeClaim, 'data-db-1', 'default', 'merge', {
        metadata: { finalizers: value },
      });
    await setFinalizers(finalizers);
    await cluster.client.delete(PersistentVolumeClaim, 'data-db-1', 'default');
    await finishPod(cluster, await podNamed('db-1'));
    await cluster.settle();
    assert.deepEqual(await names(), ['db-0']);
    await setFinalizers(null);
    await cluster.settle();
    assert.deepEqual(await names(), ['db-0', 'db-1']);
  });

  it('a set gives its pods their labels again', async () => {
    await create({});
    const POD_NAME = 'statefulset.kubernetes.io/pod-name';
    await cluster.client.patch(Pod, 'db-0', 'default', 'merge', {
      metadata: { labels: { [POD_NAME]: null } },
    });
    await cluster.settle();
    assert.equal((await podNamed('db-0')).metadata.labels?.[POD_NAME], 'db-0');
  });

  it('nothing is written when nothing changed', async () => {
    await create({ whenDeleted: DELETE, whenScaled: DELETE });
    const versions = async () => {
      const { items } = await cluster.client.list(PersistentVolumeClaim, { namespace: 'default' });
      const set = await cluster.client.get(StatefulSet, 'db', 'default');
      return [set, ...items, ...(await podsOf(cluster))].map(({ metadata }) => metadata.resourceVersion);
    };
    const before = await versions();
    await cluster.client.patch(StatefulSet, 'db', 'default', 'merge', {
      metadata: { annotations: { seen: 'again' } },
    });
    await cluster.settle();
    assert.deepEqual((await versions()).slice(1), before.slice(1));
  });
});
