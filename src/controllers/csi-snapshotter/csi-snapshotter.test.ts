import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Event } from '../../api/kinds/core/v1/event.ts';
import { PersistentVolume } from '../../api/kinds/core/v1/persistent-volume.ts';
import { Secret } from '../../api/kinds/core/v1/secret.ts';
import { VolumeSnapshot } from '../../api/kinds/snapshot/v1/volume-snapshot.ts';
import { VolumeSnapshotClass } from '../../api/kinds/snapshot/v1/volume-snapshot-class.ts';
import { VolumeSnapshotContent } from '../../api/kinds/snapshot/v1/volume-snapshot-content.ts';
import { CSIDriver } from '../../api/kinds/storage/v1/csi-driver.ts';
import { aContent, aSnapshot, aSnapshotClass } from '../../sim/objects/snapshots.ts';
import { reachedFrom } from '../../sim/objects/storage.ts';
import { addNode, DRIVER, TOPOLOGY } from '../csi/scene.fake.ts';
import { type Scene, snapshotScene } from './scene.fake.ts';
import { FakeSnapshots } from './snapshots.fake.ts';

const BEING_CREATED = 'snapshot.storage.kubernetes.io/volumesnapshot-being-created';

async function take(scene: Scene, spec = {}): Promise<void> {
  await scene.cluster.client.create(VolumeSnapshot, aSnapshot('s', spec));
  await scene.cluster.settle();
}

async function eventsOf({ cluster }: Scene, component: string): Promise<string[]> {
  const { items } = await cluster.client.list(Event);
  return items
    .filter(({ source }) => source?.component === component)
    .map(({ reason, message }) => `${reason} ${message}`);
}

describe('csi-snapshotter', () => {
  it('asks the driver by a name that stays the same, and tells it what the snapshot is for', async (t) => {
    const scene = await snapshotScene(t);
    await take(scene);
    const { uid } = (await scene.snapshot())!.metadata;
    assert.deepEqual(scene.driver.requests, [
      {
        ...{ sourceVolumeId: 'h', name: `snapshot-${uid}`, secrets: {} },
        parameters: {
          'csi.storage.k8s.io/volumesnapshot/name': 's',
          'csi.storage.k8s.io/volumesnapshot/namespace': 'default',
          'csi.storage.k8s.io/volumesnapshotcontent/name': `snapcontent-${uid}`,
        },
      },
    ]);
    const content = (await scene.contentOf())!;
    // Without the exact digits of the time, which objects of the client carry along.
    assert.deepEqual(JSON.parse(JSON.stringify(content.status)), {
      ...{ creationTime: 1_000_000_000_000_000_000, readyToUse: true, restoreSize: 2 ** 30 },
      snapshotHandle: `id-snapshot-${uid}`,
    });
    assert.equal(content.metadata.annotations?.[BEING_CREATED], undefined);
  });

  it('asks again until the snapshot is ready, less and less often', async (t) => {
    const scene = await snapshotScene(t);
    scene.driver.readyToUse = false;
    await take(scene);
    assert.deepEqual((await scene.contentOf())?.status?.readyToUse, false);
    const counts: number[] = [];
    for (const ms of [1_100, 2_100, 4_100]) {
      await scene.cluster.step(ms);
      counts.push(scene.driver.calls.length);
    }
    assert.deepEqual(counts, [2, 3, 4]);
    scene.driver.readyToUse = true;
    await scene.cluster.step(8_100);
    assert.equal((await scene.contentOf())?.status?.readyToUse, true);
    await scene.cluster.step(60_000);
    assert.equal(scene.driver.calls.length, 5);
  });

  it('says what failed, waits, and forgets it afterwards', async (t) => {
    const scene = await snapshotScene(t);
    scene.driver.faults.push({ method: 'CreateSnapshot', code: 'internal' });
    await take(scene);
    const text =
      'Failed to create snapshot: failed to take snapshot of the volume h: ' +
      '"rpc error: code = Internal desc = CreateSnapshot failed"';
    const content = (await scene.contentOf())!;
    assert.equal(content.status?.error?.message, text);
    assert.equal(content.metadata.annotations?.[BEING_CREATED], undefined);
    assert.equal((await scene.snapshot())?.status?.error?.message, text);
    assert.deepEqual(await eventsOf(scene, `csi-snapshotter ${DRIVER}`), [`SnapshotCreationFailed ${text}`]);
    assert.equal(scene.driver.calls.length, 1);
    await scene.cluster.step(1_100);
    assert.equal((await scene.contentOf())?.status?.error, undefined);
    assert.deepEqual((await scene.snapshot())?.status?.error, undefined);
    assert.equal((await scene.snapshot())?.status?.readyToUse, true);
  });

  it('deletes what a call took that nobody knew to have succeeded', async (t) => {
    const scene = await snapshotScene(t);
    const late = { method: 'CreateSnapshot', code: 'deadlineExceeded', after: true } as const;
    scene.driver.faults.push(late, late, late, late);
    await take(scene);
    assert.equal((await scene.contentOf())?.metadata.annotations?.[BEING_CREATED], 'yes');
    assert.equal(scene.driver.taken.size, 1);
    await scene.delete();
    assert.ok(await scene.contentOf());
    await scene.cluster.step(20_000);
    assert.equal(await scene.snapshot(), undefined);
    assert.equal(scene.driver.taken.size, 0);
  });

  it('lets a content go that the driver has refused for good', async (t) => {
    const scene = await snapshotScene(t);
    scene.driver.faults.push({ method: 'CreateSnapshot', code: 'invalidArgument' });
    await take(scene);
    await scene.delete();
    assert.equal(await scene.snapshot(), undefined);
    assert.deepEqual(scene.driver.calls, ['n1 CreateSnapshot']);
  });

  it('keeps the content until the driver has deleted the snapshot', async (t) => {
    const scene = await snapshotScene(t);
    await take(scene);
    scene.driver.faults.push({ method: 'DeleteSnapshot', code: 'failedPrecondition' });
    await scene.delete();
    assert.ok((await scene.snapshot()) && (await scene.contentOf()));
    const events = await eventsOf(scene, `csi-snapshotter ${DRIVER}`);
    assert.deepEqual(events, ['SnapshotDeleteError Failed to delete snapshot']);
    await scene.cluster.step(1_100);
    assert.equal(await scene.snapshot(), undefined);
  });

  it('does not let a content go that somebody deletes while its snapshot is there', async (t) => {
    const scene = await snapshotScene(t);
    await take(scene);
    const { name } = (await scene.contentOf())!.metadata;
    await scene.cluster.client.delete(VolumeSnapshotContent, name!);
    await scene.cluster.step(10_000);
    assert.ok(await scene.content(name!));
    assert.equal(scene.driver.taken.size, 1);
    await scene.delete();
    assert.equal(await scene.content(name!), undefined);
    assert.equal(scene.driver.taken.size, 0);
  });

  it('gives the driver the secret that the class named, also when the class is gone', async (t) => {
    const scene = await snapshotScene(t);
    const { client } = scene.cluster;
    const metadata = { name: 'token-s', namespace: 'default' };
    const data = { user: Buffer.from('u').toString('base64') };
    await client.create(Secret, { apiVersion: 'v1', kind: 'Secret', metadata, data });
    const parameters = {
      'csi.storage.k8s.io/snapshotter-secret-name': `token-\${volumesnapshot.name}`,
      'csi.storage.k8s.io/snapshotter-secret-namespace': `\${volumesnapshot.namespace}`,
      tier: 'cold',
    };
    await client.create(VolumeSnapshotClass, aSnapshotClass('secret', { driver: DRIVER, parameters }));
    await take(scene, { volumeSnapshotClassName: 'secret' });
    await client.delete(VolumeSnapshotClass, 'secret');
    await scene.delete();
    const [made, deleted] = scene.driver.requests as {
      secrets: object;
      parameters: Record<string, string>;
    }[];
    assert.deepEqual([made?.secrets, deleted?.secrets], [{ user: 'u' }, { user: 'u' }]);
    assert.deepEqual(
      Object.keys(made?.parameters ?? {}).filter((key) => !key.includes('/volumesnapshot')),
      ['tier'],
    );
  });

  it('takes a snapshot for ready that exists, of a driver that lists none', async (t) => {
    const scene = await snapshotScene(t, new FakeSnapshots(['CREATE_DELETE_SNAPSHOT']));
    await scene.cluster.client.create(VolumeSnapshotContent, aContent('v', { driver: DRIVER }));
    await scene.cluster.settle();
    const { status } = (await scene.content('v'))!;
    assert.deepEqual([status?.readyToUse, status?.snapshotHandle], [true, 'snap-1']);
    assert.deepEqual(scene.driver.calls, []);
  });

  it('says that a snapshot does not exist', async (t) => {
    const scene = await snapshotScene(t);
    await scene.cluster.client.create(VolumeSnapshotContent, aContent('v', { driver: DRIVER }));
    await scene.cluster.settle();
    assert.match(
      (await scene.content('v'))?.status?.error?.message ?? '',
      /^Failed to check and update snapshot content: failed to list snapshot for content v: .*can not find snapshot/,
    );
  });
});

