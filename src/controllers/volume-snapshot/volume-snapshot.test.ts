import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { PersistentVolume } from '../../api/kinds/core/v1/persistent-volume.ts';
import { PersistentVolumeClaim } from '../../api/kinds/core/v1/persistent-volume-claim.ts';
import { Pod } from '../../api/kinds/core/v1/pod.ts';
import { ClusterRoleBinding } from '../../api/kinds/rbac/v1/cluster-role-binding.ts';
import { VolumeSnapshot } from '../../api/kinds/snapshot/v1/volume-snapshot.ts';
import { VolumeSnapshotClass } from '../../api/kinds/snapshot/v1/volume-snapshot-class.ts';
import { VolumeSnapshotContent } from '../../api/kinds/snapshot/v1/volume-snapshot-content.ts';
import { aContainer, aPod } from '../../sim/objects/pod.ts';
import { aContent, aSnapshot, aSnapshotClass } from '../../sim/objects/snapshots.ts';
import { aClaim } from '../../sim/objects/storage.ts';
import { eventsAbout } from '../../sim/observe.ts';
import { DRIVER } from '../csi/scene.fake.ts';
import { addBoundClaim, type Scene, snapshotScene } from '../csi-snapshotter/scene.fake.ts';

const SOURCE = 'snapshot.storage.kubernetes.io/volumesnapshot-as-source-protection';
const BOUND = 'snapshot.storage.kubernetes.io/volumesnapshot-bound-protection';
const CONTENT = 'snapshot.storage.kubernetes.io/volumesnapshotcontent-bound-protection';
const CLAIM = 'snapshot.storage.kubernetes.io/pvc-as-source-protection';
const PROTECTED = ['kubernetes.io/pvc-protection'];

async function take(scene: Scene, name = 's', spec = {}): Promise<void> {
  await scene.cluster.client.create(VolumeSnapshot, aSnapshot(name, spec));
  await scene.cluster.settle();
}

const error = async (scene: Scene, name = 's') => (await scene.snapshot(name))?.status?.error?.message;

