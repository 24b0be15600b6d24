// Volumes that grow, and what their claims and pods are told.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { PersistentVolumeClaim } from '../../../api/kinds/core/v1/persistent-volume-claim.ts';
import { GrpcError } from '../../../kit/grpc/status.ts';
import { aClaim } from '../../../sim/objects/storage.ts';
import { mayExpand } from '../expansion/expansion-status.ts';
import { aDriver, aPodOf, CsiScene, uidOf } from './scene.fake.ts';

const TARGET = `/var/lib/kubelet/pods/${uidOf(1)}/volumes/kubernetes.io~csi/pv/mount`;

type Status = NonNullable<PersistentVolumeClaim['status']>;

const pending = (own: Status = {}): Status => ({
  capacity: { storage: '1Gi' },
  allocatedResources: { storage: '2Gi' },
  allocatedResourceStatuses: { storage: 'NodeResizePending' },
  ...own,
});

/** The controller has grown the volume, and the kubelet looks again. */
async function grown(scene: CsiScene, status: Status = pending()): Promise<void> {
  const request = scene.request();
  await scene.mounted(request);
  scene.patches.length = 0;
  scene.volume({ capacity: { storage: '2Gi' } });
  scene.putClaim(status, aClaim('c', { resources: { requests: { storage: '2Gi' } } }));
  await scene.clock.step(20_000);
}

describe('a mounted volume whose PersistentVolume has grown', () => {
  it('is grown by its driver, and the claim has its size', async () => {
    const scene = new CsiScene();
    const conditions = [{ type: 'FileSystemResizePending', status: 'True' }];
    await grown(scene, pending({ conditions } as Status));
    const [request] = scene.driver.expanded;
    assert.deepEqual(request?.capacityRange, { requiredBytes: 2 * 2 ** 30, limitBytes: 0 });
    assert.equal(request?.volumePath, TARGET);
    assert.match(request?.stagingTargetPath ?? '', /globalmount$/);
    assert.deepEqual(scene.patches, [
      { status: { allocatedResourceStatuses: { storage: 'NodeResizeInProgress' } } },
      {
        status: {
          capacity: { storage: '2Gi' },
          allocatedResourceStatuses: { storage: null },
          conditions: [{ $patch: 'delete', type: 'FileSystemResizePending' }],
        },
      },
    ]);
    const told = 'FileSystemResizeSuccessful MountVolume.NodeExpandVolume succeeded for volume "pv" node1';
    assert.deepEqual(scene.events, [told, told]);
  });

  it('is left alone until the controller has done its part', async () => {
    const scene = new CsiScene();
    await grown(scene, pending({ allocatedResourceStatuses: { storage: 'ControllerResizeInProgress' } }));
    assert.deepEqual([scene.driver.expanded, scene.patches, scene.events], [[], [], []]);
  });

  it('is tried again when that fails, and its pod and claim are told', async () => {
    const scene = new CsiScene();
    scene.driver.script.NodeExpandVolume = [new GrpcError('internal', 'no')];
    await grown(scene);
    const why = 'Expander.NodeExpand failed to expand the volume : rpc error: code = Internal desc = no';
    assert.deepEqual(scene.events, [
      `VolumeResizeFailed NodeExpandVolume.NodeExpandVolume failed for volume "pv" : ${why}`,
    ]);
    const [, failure] = scene.patches as { status: { conditions: { type: string; message: string }[] } }[];
    const [condition] = failure!.status.conditions;
    assert.equal(condition?.type, 'NodeResizeError');
    assert.equal(condition?.message, `failed to expand pvc with ${why}`);
    await scene.clock.step(500);
    assert.equal(scene.driver.expanded.length, 1);
  });

  it('is infeasible when the driver says that the size cannot be had', async () => {
    const scene = new CsiScene();
    scene.driver.script.NodeExpandVolume = [new GrpcError('outOfRange', 'too large')];
    await grown(scene);
    const [, failure] = scene.patches as { status: { allocatedResourceStatuses: unknown } }[];
    assert.deepEqual(failure!.status.allocatedResourceStatuses, { storage: 'NodeResizeInfeasible' });
  });

  it('is not tried again by a driver that does not grow volumes in use', async () => {
    const scene = new CsiScene();
    scene.driver.script.NodeExpandVolume = [new GrpcError('failedPrecondition', 'in use')];
    await grown(scene);
    await scene.clock.step(60_000);
    assert.equal(scene.driver.calls.filter((call) => call.startsWith('NodeExpand')).length, 1);
    assert.deepEqual(scene.events, []);
  });

  it('is not said to have failed while nobody can tell its size', async () => {
    const scene = new CsiScene();
    await scene.mounted(scene.request());
    scene.objects.clear();
    await scene.clock.step(40_000);
    assert.deepEqual(scene.events, []);
  });

  it('is grown as before when the resizer keeps no account', async () => {
    const scene = new CsiScene();
    await grown(scene, { capacity: { storage: '1Gi' } });
    assert.deepEqual(scene.patches, [{ status: { capacity: { storage: '2Gi' }, conditions: [] } }]);
  });
});

