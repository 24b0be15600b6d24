import assert from 'node:assert/strict';
import { it } from 'node:test';
import { VolumeSnapshot } from '../../api/kinds/snapshot/v1/volume-snapshot.ts';
import { VolumeSnapshotContent } from '../../api/kinds/snapshot/v1/volume-snapshot-content.ts';
import { aSnapshot } from '../../sim/objects/snapshots.ts';
import { snapshotScene } from './scene.fake.ts';

/** More than both take for a snapshot and its deletion. */
const MOST_STEPS = 40;

it('whatever the controllers were about to do when they were killed, they do it afterwards, once', async (t) => {
  const scene = await snapshotScene(t);
  const { cluster, driver } = scene;
  const steps = { taken: 0, deleted: 0 };
  for (const after of [false, true])
    for (let at = 0, isOver = false; !isOver && at < MOST_STEPS; at++) {
      const name = `s${at}-${after ? 'after' : 'before'}`;
      scene.kill = { at, after };
      await cluster.client.create(VolumeSnapshot, aSnapshot(name));
      await cluster.settle();
      const killedTaking = scene.wasKilled;
      if (killedTaking) await scene.restart();
      const { status, metadata } = (await scene.snapshot(name))!;
      assert.equal(status?.readyToUse, true, `${name} is not ready`);
      assert.deepEqual([...driver.taken.keys()], [`snapshot-${metadata.uid}`]);
      assert.deepEqual((await scene.claim()).metadata.finalizers, ['kubernetes.io/pvc-protection'], name);
      await scene.delete(name);
      const killedDeleting = !killedTaking && scene.wasKilled;
      if (killedDeleting) await scene.restart();
      assert.equal(await scene.snapshot(name), undefined, `${name} is not gone`);
      assert.deepEqual((await cluster.client.list(VolumeSnapshotContent)).items, []);
      assert.equal(driver.taken.size, 0, `${name} is still in the storage system`);
      if (killedTaking) steps.taken++;
      if (killedDeleting) steps.deleted++;
      isOver = !killedTaking && !killedDeleting;
    }
  assert.ok(steps.taken >= 14 && steps.deleted >= 8, JSON.stringify(steps));
});

it('nothing stays behind of a snapshot that is deleted while the controllers are down', async (t) => {
  const scene = await snapshotScene(t);
  const { cluster, driver } = scene;
  let kills = 0;
  for (const after of [false, true])
    for (let at = 0, isOver = false; !isOver; at++) {
      const name = `s${at}-${after ? 'after' : 'before'}`;
      scene.kill = { at, after };
      await cluster.client.create(VolumeSnapshot, aSnapshot(name));
      await cluster.settle();
      isOver = !scene.wasKilled;
      await scene.delete(name);
      if (!isOver) kills++;
      await scene.restart();
      assert.equal(await scene.snapshot(name), undefined, `${name} is not gone`);
      assert.deepEqual((await cluster.client.list(VolumeSnapshotContent)).items, []);
      assert.equal(driver.taken.size, 0, `${name} is still in the storage system`);
      assert.deepEqual((await scene.claim()).metadata.finalizers, ['kubernetes.io/pvc-protection'], name);
    }
  assert.ok(kills >= 14, String(kills));
});
