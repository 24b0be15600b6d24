import assert from 'node:assert/strict';
import { it } from 'node:test';
import { VolumeSnapshotClass } from '../../api/kinds/snapshot/v1/volume-snapshot-class.ts';
import { simCluster } from '../../sim/cluster.ts';
import { aSnapshotClass } from '../../sim/objects/snapshots.ts';
import { installSnapshotApi } from '../control-plane/apis/snapshot-api.ts';
import { applyManifests } from './manifests.ts';

it('classes of snapshots are applied when their kind has come', async (t) => {
  const cluster = await simCluster({}, t);
  const { client } = cluster;
  const applied = applyManifests(cluster, [{ file: 'class.yaml', object: aSnapshotClass('mine') }]);
  await cluster.step(500);
  await installSnapshotApi(client);
  await cluster.step(500);
  await applied;
  assert.equal((await client.get(VolumeSnapshotClass, 'mine')).driver, 'd.example.com');
  const unknown = { apiVersion: 'example.com/v1', kind: 'Other', metadata: { name: 'x' } };
  await assert.rejects(
    applyManifests(cluster, [{ file: 'other.yaml', object: unknown }]),
    /no kind "Other" in version "example.com\/v1"/,
  );
});
