import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import { PersistentVolumeClaim } from '../../../api/kinds/core/v1/persistent-volume-claim.ts';
import { CSIDriver } from '../../../api/kinds/storage/v1/csi-driver.ts';
import { CSINode } from '../../../api/kinds/storage/v1/csi-node.ts';
import { CSIStorageCapacity } from '../../../api/kinds/storage/v1/csi-storage-capacity.ts';
import { StorageClass } from '../../../api/kinds/storage/v1/storage-class.ts';
import { SELECTED_NODE } from '../../../api/volumes/annotations.ts';
import type { SimCluster } from '../../../sim/cluster.ts';
import { aClaim, aClass } from '../../../sim/objects/storage.ts';
import { FakeDriver, type FakeDriverOptions } from '../../csi/driver.fake.ts';
import { addNode, csiCluster, DRIVER, TOPOLOGY } from '../../csi/scene.fake.ts';

const GI = 2 ** 30;

let cluster: SimCluster;
let driver: FakeDriver;

async function start(
  options: FakeDriverOptions,
  { storageCapacity = true, isWaited = true } = {},
): Promise<void> {
  driver = new FakeDriver({ capacity: 10 * GI, ...options });
  const controllers = [
    'csi-provisioner',
    'persistentvolume-binder-controller',
    'persistentvolumeclaim-protection-controller',
  ];
  cluster = await csiCluster({ driver, on: ['n1', 'n2'], controllers });
  await cluster.client.create(CSIDriver, {
    ...{ apiVersion: 'storage.k8s.io/v1', kind: 'CSIDriver', metadata: { name: DRIVER } },
    spec: { storageCapacity },
  });
  await cluster.client.create(StorageClass, aClass('fast', { provisioner: DRIVER }));
  await cluster.settle();
  if (isWaited) await claim('waiting');
}
async function claim(name: string, metadata = {}): Promise<void> {
  const wanted = aClaim(name, { storageClassName: 'fast' }, metadata);
  await cluster.client.create(PersistentVolumeClaim, wanted);
  await cluster.settle();
}
const found = async () =>
  (await cluster.client.list(CSIStorageCapacity)).items
    .map((one) => ({
      ...{ class: one.storageClassName, room: one.capacity },
      node: one.nodeTopology?.matchLabels?.[TOPOLOGY],
    }))
    .sort((a, b) => (`${a.class}${a.node}` < `${b.class}${b.node}` ? -1 : 1));
const count = () => driver.calls.filter((call) => call.endsWith(' GetCapacity')).length;

describe('the room for volumes', () => {
  afterEach(() => cluster.stop());

  it('is told for every class and part of the topology, by the nodes that are there', async () => {
    await start({ hasTopology: true });
    await cluster.client.create(StorageClass, aClass('slow', { provisioner: DRIVER }));
    await cluster.settle();
    assert.deepEqual(await found(), [
      { class: 'fast', room: '10Gi', node: 'n1' },
      { class: 'fast', room: '10Gi', node: 'n2' },
      { class: 'slow', room: '10Gi', node: 'n1' },
      { class: 'slow', room: '10Gi', node: 'n2' },
    ]);
    const [{ metadata }] = (await cluster.client.list(CSIStorageCapacity)).items as [CSIStorageCapacity];
    assert.equal(metadata.namespace, 'kube-system');
    assert.equal(metadata.labels?.['csi.storage.k8s.io/drivername'], DRIVER);
    assert.equal(metadata.ownerReferences?.[0]?.kind, 'CSIDriver');
    assert.ok(driver.calls.includes('n2 GetCapacity'));
  });

  it('is one number for a driver without topology, and none for one that does not want it', async () => {
    await start({});
    assert.deepEqual(await found(), [{ class: 'fast', room: '10Gi', node: undefined }]);
    await cluster.stop();
    await start({}, { storageCapacity: false });
    assert.deepEqual([await found(), count()], [[], 0]);
  });

  it('is looked at every minute', async () => {
    await start({});
    driver.capacity = 4 * GI;
    await cluster.step(59_000);
    assert.equal((await found())[0]?.room, '10Gi');
    await cluster.step(2_000);
    assert.equal((await found())[0]?.room, '4Gi');
  });

  it('is asked for by nobody while no claim waits for a volume', async () => {
    await start({}, { isWaited: false });
    await cluster.step(200_000);
    assert.deepEqual([await found(), driver.calls], [[], []]);
    await claim('first');
    assert.deepEqual(await found(), [{ class: 'fast', room: '10Gi', node: undefined }]);
    await cluster.client.delete(PersistentVolumeClaim, 'first', 'default');
    driver.capacity = 5 * GI;
    await cluster.step(600_000);
    assert.equal(count(), 1);
    await claim('second');
    assert.equal((await found())[0]?.room, '5Gi');
  });

  it('is looked at when a volume has been made, or could not be', async () => {
    await start({ hasTopology: true });
    driver.capacity = 9 * GI;
    const annotations = { [SELECTED_NODE]: 'n1' };
    await claim('a', { annotations });
    assert.deepEqual(
      (await found()).map(({ room }) => room),
      ['9Gi', '10Gi'],
    );
    driver.capacity = 0;
    driver.faults.push({ method: 'CreateVolume', code: 'resourceExhausted' });
    await claim('b', { annotations });
    assert.deepEqual(
      (await found()).map(({ room }) => room),
      ['0', '10Gi'],
    );
  });

  it('is told no more when a node or class is gone', async () => {
    await start({ hasTopology: true });
    await cluster.client.delete(CSINode, 'n2');
    await cluster.settle();
    assert.deepEqual(await found(), [{ class: 'fast', room: '10Gi', node: 'n1' }]);
    await cluster.client.delete(StorageClass, 'fast');
    await cluster.settle();
    assert.deepEqual(await found(), []);
  });

  it('is told again when somebody deletes it, and of a node that comes', async () => {
    await start({ hasTopology: true });
    const [first] = (await cluster.client.list(CSIStorageCapacity)).items;
    await cluster.client.delete(CSIStorageCapacity, first!.metadata.name!, 'kube-system');
    await addNode(cluster, 'n3');
    assert.deepEqual(
      (await found()).map(({ node }) => node),
      ['n1', 'n2', 'n3'],
    );
  });
});
