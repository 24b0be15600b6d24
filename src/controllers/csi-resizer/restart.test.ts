// The process of the controllers ends after each of its steps, writes and calls of the driver alike, and another takes over.
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { PersistentVolume } from '../../api/kinds/core/v1/persistent-volume.ts';
import { PersistentVolumeClaim } from '../../api/kinds/core/v1/persistent-volume-claim.ts';
import { StorageClass } from '../../api/kinds/storage/v1/storage-class.ts';
import { VolumeAttributesClass } from '../../api/kinds/storage/v1/volume-attributes-class.ts';
import { simCluster } from '../../sim/cluster.ts';
import { aClaim, aClass, aVolume } from '../../sim/objects/storage.ts';
import { FakeDriver } from '../csi/driver.fake.ts';
import { Process, runIn } from '../csi/process.fake.ts';
import { addNode, DRIVER } from '../csi/scene.fake.ts';
import { createCsiResizer } from './controller.ts';

for (const isCarriedOut of [false, true])
  it(`a volume grows and is modified, whichever step ${isCarriedOut ? 'has no answer' : 'is not taken'}`, async (t) => {
    for (let last = 1, ended = true; ended; last++) {
      const driver = new FakeDriver();
      const made = driver.add('h');
      const cluster = await simCluster({ controllers: ['persistentvolume-binder-controller'] }, t);
      const { client } = cluster;
      await addNode(cluster, 'n1');
      const storageClassName = 'fast';
      const own = {
        provisioner: DRIVER,
        volumeBindingMode: 'Immediate' as const,
        allowVolumeExpansion: true,
      };
      await client.create(StorageClass, aClass(storageClassName, own));
      await client.create(VolumeAttributesClass, {
        ...{ apiVersion: 'storage.k8s.io/v1', kind: 'VolumeAttributesClass', metadata: { name: 'gold' } },
        ...{ driverName: DRIVER, parameters: { iops: '9' } },
      });
      const { hostPath: _, ...spec } = aVolume('v').spec!;
      const csi = { driver: DRIVER, volumeHandle: 'h' };
      await client.create(PersistentVolume, { ...aVolume('v'), spec: { ...spec, csi, storageClassName } });
      await client.create(PersistentVolumeClaim, aClaim('c', { storageClassName }));
      await cluster.settle();
      const run = (process: Process) => runIn(process, cluster, driver, 'csi-resizer', createCsiResizer);
      const broken = new Process(last, isCarriedOut);
      let end = await run(broken);
      await client.patch(PersistentVolumeClaim, 'c', 'default', 'merge', {
        spec: { resources: { requests: { storage: '2Gi' } }, volumeAttributesClassName: 'gold' },
      });
      await cluster.step(1_000);
      end();
      end = await run(new Process());
      await cluster.step(5_000);
      assert.deepEqual([made.bytes, made.attributes], [2 ** 31, { iops: '9' }]);
      const volume = await client.get(PersistentVolume, 'v');
      assert.deepEqual(
        [volume.spec?.capacity?.storage, volume.spec?.volumeAttributesClassName],
        ['2Gi', 'gold'],
      );
      const { status } = await client.get(PersistentVolumeClaim, 'c', 'default');
      assert.deepEqual(
        [
          status?.allocatedResourceStatuses?.storage,
          status?.currentVolumeAttributesClassName,
          status?.modifyVolumeStatus,
        ],
        ['NodeResizePending', 'gold', undefined],
      );
      end();
      ended = broken.steps >= last;
    }
  });
