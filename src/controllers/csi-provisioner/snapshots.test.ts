import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { CustomResourceDefinition } from '../../api/kinds/apiextensions/v1/custom-resource-definition.ts';
import { PersistentVolumeClaim } from '../../api/kinds/core/v1/persistent-volume-claim.ts';
import { VolumeSnapshot } from '../../api/kinds/snapshot/v1/volume-snapshot.ts';
import {
  VolumeSnapshotContent,
  type VolumeSnapshotContentSpec,
} from '../../api/kinds/snapshot/v1/volume-snapshot-content.ts';
import { StorageClass } from '../../api/kinds/storage/v1/storage-class.ts';
import { SELECTED_NODE } from '../../api/volumes/annotations.ts';
import { snapshotDefinitions } from '../../api/volumes/snapshots/definitions.ts';
import { MANAGED_BY } from '../../api/volumes/snapshots/names.ts';
import type { SimCluster } from '../../sim/cluster.ts';
import { aContent, aSnapshot } from '../../sim/objects/snapshots.ts';
import { aClaim, aClass } from '../../sim/objects/storage.ts';
import { FakeDriver } from '../csi/driver.fake.ts';
import { csiCluster, DRIVER, eventsOf, TOPOLOGY } from '../csi/scene.fake.ts';
import { SNAPSHOT_PROTECTION } from './protection.ts';

const namespace = 'default';

let cluster: SimCluster;
let driver: FakeDriver;

/** The snapshot `s`, taken of another volume. */
async function snapshot(own: Partial<VolumeSnapshotContentSpec> = {}, readyToUse = true): Promise<void> {
  const { client } = cluster;
  const made = await client.create(VolumeSnapshot, aSnapshot('s'));
  const { uid } = made.metadata;
  const ref = { name: 's', namespace, ...(uid && { uid }) };
  await client.create(
    VolumeSnapshotContent,
    aContent('k', { driver: DRIVER, volumeSnapshotRef: ref, ...own }),
  );
  const status = (value: object) => ({ status: value });
  const options = { subresource: 'status' };
  await client.patch(
    VolumeSnapshotContent,
    'k',
    undefined,
    'merge',
    status({ snapshotHandle: 'snap-1' }),
    options,
  );
  const bound = { boundVolumeSnapshotContentName: 'k', readyToUse, restoreSize: '1Gi' };
  await client.patch(VolumeSnapshot, 's', namespace, 'merge', status(bound), options);
}
async function claim(storage = '1Gi'): Promise<string> {
  const dataSource = { apiGroup: 'snapshot.storage.k8s.io', kind: 'VolumeSnapshot', name: 's' };
  const spec = { storageClassName: 'fast', dataSource, resources: { requests: { storage } } };
  const { metadata } = await cluster.client.create(PersistentVolumeClaim, aClaim('c', spec));
  await cluster.settle();
  return `pvc-${metadata.uid}`;
}
const failures = async () =>
  (await eventsOf(cluster, 'csi-provisioner')).filter((event) => event.startsWith('ProvisioningFailed'));
const finalizers = async () =>
  (await cluster.client.get(VolumeSnapshot, 's', namespace)).metadata.finalizers ?? [];

describe('a claim whose contents are on the disk of another node than its pod', () => {
  it('is given that node', async () => {
    const disks = new FakeDriver({ hasTopology: true });
    const controllers = ['csi-provisioner', 'persistentvolume-binder-controller'];
    cluster = await csiCluster({ driver: disks, controllers, on: ['n1', 'n2'] });
    try {
      for (const definition of snapshotDefinitions())
        await cluster.client.create(CustomResourceDefinition, definition);
      const late = { provisioner: DRIVER, volumeBindingMode: 'WaitForFirstConsumer' } as const;
      await cluster.client.create(StorageClass, aClass('fast', late));
      await cluster.settle();
      await snapshot();
      const labels = { labels: { [MANAGED_BY]: 'n2' } };
      await cluster.client.patch(VolumeSnapshotContent, 'k', undefined, 'merge', { metadata: labels });
      const name = await claim();
      assert.equal(disks.volumes.size, 0);
      const selected = { metadata: { annotations: { [SELECTED_NODE]: 'n1' } } };
      await cluster.client.patch(PersistentVolumeClaim, 'c', namespace, 'merge', selected);
      await cluster.settle();
      const { metadata } = await cluster.client.get(PersistentVolumeClaim, 'c', namespace);
      assert.equal(metadata.annotations?.[SELECTED_NODE], 'n2');
      assert.deepEqual(disks.volumes.get(name)?.segments, { [TOPOLOGY]: 'n2' });
    } finally {
      await cluster.stop();
    }
  });
});

describe('a claim whose contents come from a snapshot', () => {
  beforeEach(async () => {
    driver = new FakeDriver();
    const controllers = [
      'csi-provisioner',
      'persistentvolume-binder-controller',
      'persistentvolumeclaim-protection-controller',
    ];
    cluster = await csiCluster({ driver, controllers });
    for (const definition of snapshotDefinitions())
      await cluster.client.create(CustomResourceDefinition, definition);
    await cluster.settle();
    await cluster.client.create(
      StorageClass,
      aClass('fast', { provisioner: DRIVER, volumeBindingMode: 'Immediate' }),
    );
  });
  afterEach(() => cluster.stop());

  it('gets a volume that the driver makes from it', async () => {
    await snapshot();
    const name = await claim();
    assert.deepEqual(driver.volumes.get(name)?.request.volumeContentSource, {
      snapshot: { snapshotId: 'snap-1' },
      volume: undefined,
    });
    assert.deepEqual(await finalizers(), []);
  });

  it('holds the snapshot until the volume is made', async () => {
    await snapshot();
    driver.faults.push({ method: 'CreateVolume', code: 'unavailable' });
    const name = await claim();
    await cluster.client.delete(VolumeSnapshot, 's', namespace);
    assert.deepEqual(await finalizers(), [SNAPSHOT_PROTECTION]);
    await cluster.step(1_100);
    assert.ok(driver.volumes.has(name));
    await assert.rejects(finalizers(), { message: /not found/ });
  });

  it('waits until the snapshot is ready', async () => {
    await snapshot({}, false);
    await claim();
    assert.deepEqual(await failures(), ['ProvisioningFailed: snapshot s is not Ready']);
    const status = { status: { readyToUse: true } };
    await cluster.client.patch(VolumeSnapshot, 's', namespace, 'merge', status, { subresource: 'status' });
    await cluster.step(1_100);
    assert.equal(driver.volumes.size, 1);
  });

  it('must be as large, of the same mode, and the content of the snapshot itself and of the same driver', async () => {
    const cases: [RegExp, Partial<VolumeSnapshotContentSpec>, string?][] = [
      [/requested volume size 536870912 is less than the size 1073741824/, {}, '512Mi'],
      [/is not handled by CSI driver of StorageClass fast/, { driver: 'other.example.com' }],
      [/is bound to a different snapshot/, { volumeSnapshotRef: { name: 'z', namespace, uid: 'z' } }],
      [/modifies the mode of the source volume/, { sourceVolumeMode: 'Block' }],
    ];
    for (const [message, own, size] of cases) {
      await snapshot(own);
      await claim(size);
      assert.ok(
        (await failures()).some((failure) => message.test(failure)),
        String(message),
      );
      await cluster.client.delete(PersistentVolumeClaim, 'c', namespace);
      await cluster.client.delete(VolumeSnapshot, 's', namespace);
      await cluster.client.delete(VolumeSnapshotContent, 'k');
      await cluster.settle();
    }
    assert.equal(driver.volumes.size, 0);
  });
});
