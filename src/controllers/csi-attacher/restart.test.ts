// The process of the controllers ends after each of its steps, writes and calls of the driver alike, and another takes over.
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { PersistentVolume } from '../../api/kinds/core/v1/persistent-volume.ts';
import { VolumeAttachment } from '../../api/kinds/storage/v1/volume-attachment.ts';
import { simCluster } from '../../sim/cluster.ts';
import { aVolume } from '../../sim/objects/storage.ts';
import { FakeDriver } from '../csi/driver.fake.ts';
import { Process, runIn } from '../csi/process.fake.ts';
import { addNode, DRIVER } from '../csi/scene.fake.ts';
import { createCsiAttacher } from './controller.ts';

for (const isCarriedOut of [false, true])
  for (const what of ['attached', 'detached'] as const)
    it(`a volume is ${what}, whichever step ${isCarriedOut ? 'has no answer' : 'is not taken'}`, async (t) => {
      for (let last = 1, ended = true; ended; last++) {
        const driver = new FakeDriver();
        const volume = driver.add('h');
        const cluster = await simCluster({ controllers: ['persistentvolume-protection-controller'] }, t);
        const { client } = cluster;
        await addNode(cluster, 'n1');
        const { hostPath: _, ...spec } = aVolume('v').spec!;
        const csi = { driver: DRIVER, volumeHandle: 'h' };
        await client.create(PersistentVolume, { ...aVolume('v'), spec: { ...spec, csi } });
        const run = (process: Process) => runIn(process, cluster, driver, 'csi-attacher', createCsiAttacher);
        const broken = new Process(last, isCarriedOut);
        let end = await run(what === 'attached' ? broken : new Process());
        await client.create(VolumeAttachment, {
          ...{ apiVersion: 'storage.k8s.io/v1', kind: 'VolumeAttachment', metadata: { name: 'a' } },
          spec: { attacher: DRIVER, nodeName: 'n1', source: { persistentVolumeName: 'v' } },
        });
        await cluster.settle();
        end();
        end = await run(what === 'attached' ? new Process() : broken);
        await cluster.step(2_000);
        assert.deepEqual([...volume.publishedTo], ['id-n1']);
        assert.equal((await client.get(VolumeAttachment, 'a')).status?.attached, true);
        await client.delete(PersistentVolume, 'v');
        await client.delete(VolumeAttachment, 'a');
        await cluster.settle();
        end();
        end = await run(new Process());
        await cluster.step(2_000);
        const left = [await client.list(VolumeAttachment), await client.list(PersistentVolume)];
        assert.deepEqual([[...volume.publishedTo], left.map(({ items }) => items.length)], [[], [0, 0]]);
        end();
        ended = broken.steps >= last;
      }
    });