describe('a snapshot of a claim', () => {
  it('gets the default class, a content, and what the driver says of it', async (t) => {
    const scene = await snapshotScene(t);
    await take(scene);
    const { metadata, spec, status } = (await scene.snapshot())!;
    assert.equal(spec.volumeSnapshotClassName, 'fast');
    assert.deepEqual(status, {
      boundVolumeSnapshotContentName: `snapcontent-${metadata.uid}`,
      creationTime: '2001-09-09T01:46:40Z',
      readyToUse: true,
      restoreSize: '1Gi',
    });
    assert.deepEqual(metadata.finalizers, [SOURCE, BOUND]);
    const content = (await scene.contentOf())!;
    assert.deepEqual(content.metadata.finalizers, [CONTENT]);
    const { volumeSnapshotRef, ...rest } = content.spec;
    assert.deepEqual([volumeSnapshotRef.name, volumeSnapshotRef.uid], ['s', metadata.uid]);
    assert.deepEqual(rest, {
      ...{ deletionPolicy: 'Delete', driver: DRIVER, volumeSnapshotClassName: 'fast' },
      ...{ source: { volumeHandle: 'h' }, sourceVolumeMode: 'Filesystem' },
    });
    assert.deepEqual(await eventsAbout(scene.cluster, 's'), [
      'Normal CreatingSnapshot Waiting for a snapshot default/s to be created by the CSI driver.',
      'Normal SnapshotCreated Snapshot default/s was successfully created by the CSI driver.',
      'Normal SnapshotReady Snapshot default/s is ready to use.',
    ]);
  });

  it('is measured until it is taken, ready and gone', async (t) => {
    const scene = await snapshotScene(t);
    scene.driver.readyToUse = false;
    await take(scene);
    const count = (operation: string, status = 'success') => {
      const labels = `driver_name="${DRIVER}",operation_name="${operation}",snapshot_type="dynamic",operation_status="${status}"`;
      const line = `snapshot_controller_operation_total_seconds_count{${labels}} `;
      return scene.cluster.metrics.render().split(line)[1]?.split('\n')[0];
    };
    assert.deepEqual([count('CreateSnapshot'), count('CreateSnapshotAndReady')], ['1', undefined]);
    assert.match(scene.cluster.metrics.render(), /^snapshot_controller_operations_in_flight 1$/m);
    await scene.delete();
    await scene.cluster.step(3_000);
    assert.deepEqual([count('DeleteSnapshot'), count('CreateSnapshotAndReady', 'cancel')], ['1', '1']);
    assert.match(scene.cluster.metrics.render(), /^snapshot_controller_operations_in_flight 0$/m);
    scene.driver.readyToUse = true;
    await take(scene);
    assert.equal(count('CreateSnapshotAndReady'), '1');
  });

  it('keeps the claim until it is ready', async (t) => {
    const scene = await snapshotScene(t);
    scene.driver.readyToUse = false;
    await take(scene);
    assert.deepEqual((await scene.claim()).metadata.finalizers, [...PROTECTED, CLAIM]);
    assert.equal((await scene.snapshot())?.status?.readyToUse, false);
    scene.driver.readyToUse = true;
    await scene.cluster.step(1_100);
    assert.deepEqual((await scene.claim()).metadata.finalizers, PROTECTED);
  });

  it('waits for the claim to be bound, and says so', async (t) => {
    const scene = await snapshotScene(t);
    const { client } = scene.cluster;
    await client.create(PersistentVolumeClaim, aClaim('later'));
    await take(scene, 's', { source: { persistentVolumeClaimName: 'later' } });
    const text = 'the PVC later is not yet bound to a PV, will not attempt to take a snapshot';
    assert.equal(await error(scene), `Failed to set default snapshot class with error ${text}`);
    await client.delete(PersistentVolumeClaim, 'later', 'default');
    await client.patch(PersistentVolumeClaim, 'later', 'default', 'merge', {
      metadata: { finalizers: null },
    });
    await addBoundClaim(scene, 'later', 'h2');
    assert.equal(await error(scene), undefined);
    assert.equal((await scene.snapshot())?.status?.readyToUse, true);
  });

  it('needs exactly one default class of its driver', async (t) => {
    const scene = await snapshotScene(t);
    const { client } = scene.cluster;
    await client.create(VolumeSnapshotClass, aSnapshotClass('slow', { driver: DRIVER }));
    await take(scene);
    assert.match((await error(scene)) ?? '', /2 default snapshot classes were found$/);
    for (const name of ['fast', 'slow']) await client.delete(VolumeSnapshotClass, name);
    await scene.cluster.settle();
    assert.match((await error(scene)) ?? '', /cannot find default snapshot class$/);
    await take(scene, 'named', { volumeSnapshotClassName: 'none' });
    assert.equal(
      await error(scene, 'named'),
      'Failed to get snapshot class with error volumesnapshotclass.snapshot.storage.k8s.io "none" not found',
    );
    await client.create(VolumeSnapshotClass, aSnapshotClass('none', { driver: DRIVER }));
    await scene.cluster.settle();
    assert.equal((await scene.snapshot('named'))?.status?.readyToUse, true);
    assert.equal((await scene.snapshot())?.status?.readyToUse, true);
  });

  it('does not need its class any more when it is ready', async (t) => {
    const scene = await snapshotScene(t);
    await take(scene);
    await scene.cluster.client.delete(VolumeSnapshotClass, 'fast');
    await scene.restart();
    assert.equal(await error(scene), undefined);
    await scene.delete();
    assert.equal(await scene.snapshot(), undefined);
    assert.equal(scene.driver.taken.size, 0);
  });

  it('is refused of a volume that no CSI driver has made', async (t) => {
    const scene = await snapshotScene(t);
    await addBoundClaim(scene, 'local', 'x');
    const { client } = scene.cluster;
    await client.patch(PersistentVolume, 'local', undefined, 'merge', { metadata: { finalizers: null } });
    await client.delete(PersistentVolume, 'local');
    const spec = { csi: undefined, hostPath: { path: '/x' } };
    await client.create(PersistentVolume, {
      ...{ apiVersion: 'v1', kind: 'PersistentVolume', metadata: { name: 'local' } },
      spec: {
        ...{ accessModes: ['ReadWriteOnce'], capacity: { storage: '1Gi' } },
        ...spec,
        claimRef: { namespace: 'default', name: 'local' },
      },
    });
    await take(scene, 's', { source: { persistentVolumeClaimName: 'local' } });
    assert.match(
      (await error(scene)) ?? '',
      /snapshotting non-CSI volumes is not supported, snapshot:default\/s/,
    );
  });

  it('is not taken again when its content is gone', async (t) => {
    const scene = await snapshotScene(t);
    await take(scene);
    const { client } = scene.cluster;
    const { name } = (await scene.contentOf())!.metadata;
    await client.patch(VolumeSnapshotContent, name!, undefined, 'merge', { metadata: { finalizers: null } });
    await client.delete(VolumeSnapshotContent, name!);
    await scene.cluster.step(60_000);
    const { status } = (await scene.snapshot())!;
    assert.equal(status?.readyToUse, false);
    assert.equal(status?.error?.message, 'VolumeSnapshotContent is missing');
    assert.equal(await scene.contentOf(), undefined);
    assert.equal(scene.driver.calls.length, 1);
    await scene.delete();
    assert.equal(await scene.snapshot(), undefined);
  });
});