describe('a volume that is mounted anew', () => {
  it('has its size before the pod has it', async () => {
    const scene = new CsiScene();
    scene.putClaim(pending());
    scene.driver.script.NodeExpandVolume = [new GrpcError('internal', 'no')];
    const request = scene.request(aPodOf(1), { capacity: { storage: '2Gi' } });
    assert.equal(await scene.setUp(request), undefined);
    await scene.clock.step(0);
    assert.match(
      scene.events[0] ?? '',
      /^FailedMount MountVolume\.Setup failed while expanding volume for volume "pv" : Expander\.NodeExpand failed/,
    );
    assert.equal(await scene.setUp(request), undefined);
    await scene.mounted(request);
    assert.equal(scene.driver.expanded.length, 1);
  });
});

it('whether the node may grow a volume depends on what the claim says', () => {
  const verdict = (status: Status, accessModes = ['ReadWriteOnce'], annotations = {}) =>
    mayExpand({ ...aClaim('c', { accessModes }, { annotations }), status }, '2Gi');
  const done = { capacity: { storage: '2Gi' }, allocatedResources: { storage: '2Gi' } };
  assert.equal(verdict(pending()), 'expand');
  assert.equal(
    verdict(pending({ allocatedResourceStatuses: { storage: 'NodeResizeInProgress' } })),
    'expand',
  );
  assert.equal(verdict(pending({ allocatedResourceStatuses: { storage: 'NodeResizeInfeasible' } })), 'wait');
  assert.equal(verdict(done), 'done');
  assert.equal(verdict(done, ['ReadWriteMany']), 'expand again');
  const notRequired = { 'volume.kubernetes.io/node-expansion-not-required': 'true' };
  assert.equal(verdict(done, ['ReadWriteMany'], notRequired), 'done');
  assert.equal(verdict({ capacity: { storage: '1Gi' } }), 'expand as before');
});

describe('a volume of a driver that asks for it', () => {
  it('is published again when the pod’s volumes are brought up to date, and kept when that fails', async () => {
    const scene = new CsiScene();
    scene.csiDriver = aDriver({ attachRequired: false, requiresRepublish: true });
    const request = scene.request();
    await scene.mounted(request);
    scene.driver.script.NodePublishVolume = [new GrpcError('internal', 'no token')];
    await scene.plugin.update!(request);
    await scene.clock.step(0);
    assert.deepEqual(scene.events, [
      'FailedMount MountVolume.SetUp failed for volume "pv" : rpc error: code = Internal desc = no token',
    ]);
    assert.ok(await scene.setUp(request));
    await scene.clock.step(500);
    assert.deepEqual(scene.driver.calls.slice(1), Array(3).fill(`NodePublishVolume ${TARGET}`));
  });

  it('is not published again otherwise', async () => {
    const scene = new CsiScene();
    const request = scene.request();
    await scene.mounted(request);
    await scene.plugin.update!(request);
    await scene.clock.step(1000);
    assert.equal(scene.driver.published.length, 1);
  });
});

it('how full a volume is says its driver', async () => {
  const scene = new CsiScene();
  const request = scene.request();
  await scene.mounted(request);
  const usage = (unit: 'BYTES' | 'INODES') => ({ unit, available: 1, total: 3, used: 2 });
  scene.driver.stats = { usage: [usage('BYTES'), usage('INODES')], volumeCondition: undefined };
  assert.deepEqual(await scene.plugin.stats!(request), {
    ...{ availableBytes: 1, capacityBytes: 3, usedBytes: 2 },
    ...{ inodesFree: 1, inodes: 3, inodesUsed: 2 },
  });
});

it('what is wrong with a volume is told where the feature is on and the driver tells it', async () => {
  const scene = new CsiScene();
  scene.driver.capabilities = ['GET_VOLUME_STATS', 'VOLUME_CONDITION'];
  const health = { abnormal: true, message: 'disk is failing' };
  scene.driver.stats = { usage: [], volumeCondition: health };
  const request = scene.request();
  await scene.mounted(request);
  assert.equal(await scene.plugin.stats!(request), undefined);
  scene.gates.add('CSIVolumeHealth');
  assert.deepEqual(await scene.plugin.stats!(request), { health });
});
