import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import { PersistentVolume } from '../../api/kinds/core/v1/persistent-volume.ts';
import { PersistentVolumeClaim } from '../../api/kinds/core/v1/persistent-volume-claim.ts';
import { Pod } from '../../api/kinds/core/v1/pod.ts';
import { StorageClass } from '../../api/kinds/storage/v1/storage-class.ts';
import { VolumeAttributesClass } from '../../api/kinds/storage/v1/volume-attributes-class.ts';
import type { SimCluster } from '../../sim/cluster.ts';
import { aPod } from '../../sim/objects/pod.ts';
import { aClaim, aClass, aVolume, claimVolume } from '../../sim/objects/storage.ts';
import { FakeDriver, type FakeDriverOptions } from '../csi/driver.fake.ts';
import { csiCluster, DRIVER, eventsOf } from '../csi/scene.fake.ts';

const namespace = 'default';
const status = { subresource: 'status' };

let cluster: SimCluster;
let driver: FakeDriver;

/** With the claim `c` of 1Gi, bound to the volume `v`. */
async function start(options?: FakeDriverOptions): Promise<void> {
  driver = new FakeDriver(options);
  driver.add('h');
  const controllers = ['csi-resizer', 'persistentvolume-binder-controller'];
  cluster = await csiCluster({ driver, controllers });
  const { client } = cluster;
  const storageClassName = 'fast';
  const own = { provisioner: DRIVER, volumeBindingMode: 'Immediate' as const, allowVolumeExpansion: true };
  await client.create(StorageClass, aClass(storageClassName, own));
  const { hostPath: _, ...spec } = aVolume('v').spec!;
  const csi = { driver: DRIVER, volumeHandle: 'h' };
  await client.create(PersistentVolume, { ...aVolume('v'), spec: { ...spec, csi, storageClassName } });
  await client.create(PersistentVolumeClaim, aClaim('c', { storageClassName }));
  await cluster.settle();
  assert.equal((await claim()).status?.phase, 'Bound');
}
const claim = () => cluster.client.get(PersistentVolumeClaim, 'c', namespace);
const volume = () => cluster.client.get(PersistentVolume, 'v');
const patch = async (spec: object) => {
  await cluster.client.patch(PersistentVolumeClaim, 'c', namespace, 'merge', { spec });
  await cluster.settle();
};
const ask = (storage: string) => patch({ resources: { requests: { storage } } });
const state = async () => {
  const { status: found } = await claim();
  return {
    capacity: found?.capacity?.storage,
    allocated: found?.allocatedResources?.storage,
    status: found?.allocatedResourceStatuses?.storage,
    conditions: found?.conditions?.map(({ type }) => type) ?? [],
  };
};
const events = () => eventsOf(cluster, 'csi-resizer');
const count = (method: string) => driver.calls.filter((call) => call === `n1 ${method}`).length;

describe('the expansion of a volume', () => {
  afterEach(() => cluster.stop());

  it('is made by the driver, and the file system left to the node', async () => {
    await start();
    await ask('2Gi');
    assert.equal(driver.volumes.get('h')?.bytes, 2 ** 31);
    assert.equal((await volume()).spec?.capacity?.storage, '2Gi');
    assert.deepEqual(await state(), {
      ...{ capacity: '1Gi', allocated: '2Gi', status: 'NodeResizePending' },
      conditions: ['Resizing', 'FileSystemResizePending'],
    });
    assert.deepEqual(await events(), [
      'Resizing: External resizer is resizing volume v',
      'FileSystemResizeRequired: Require file system resize of volume on node',
    ]);
    await cluster.step(60_000);
    assert.equal(count('ControllerExpandVolume'), 1);
  });

  it('is done when the node has nothing to do', async () => {
    await start();
    driver.nodeExpansion = false;
    await ask('2Gi');
    assert.deepEqual(await state(), {
      ...{ capacity: '2Gi', allocated: '2Gi', status: undefined, conditions: [] },
    });
    const { annotations } = (await claim()).metadata;
    assert.equal(annotations?.['volume.kubernetes.io/node-expansion-not-required'], 'true');
    assert.ok((await events()).includes('VolumeResizeSuccessful: Resize volume succeeded'));
  });

  it('is left to the node by a driver that expands there only', async () => {
    await start({ capabilities: ['CREATE_DELETE_VOLUME'], expands: true });
    await ask('2Gi');
    assert.equal((await state()).status, 'NodeResizePending');
    assert.equal((await volume()).spec?.capacity?.storage, '2Gi');
    assert.equal(count('ControllerExpandVolume'), 0);
  });

  it('is not begun for a driver that cannot', async () => {
    await start({ capabilities: ['CREATE_DELETE_VOLUME'] });
    await ask('2Gi');
    assert.deepEqual(await state(), {
      ...{ capacity: '1Gi', allocated: undefined, status: undefined, conditions: [] },
    });
  });

  for (const after of [false, true])
    it(`is repeated to the same size when nobody knows whether it was ${after ? 'carried out' : 'begun'}`, async () => {
      await start();
      driver.faults.push({ method: 'ControllerExpandVolume', code: 'deadlineExceeded', after });
      await ask('4Gi');
      assert.equal((await state()).status, 'ControllerResizeInProgress');
      await ask('3Gi');
      await cluster.step(2_100);
      const sizes = driver.requests.flatMap((request) => {
        const { capacityRange } = request as { capacityRange?: { requiredBytes: number } };
        return capacityRange ? [capacityRange.requiredBytes / 2 ** 30] : [];
      });
      assert.deepEqual(sizes, [4, 4]);
      assert.equal((await volume()).spec?.capacity?.storage, '4Gi');
    });

  it('says what failed, and may be less after the driver has refused', async () => {
    await start();
    driver.faults.push({ method: 'ControllerExpandVolume', code: 'outOfRange', times: 9 });
    await ask('4Gi');
    const { conditions, ...rest } = await state();
    assert.deepEqual(rest, { capacity: '1Gi', allocated: '4Gi', status: 'ControllerResizeInfeasible' });
    assert.ok(conditions.includes('ControllerResizeError'));
    const [failed] = (await events()).filter((event) => event.startsWith('VolumeResizeFailed'));
    assert.match(
      failed ?? '',
      /resize volume "v" by resizer "disk.example.com" failed: rpc error: code = OutOfRange/,
    );
    await cluster.step(290_000);
    assert.equal(count('ControllerExpandVolume'), 1);
    driver.faults.length = 0;
    await ask('2Gi');
    assert.deepEqual(
      [(await state()).status, (await volume()).spec?.capacity?.storage],
      ['NodeResizePending', '2Gi'],
    );
  });

  it('waits for the end of pods when the driver does not expand what is used', async () => {
    await start();
    await cluster.client.create(Pod, aPod('p', { nodeName: 'n1', volumes: [claimVolume('c')] }));
    driver.faults.push({ method: 'ControllerExpandVolume', code: 'failedPrecondition' });
    await ask('2Gi');
    await cluster.step(10_000);
    assert.equal(count('ControllerExpandVolume'), 1);
    await cluster.client.delete(Pod, 'p', namespace, { gracePeriodSeconds: 0 });
    await cluster.step(60_000);
    assert.equal((await state()).status, 'NodeResizePending');
  });

  it('is tried again when the node could not', async () => {
    await start();
    await ask('2Gi');
    const infeasible = { status: { allocatedResourceStatuses: { storage: 'NodeResizeInfeasible' } } };
    await cluster.client.patch(PersistentVolumeClaim, 'c', namespace, 'merge', infeasible, status);
    await cluster.settle();
    assert.deepEqual([(await state()).status, count('ControllerExpandVolume')], ['NodeResizePending', 2]);
  });
});

