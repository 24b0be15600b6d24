// The process of the controllers ends after each of its steps, writes and calls of the driver alike, and another takes over.
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { PersistentVolume } from '../../api/kinds/core/v1/persistent-volume.ts';
import { PersistentVolumeClaim } from '../../api/kinds/core/v1/persistent-volume-claim.ts';
import { StorageClass } from '../../api/kinds/storage/v1/storage-class.ts';
import { simCluster } from '../../sim/cluster.ts';
import { aClaim, aClass } from '../../sim/objects/storage.ts';
import { FakeDriver } from '../csi/driver.fake.ts';
import { Process, runIn } from '../csi/process.fake.ts';
import { addNode, DRIVER } from '../csi/scene.fake.ts';
import { createCsiProvisioner } from './controller.ts';

for (const isCarriedOut of [false, true])
  for (const what of ['made', 'deleted'] as const)
    it(`a volume is ${what} once, whichever step ${isCarriedOut ? 'has no answer' : 'is not taken'}`, async (t) => {
      for (let last = 1, ended = true; ended; last++) {
        const driver = new FakeDriver();
        const controllers = ['persistentvolume-binder-controller', 'persistentvolume-protection-controller'];
        const cluster = await simCluster({ controllers }, t);
        await addNode(cluster, 'n1');
        const own = { provisioner: DRIVER, volumeBindingMode: 'Immediate' as const };
        await cluster.client.create(StorageClass, aClass('fast', own));
        const run = (process: Process) =>
          runIn(process, cluster, driver, 'csi-provisioner', createCsiProvisioner);
        const remove = async () => {
          await cluster.client.patch(PersistentVolumeClaim, 'c', 'default', 'merge', {
            metadata: { finalizers: null },
          });
          await cluster.client.delete(PersistentVolumeClaim, 'c', 'default');
        };
        const first = new Process(what === 'made' ? last : undefined, isCarriedOut);
        let end = await run(first);
        const { metadata } = await cluster.client.create(
          PersistentVolumeClaim,
          aClaim('c', { storageClassName: 'fast' }),
        );
        await cluster.settle();
        const second = new Process(what === 'made' ? undefined : last, isCarriedOut);
        end();
        end = await run(second);
        await cluster.step(2_000);
        assert.deepEqual([...driver.volumes.keys()], [`pvc-${metadata.uid}`]);
        const claim = await cluster.client.get(PersistentVolumeClaim, 'c', 'default');
        assert.deepEqual(
          [claim.status?.phase, (await cluster.client.list(PersistentVolume)).items.length],
          ['Bound', 1],
        );
        await remove();
        await cluster.settle();
        end();
        end = await run(new Process());
        await cluster.step(2_000);
        assert.deepEqual([driver.volumes.size, (await cluster.client.list(PersistentVolume)).items], [0, []]);
        end();
        ended = (what === 'made' ? first : second).steps >= last;
      }
    });
