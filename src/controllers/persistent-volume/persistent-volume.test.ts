import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { Event } from '../../api/kinds/core/v1/event.ts';
import { Node } from '../../api/kinds/core/v1/node.ts';
import { PersistentVolume } from '../../api/kinds/core/v1/persistent-volume.ts';
import { PersistentVolumeClaim } from '../../api/kinds/core/v1/persistent-volume-claim.ts';
import { Pod } from '../../api/kinds/core/v1/pod.ts';
import { StorageClass } from '../../api/kinds/storage/v1/storage-class.ts';
import {
  BIND_COMPLETED,
  BOUND_BY_CONTROLLER,
  DEFAULT_CLASS,
  PROVISIONED_BY,
  SELECTED_NODE,
  STORAGE_PROVISIONER,
} from '../../api/volumes/annotations.ts';
import { type SimCluster, simCluster } from '../../sim/cluster.ts';
import { aNode } from '../../sim/objects/node.ts';
import { aPod } from '../../sim/objects/pod.ts';
import { aClaim, aClass, aVolume, claimVolume, reachedFrom } from '../../sim/objects/storage.ts';

const namespace = 'default';
const controllers = [
  'persistentvolume-binder-controller',
  'persistentvolumeclaim-protection-controller',
  'persistentvolume-protection-controller',
];
const HOST = 'kubernetes.io/hostname';

let cluster: SimCluster;
const create = {
  claim: async (...args: Parameters<typeof aClaim>) => {
    await cluster.client.create(PersistentVolumeClaim, aClaim(...args));
    await cluster.settle();
  },
  volume: async (...args: Parameters<typeof aVolume>) => {
    await cluster.client.create(PersistentVolume, aVolume(...args));
    await cluster.settle();
  },
  class: async (...args: Parameters<typeof aClass>) => {
    await cluster.client.create(StorageClass, aClass(...args));
    await cluster.settle();
  },
};
const claim = (name = 'c') => cluster.client.get(PersistentVolumeClaim, name, namespace);
const volume = (name = 'v') => cluster.client.get(PersistentVolume, name);
const deleteClaim = async (name = 'c') => {
  await cluster.client.delete(PersistentVolumeClaim, name, namespace);
  await cluster.settle();
};
const phases = async () => {
  const all = [
    ...(await cluster.client.list(PersistentVolumeClaim, { namespace })).items,
    ...(await cluster.client.list(PersistentVolume)).items,
  ];
  return Object.fromEntries(all.map(({ metadata, status }) => [metadata.name, status?.phase]));
};
const reasons = async () =>
  (await cluster.client.list(Event)).items.map(({ reason, source }) => `${reason} ${source?.component}`);

