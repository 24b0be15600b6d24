import assert from 'node:assert/strict';
import { it } from 'node:test';
import { CustomResourceDefinition } from '../../api/kinds/apiextensions/v1/custom-resource-definition.ts';
import { VolumeSnapshot } from '../../api/kinds/snapshot/v1/volume-snapshot.ts';
import { VolumeSnapshotClass } from '../../api/kinds/snapshot/v1/volume-snapshot-class.ts';
import { snapshotDefinitions } from '../../api/volumes/snapshots/definitions.ts';
import { installSnapshotApi } from '../../cluster/control-plane/apis/snapshot-api.ts';
import { aSnapshot, aSnapshotClass } from '../../sim/objects/snapshots.ts';
import { DRIVER } from '../csi/scene.fake.ts';
import { snapshotScene } from '../csi-snapshotter/scene.fake.ts';

it('snapshots are taken again when their kinds were gone and have come back', async (t) => {
  const scene = await snapshotScene(t);
  const { client } = scene.cluster;
  for (const round of ['first', 'second']) {
    await client.create(VolumeSnapshot, aSnapshot(round));
    await scene.cluster.settle();
    assert.equal((await scene.snapshot(round))?.status?.readyToUse, true, round);
    await scene.delete(round);
    for (const { metadata } of snapshotDefinitions())
      await client.delete(CustomResourceDefinition, metadata.name!);
    await scene.cluster.step(2_000);
    await installSnapshotApi(client);
    await scene.cluster.settle();
    await client.create(VolumeSnapshotClass, aSnapshotClass('fast', { driver: DRIVER }));
  }
  assert.equal(scene.driver.taken.size, 0);
});