describe('the modification of a volume', () => {
  afterEach(() => cluster.stop());

  const attributes = async (name: string, parameters: Record<string, string>) => {
    const kind = { apiVersion: 'storage.k8s.io/v1' as const, kind: 'VolumeAttributesClass' as const };
    await cluster.client.create(VolumeAttributesClass, {
      ...{ ...kind, metadata: { name }, driverName: DRIVER, parameters },
    });
    await cluster.settle();
  };
  const want = (volumeAttributesClassName: string) => patch({ volumeAttributesClassName });
  const modified = async () => {
    const { status: found } = await claim();
    return [found?.currentVolumeAttributesClassName, found?.modifyVolumeStatus] as const;
  };

  it('gives the volume the attributes of the class that the claim names', async () => {
    await start();
    await attributes('gold', { iops: '9' });
    await want('gold');
    assert.deepEqual(driver.volumes.get('h')?.attributes, { iops: '9' });
    assert.deepEqual(await modified(), ['gold', undefined]);
    assert.equal((await volume()).spec?.volumeAttributesClassName, 'gold');
    assert.deepEqual((await claim()).status?.conditions ?? [], []);
    assert.deepEqual(await events(), [
      'VolumeModify: external resizer is modifying volume c with vac gold',
      'VolumeModifySuccessful: external resizer modified volume c with vac gold successfully',
    ]);
  });

  it('waits for a class that is not there yet', async () => {
    await start();
    await want('gold');
    assert.deepEqual(await modified(), [undefined, { status: 'Pending' }]);
    assert.ok((await events()).includes('VolumeModifyFailed: VAC "gold" does not exist.'));
    await attributes('gold', { iops: '9' });
    assert.deepEqual(await modified(), ['gold', undefined]);
  });

  it('ends what nobody knows the end of before it begins another', async () => {
    await start();
    await attributes('gold', { iops: '9' });
    await attributes('silver', { iops: '5' });
    driver.faults.push({ method: 'ControllerModifyVolume', code: 'unavailable' });
    await want('gold');
    assert.deepEqual(await modified(), [
      ...[undefined, { status: 'InProgress', targetVolumeAttributesClassName: 'gold' }],
    ]);
    await want('silver');
    assert.deepEqual(driver.volumes.get('h')?.attributes, { iops: '5' });
    const asked = driver.requests.flatMap(
      (request) => (request as { mutableParameters?: object }).mutableParameters ?? [],
    );
    assert.deepEqual(asked, [{ iops: '9' }, { iops: '9' }, { iops: '5' }]);
    assert.deepEqual(await modified(), ['silver', undefined]);
  });

  it('says that it will never be, and takes another class at once', async () => {
    await start();
    await attributes('gold', { iops: '9' });
    await attributes('silver', { iops: '5' });
    driver.faults.push({ method: 'ControllerModifyVolume', code: 'invalidArgument' });
    await want('gold');
    assert.deepEqual(await modified(), [
      ...[undefined, { status: 'Infeasible', targetVolumeAttributesClassName: 'gold' }],
    ]);
    const conditions = (await claim()).status?.conditions?.map(({ type, reason }) => [type, reason]);
    assert.deepEqual(conditions, [
      ['ModifyingVolume', undefined],
      ['ModifyVolumeError', 'InvalidArgument'],
    ]);
    await cluster.step(200_000);
    assert.equal(count('ControllerModifyVolume'), 1);
    await want('silver');
    assert.deepEqual(await modified(), ['silver', undefined]);
  });
});