describe('the persistent volume controller', () => {
  beforeEach(async () => {
    cluster = await simCluster({ controllers });
  });
  afterEach(() => cluster.stop());

  it('binds a claim to a volume that is there', async () => {
    await create.volume('v', { capacity: { storage: '5Gi' } });
    assert.deepEqual(await phases(), { v: 'Available' });
    await create.claim('c');
    assert.deepEqual(await phases(), { c: 'Bound', v: 'Bound' });
    const { metadata, spec, status } = await claim();
    assert.equal(spec?.volumeName, 'v');
    assert.deepEqual(status?.capacity, { storage: '5Gi' });
    assert.deepEqual(
      [metadata.annotations?.[BIND_COMPLETED], metadata.annotations?.[BOUND_BY_CONTROLLER]],
      ['yes', 'yes'],
    );
    const bound = await volume();
    assert.equal(bound.spec?.claimRef?.uid, metadata.uid);
    assert.equal(bound.metadata.annotations?.[BOUND_BY_CONTROLLER], 'yes');
    const text = cluster.metrics.render();
    assert.match(text, /^pv_collector_bound_pv_count\{storage_class=""\} 1$/m);
    assert.match(
      text,
      /^pv_collector_total_pv_count\{plugin_name="kubernetes.io\/host-path",volume_mode="Filesystem"\} 1$/m,
    );
  });

  it('binds a claim that waits as soon as a volume comes, and gives one volume to one claim', async () => {
    await create.claim('c');
    await create.claim('d');
    assert.deepEqual(await reasons(), [
      'FailedBinding persistentvolume-controller',
      'FailedBinding persistentvolume-controller',
    ]);
    await create.volume('v');
    const { c, d, v } = await phases();
    assert.deepEqual([[c, d].sort(), v], [['Bound', 'Pending'], 'Bound']);
  });

  it('releases a volume whose claim is deleted, and does not give it to another', async () => {
    await create.volume('v');
    await create.claim('c');
    await deleteClaim();
    assert.deepEqual(await phases(), { v: 'Released' });
    await create.claim('c');
    assert.deepEqual(await phases(), { v: 'Released', c: 'Pending' });
    // Who wants it used again removes the reference.
    await cluster.client.patch(PersistentVolume, 'v', undefined, 'merge', { spec: { claimRef: null } });
    await cluster.settle();
    assert.deepEqual(await phases(), { v: 'Bound', c: 'Bound' });
  });

  it('says that it cannot delete or recycle', async () => {
    await create.volume('v', { persistentVolumeReclaimPolicy: 'Delete' });
    await create.claim('c');
    await deleteClaim();
    const { status } = await volume();
    assert.deepEqual(
      [status?.phase, status?.message],
      ['Failed', 'error getting deleter volume plugin for volume "v": no deletable volume plugin matched'],
    );
    assert.ok((await reasons()).includes('VolumeFailedDelete persistentvolume-controller'));
  });

  it('leaves a volume to the provisioner that has made it', async () => {
    const annotations = { [PROVISIONED_BY]: 'd.example.com' };
    await create.volume('v', { persistentVolumeReclaimPolicy: 'Delete' }, { annotations });
    await create.claim('c');
    await deleteClaim();
    assert.deepEqual(await phases(), { v: 'Released' });
  });

  it('reports a claim whose volume is gone as lost', async () => {
    await create.volume('v');
    await create.claim('c');
    await cluster.client.delete(PersistentVolume, 'v');
    await cluster.client.patch(PersistentVolume, 'v', undefined, 'merge', {
      metadata: { finalizers: null },
    });
    await cluster.settle();
    assert.deepEqual(await phases(), { c: 'Lost' });
    assert.ok((await reasons()).includes('ClaimLost persistentvolume-controller'));
  });

  it('asks the provisioner of the class', async () => {
    await create.class('k', { provisioner: 'd.example.com', volumeBindingMode: 'Immediate' });
    await create.claim('c', { storageClassName: 'k' });
    const { metadata } = await claim();
    assert.equal(metadata.annotations?.[STORAGE_PROVISIONER], 'd.example.com');
    assert.equal(metadata.annotations?.['volume.beta.kubernetes.io/storage-provisioner'], 'd.example.com');
    assert.ok((await reasons()).includes('ExternalProvisioning persistentvolume-controller'));
    const { uid } = metadata;
    const claimRef = { namespace, name: 'c', uid: uid! };
    await cluster.step(3_000);
    const persistentVolumeReclaimPolicy = 'Delete';
    const annotations = { [PROVISIONED_BY]: 'd.example.com' };
    await create.volume(
      'pvc-1',
      { storageClassName: 'k', claimRef, persistentVolumeReclaimPolicy },
      { annotations },
    );
    assert.deepEqual(await phases(), { c: 'Bound', 'pvc-1': 'Bound' });
    const took = (operation: string) => {
      const name = `volume_operation_total_seconds_sum{operation_name="${operation}",plugin_name="d.example.com"}`;
      const other = `volume_operation_total_seconds_sum{plugin_name="d.example.com",operation_name="${operation}"}`;
      const line = cluster.metrics
        .render()
        .split('\n')
        .find((one) => one.startsWith(name) || one.startsWith(other));
      return Number(line?.split(' ').at(-1));
    };
    assert.ok(took('provision') >= 3, `${took('provision')} s`);
    await deleteClaim();
    await cluster.step(2_000);
    await cluster.client.patch(PersistentVolume, 'pvc-1', undefined, 'merge', {
      metadata: { finalizers: null },
    });
    await cluster.client.delete(PersistentVolume, 'pvc-1').catch(() => {});
    await cluster.settle();
    assert.ok(took('delete') >= 2, `${took('delete')} s`);
  });

  it('gives a claim without a class the default class that comes later', async () => {
    await create.claim('c', { storageClassName: undefined });
    await create.class('k', { metadata: { annotations: { [DEFAULT_CLASS]: 'true' } } });
    assert.equal((await claim()).spec?.storageClassName, 'k');
    assert.match(cluster.metrics.render(), /^retroactive_storageclass_total 1$/m);
  });

  it('leaves a claim of a class that waits for pods to the scheduler', async () => {
    await create.class('k');
    await create.volume('v', { storageClassName: 'k' });
    await create.claim('c', { storageClassName: 'k' });
    assert.deepEqual(await phases(), { c: 'Pending', v: 'Available' });
    assert.deepEqual(await reasons(), ['WaitForFirstConsumer persistentvolume-controller']);
    await cluster.client.create(Pod, aPod('p', { volumes: [claimVolume('c')] }));
    await cluster.step(15_000);
    assert.ok((await reasons()).includes('WaitForPodScheduled persistentvolume-controller'));
  });

  it('writes nothing when it starts again', async () => {
    await create.volume('v');
    await create.claim('c');
    const versions = async () => [
      (await claim()).metadata.resourceVersion,
      (await volume()).metadata.resourceVersion,
    ];
    const before = await versions();
    const { store } = cluster;
    await cluster.stop();
    cluster = await simCluster({ controllers, apiServer: { store } });
    await cluster.step(20_000);
    assert.deepEqual(await versions(), before);
  });
});

it('a pod goes where a local volume is, and its claim is bound to it', async (t) => {
  cluster = await simCluster({ controllers, scheduler: true }, t);
  for (const name of ['a', 'b']) {
    await cluster.client.create(Node, aNode(name, {}, {}, { labels: { [HOST]: name } }));
    await cluster.client.patch(Node, name, undefined, 'merge', { spec: { taints: null } });
  }
  await create.class('k');
  await create.volume('v', { storageClassName: 'k', ...reachedFrom(HOST, 'b') });
  await create.claim('c', { storageClassName: 'k' });
  await cluster.client.create(Pod, aPod('p', { volumes: [claimVolume('c')] }));
  await cluster.settle();
  assert.equal((await cluster.client.get(Pod, 'p', namespace)).spec?.nodeName, 'b');
  assert.deepEqual(await phases(), { c: 'Bound', v: 'Bound' });
  assert.equal((await claim()).metadata.annotations?.[SELECTED_NODE], undefined);
});