describe('a snapshot that is deleted', () => {
  it('takes its content and the snapshot in the storage system with it', async (t) => {
    const scene = await snapshotScene(t);
    await take(scene);
    const { name } = (await scene.contentOf())!.metadata;
    await scene.delete();
    assert.equal(await scene.snapshot(), undefined);
    assert.equal(await scene.content(name!), undefined);
    assert.equal(scene.driver.taken.size, 0);
  });

  it('leaves both when the policy is Retain', async (t) => {
    const scene = await snapshotScene(t);
    const { client } = scene.cluster;
    await client.create(
      VolumeSnapshotClass,
      aSnapshotClass('kept', { driver: DRIVER, deletionPolicy: 'Retain' }),
    );
    await take(scene, 's', { volumeSnapshotClassName: 'kept' });
    assert.deepEqual((await scene.snapshot())?.metadata.finalizers, [SOURCE]);
    const { name } = (await scene.contentOf())!.metadata;
    await scene.delete();
    assert.equal(await scene.snapshot(), undefined);
    assert.equal(scene.driver.taken.size, 1);
    assert.ok(await scene.content(name!));
    await client.delete(VolumeSnapshotContent, name!);
    await scene.cluster.settle();
    assert.equal(await scene.content(name!), undefined);
    assert.equal(scene.driver.taken.size, 1);
  });

  it('stays while a volume is made from it', async (t) => {
    const scene = await snapshotScene(t);
    await take(scene);
    const { client } = scene.cluster;
    const dataSource = { apiGroup: 'snapshot.storage.k8s.io', kind: 'VolumeSnapshot', name: 's' };
    await client.create(PersistentVolumeClaim, aClaim('copy', { dataSource }));
    await scene.cluster.settle();
    await scene.delete();
    await scene.cluster.step(10_000);
    assert.ok(await scene.snapshot());
    assert.equal(scene.driver.taken.size, 1);
    const pending = 'Warning SnapshotDeletePending Snapshot is being used to restore a PVC';
    assert.ok((await eventsAbout(scene.cluster, 's')).includes(pending));
    await client.patch(PersistentVolumeClaim, 'copy', 'default', 'merge', { metadata: { finalizers: null } });
    await client.delete(PersistentVolumeClaim, 'copy', 'default');
    await scene.cluster.settle();
    assert.equal(await scene.snapshot(), undefined);
  });

  it('goes at once if it never had a content, whatever became of its class', async (t) => {
    const scene = await snapshotScene(t);
    await take(scene, 's', { source: { persistentVolumeClaimName: 'none' } });
    await take(scene, 'r', { volumeSnapshotClassName: 'none' });
    for (const name of ['s', 'r']) {
      await scene.delete(name);
      assert.equal(await scene.snapshot(name), undefined);
    }
  });

  it('lets go of the claim', async (t) => {
    const scene = await snapshotScene(t);
    scene.driver.readyToUse = false;
    await take(scene);
    assert.deepEqual((await scene.claim()).metadata.finalizers, [...PROTECTED, CLAIM]);
    await scene.delete();
    await scene.cluster.step(2_000);
    assert.equal(await scene.snapshot(), undefined);
    assert.deepEqual((await scene.claim()).metadata.finalizers, PROTECTED);
  });
});