describe('drivers', () => {
  it('are called on the node that has the volume, and about its snapshots when it is gone', async (t) => {
    const scene = await snapshotScene(t);
    const { client } = scene.cluster;
    await addNode(scene.cluster, 'n2');
    const { nodeAffinity } = reachedFrom(TOPOLOGY, 'n2');
    const volume = await client.get(PersistentVolume, 'c');
    const again = { ...volume, metadata: { name: 'c' }, spec: { ...volume.spec, nodeAffinity } };
    const remove = async () => {
      await client.patch(PersistentVolume, 'c', undefined, 'merge', { metadata: { finalizers: null } });
      await client.delete(PersistentVolume, 'c');
    };
    await remove();
    await client.create(PersistentVolume, again as PersistentVolume);
    await scene.cluster.settle();
    await take(scene);
    await remove();
    await scene.delete();
    assert.deepEqual(scene.driver.calls, ['n2 CreateSnapshot', 'n2 DeleteSnapshot']);
    assert.equal(await scene.snapshot(), undefined);
  });

  it('are left alone if they bring their own csi-snapshotter, or cannot take snapshots', async (t) => {
    const scene = await snapshotScene(t);
    await scene.cluster.client.create(CSIDriver, {
      ...{ apiVersion: 'storage.k8s.io/v1', kind: 'CSIDriver', spec: {} },
      metadata: { name: DRIVER, annotations: { 'tiphys.io/controllers': 'external' } },
    });
    await scene.cluster.settle();
    await take(scene);
    const content = (await scene.contentOf())!;
    assert.equal(content.status, undefined);
    assert.deepEqual(scene.driver.calls, []);
    const other = await snapshotScene(t, new FakeSnapshots(['CREATE_DELETE_VOLUME']));
    await take(other);
    assert.deepEqual(other.driver.calls, []);
  });
});