describe('a content whose snapshot existed before', () => {
  const source = { volumeSnapshotContentName: 'v' };
  const made = async (scene: Scene, spec = {}) => {
    await scene.cluster.client.create(VolumeSnapshotContent, aContent('v', { driver: DRIVER, ...spec }));
    await scene.cluster.settle();
  };
  const prepared = async (t: TestContext) => {
    const scene = await snapshotScene(t);
    scene.driver.taken.set('old', { id: 'snap-1', request: {} as never });
    return scene;
  };

  it('is bound to the snapshot that it names and that names it, whichever comes first', async (t) => {
    const scene = await prepared(t);
    await take(scene, 's', { source });
    assert.equal(await error(scene), 'VolumeSnapshotContent is missing');
    await made(scene);
    const { status, metadata, spec } = (await scene.snapshot())!;
    assert.deepEqual(status, {
      boundVolumeSnapshotContentName: 'v',
      creationTime: '2001-09-09T01:46:40Z',
      ...{ readyToUse: true, restoreSize: '1Gi' },
    });
    assert.equal(spec.volumeSnapshotClassName, undefined);
    const content = await scene.content('v');
    assert.equal(content?.spec.volumeSnapshotRef.uid, metadata.uid);
    assert.equal(content?.status?.snapshotHandle, 'snap-1');
    assert.deepEqual(scene.driver.calls, ['n1 ListSnapshots']);
    await scene.delete();
    assert.equal(await scene.content('v'), undefined);
    assert.equal(scene.driver.taken.size, 0);
  });

  it('is not bound to another snapshot, nor to one of a claim', async (t) => {
    const scene = await prepared(t);
    await made(scene, { volumeSnapshotRef: { name: 'other', namespace: 'default' } });
    await take(scene, 's', { source });
    assert.equal(await error(scene), 'VolumeSnapshotContent [v] is bound to a different snapshot');
    assert.equal((await scene.content('v'))?.spec.volumeSnapshotRef.uid, undefined);
    await take(scene, 'dynamic');
    const { name } = (await scene.contentOf('dynamic'))!.metadata;
    await take(scene, 'thief', { source: { volumeSnapshotContentName: name } });
    assert.match((await error(scene, 'thief')) ?? '', /is dynamically provisioned while expecting/);
    assert.ok((await scene.snapshot('dynamic'))?.status?.readyToUse);
  });

  it('stays in the storage system when it was never bound', async (t) => {
    const scene = await prepared(t);
    await made(scene);
    await scene.cluster.client.delete(VolumeSnapshotContent, 'v');
    await scene.cluster.settle();
    assert.equal(await scene.content('v'), undefined);
    assert.equal(scene.driver.taken.size, 1);
  });
});

describe("another's snapshot-controller in the cluster", () => {
  const image = 'registry.example:5000/sig-storage/snapshot-controller:v8.3.0';
  const theirs = aPod('theirs', {
    containers: [aContainer('main', { image })],
    serviceAccountName: 'snapshot-controller',
  });

  it('does the work as long as it runs', async (t) => {
    const scene = await snapshotScene(t);
    const { client } = scene.cluster;
    const subject = { kind: 'ServiceAccount', name: 'snapshot-controller', namespace: 'default' };
    const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'cluster-admin' };
    await client.create(ClusterRoleBinding, {
      ...{ apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRoleBinding' },
      ...{ metadata: { name: 'theirs' }, roleRef, subjects: [subject] },
    });
    await client.create(Pod, theirs);
    await scene.cluster.settle();
    await take(scene);
    assert.equal((await scene.snapshot())?.status, undefined);
    await client.delete(Pod, 'theirs', 'default', { gracePeriodSeconds: 0 });
    await scene.cluster.settle();
    assert.equal((await scene.snapshot())?.status?.readyToUse, true);
  });

  it('is none without the rights for it: no user can stop snapshots with a pod that is called so', async (t) => {
    const scene = await snapshotScene(t);
    await scene.cluster.client.create(Pod, theirs);
    await scene.cluster.settle();
    await take(scene);
    assert.equal((await scene.snapshot())?.status?.readyToUse, true);
  });
});
