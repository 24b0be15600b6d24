// Volumes of a driver on one node, from the first pod that wants one until nothing of it is left.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { GrpcError } from '../../../kit/grpc/status.ts';
import { nodePath } from '../../files/node-files.ts';
import { aDriver, aPodOf, CsiScene, DRIVER, HANDLE, uidOf } from './scene.fake.ts';

const target = (n: number) => `/var/lib/kubelet/pods/${uidOf(n)}/volumes/kubernetes.io~csi/pv/mount`;
const stages = `/root/plugins/kubernetes.io/csi/${DRIVER}`;

describe('a volume', () => {
  it('is staged once, published to each pod, and taken down after the last', async () => {
    const scene = new CsiScene();
    assert.deepEqual(await scene.mounted(scene.request(aPodOf(1))), {
      path: target(1).replace('/var/lib/kubelet', '/root'),
      readOnly: false,
    });
    assert.deepEqual(scene.woken, [uidOf(1)]);
    await scene.mounted(scene.request(aPodOf(2)));
    assert.deepEqual(scene.driver.calls, [
      `NodeStageVolume ${HANDLE}`,
      `NodePublishVolume ${target(1)}`,
      `NodePublishVolume ${target(2)}`,
    ]);
    scene.driver.calls.length = 0;
    assert.equal(await scene.tornDown(uidOf(1)), true);
    assert.deepEqual(scene.driver.calls, [`NodeUnpublishVolume ${target(1)}`]);
    assert.equal(await scene.tornDown(uidOf(2)), true);
    await scene.clock.step(0);
    assert.deepEqual(scene.driver.calls.slice(1), [
      `NodeUnpublishVolume ${target(2)}`,
      `NodeUnstageVolume ${HANDLE}`,
    ]);
    assert.deepEqual(await scene.list(stages), []);
    assert.deepEqual(await scene.list(`/root/pods/${uidOf(1)}/volumes/kubernetes.io~csi`), []);
    assert.deepEqual(scene.events, []);
  });

  it('is not staged where the driver does not stage', async () => {
    const scene = new CsiScene();
    scene.driver.capabilities = [];
    await scene.mounted(scene.request());
    assert.equal(scene.driver.published[0]?.stagingTargetPath, '');
    await scene.tornDown(uidOf(1));
    await scene.clock.step(0);
    assert.deepEqual(scene.driver.calls, [
      `NodePublishVolume ${target(1)}`,
      `NodeUnpublishVolume ${target(1)}`,
    ]);
  });

  it('that fails is tried again with growing delays, and its pod is told each time', async () => {
    const scene = new CsiScene();
    scene.driver.script.NodeStageVolume = [1, 2].map((n) => new GrpcError('internal', `no ${n}`));
    scene.driver.script.NodePublishVolume = [new GrpcError('invalidArgument', 'never')];
    const request = scene.request();
    assert.equal(await scene.setUp(request), undefined);
    await scene.clock.step(499);
    assert.equal(scene.driver.calls.length, 1);
    await scene.clock.step(1);
    assert.equal(scene.driver.calls.length, 2);
    await scene.clock.step(999);
    assert.equal(scene.driver.calls.length, 2);
    await scene.mounted(request);
    const failed = 'failed for volume "pv" : rpc error: code =';
    assert.deepEqual(scene.events, [
      `FailedMount MountVolume.MountDevice ${failed} Internal desc = no 1`,
      `FailedMount MountVolume.MountDevice ${failed} Internal desc = no 2`,
      `FailedMount MountVolume.SetUp ${failed} InvalidArgument desc = never`,
    ]);
  });

  it('that fails is tried again in time, however the clock is set meanwhile', async () => {
    const scene = new CsiScene();
    scene.driver.script.NodeStageVolume = [new GrpcError('internal', 'no')];
    const request = scene.request();
    assert.equal(await scene.setUp(request), undefined);
    await scene.clock.step(0);
    scene.clock.setBy(-3_600_000);
    await scene.clock.step(500);
    await scene.mounted(request);
  });

  it('whose driver refused is not taken down: there is nothing', async () => {
    const scene = new CsiScene();
    scene.driver.script.NodeStageVolume = [new GrpcError('internal', 'no')];
    await scene.setUp(scene.request());
    await scene.clock.step(0);
    assert.equal(await scene.tornDown(uidOf(1)), true);
    assert.deepEqual(scene.driver.calls, [`NodeStageVolume ${HANDLE}`]);
    assert.deepEqual(await scene.list(stages), []);
  });

  it('that may have been staged or published is taken down before it is given up', async () => {
    const scene = new CsiScene();
    scene.driver.script.NodePublishVolume = [new GrpcError('unavailable', 'away')];
    await scene.setUp(scene.request());
    await scene.clock.step(0);
    assert.equal(await scene.tornDown(uidOf(1)), true);
    await scene.clock.step(0);
    assert.deepEqual(scene.driver.calls.slice(2), [
      `NodeUnpublishVolume ${target(1)}`,
      `NodeUnstageVolume ${HANDLE}`,
    ]);
    const other = new CsiScene();
    other.driver.script.NodeStageVolume = [new GrpcError('deadlineExceeded', 'slow')];
    await other.setUp(other.request());
    await other.clock.step(0);
    await other.tornDown(uidOf(1));
    await other.clock.step(0);
    assert.deepEqual(other.driver.calls, [`NodeStageVolume ${HANDLE}`, `NodeUnstageVolume ${HANDLE}`]);
  });

  it('whose driver does not answer holds up nobody, and is taken down when it has', async () => {
    const scene = new CsiScene();
    scene.driver.script.NodePublishVolume = [new Promise(() => {})];
    const request = scene.request();
    assert.equal(await scene.setUp(request), undefined);
    await scene.clock.step(1000);
    const torn = scene.tornDown(uidOf(1));
    await scene.clock.step(5000);
    assert.equal(await torn, false);
    // Its time is over.
    await scene.clock.step(114_000);
    assert.equal(await scene.tornDown(uidOf(1)), true);
    assert.match(scene.events[0] ?? '', /SetUp failed .* code = DeadlineExceeded/);
    assert.deepEqual(scene.driver.calls.slice(2, 3), [`NodeUnpublishVolume ${target(1)}`]);
  });

  it('waits for its driver', async () => {
    const scene = new CsiScene();
    scene.drivers.remove(scene.drivers.get(DRIVER));
    const request = scene.request();
    assert.equal(await scene.setUp(request), undefined);
    await scene.clock.step(0);
    assert.deepEqual(scene.events.slice(0, 1), [
      `FailedMount MountVolume.MountDevice failed for volume "pv" : kubernetes.io/csi: attacher.MountDevice failed to create newCsiDriverClient: driver name ${DRIVER} not found in the list of registered CSI drivers`,
    ]);
    await scene.clock.step(100_000);
    scene.drivers.add(DRIVER, '/csi.sock', scene.driver.caller);
    await scene.clock.step(0);
    assert.ok(await scene.setUp(request));
  });

  it('of ReadWriteOncePod goes to one pod at a time', async () => {
    const scene = new CsiScene();
    const spec = { accessModes: ['ReadWriteOncePod'] };
    await scene.mounted(scene.request(aPodOf(1), spec));
    const second = scene.request(aPodOf(2), spec);
    assert.equal(await scene.setUp(second), undefined);
    await scene.clock.step(0);
    assert.deepEqual(scene.events, [
      'FailedMount MountVolume.SetUp failed for volume "pv" : volume uses the ReadWriteOncePod access mode and is already in use by another pod',
    ]);
    await scene.tornDown(uidOf(1));
    await scene.mounted(second);
    assert.equal(scene.driver.staged.length, 1);
  });
});

describe('a volume that must be attached', () => {
  it('is reported in use first, then waited for, and leaves the report when it is unstaged', async () => {
    const scene = new CsiScene();
    scene.csiDriver = aDriver({});
    scene.inUse.start([]);
    const request = scene.request();
    assert.equal(await scene.setUp(request), undefined);
    const name = `kubernetes.io/csi/${DRIVER}^${HANDLE}`;
    assert.deepEqual(scene.inUse.names, [name]);
    scene.attach({ port: '7' });
    await scene.clock.step(2000);
    assert.deepEqual(scene.driver.calls, []);
    scene.inUse.reported([name]);
    await scene.mounted(request);
    assert.deepEqual(scene.driver.staged[0]?.publishContext, { port: '7' });
    assert.deepEqual(scene.driver.published[0]?.publishContext, { port: '7' });
    scene.driver.script.NodeUnstageVolume = [new GrpcError('internal', 'busy')];
    await scene.tornDown(uidOf(1));
    await scene.clock.step(0);
    assert.deepEqual(scene.inUse.names, [name]);
    await scene.clock.step(500);
    assert.deepEqual(scene.inUse.names, []);
  });

  it('leaves the report when its driver is said to attach nothing', async () => {
    const scene = new CsiScene();
    scene.csiDriver = aDriver({});
    scene.inUse.start([]);
    const name = `kubernetes.io/csi/${DRIVER}^${HANDLE}`;
    scene.attach({});
    scene.inUse.reported([name]);
    await scene.mounted(scene.request());
    await scene.clock.step(20_000);
    assert.deepEqual(scene.inUse.names, [name]);
    scene.csiDriver = aDriver({ attachRequired: false });
    await scene.clock.step(20_000);
    assert.deepEqual(scene.inUse.names, []);
    assert.deepEqual(
      scene.driver.calls.filter((call) => call.includes('Un')),
      [],
    );
  });

  it('says why it is not', async () => {
    const scene = new CsiScene();
    scene.csiDriver = aDriver({});
    scene.inUse.start([`kubernetes.io/csi/${DRIVER}^${HANDLE}`]);
    scene.inUse.reported([`kubernetes.io/csi/${DRIVER}^${HANDLE}`]);
    scene.attach({}, false);
    await scene.setUp(scene.request());
    await scene.clock.step(0);
    assert.match(
      scene.events[0] ?? '',
      /^FailedMount MountVolume\.WaitForAttach failed for volume "pv" : volume h-1 is not attached for volume attachment csi-/,
    );
  });
});

describe('after a restart of the kubelet', () => {
  it('volumes of pods that are still there are published again, and kept when that fails', async () => {
    const scene = new CsiScene();
    await scene.mounted(scene.request());
    scene.restart();
    await scene.plugin.start();
    await scene.clock.step(0);
    scene.driver.script.NodePublishVolume = [new GrpcError('internal', 'not now')];
    assert.equal(scene.driver.calls.length, 2);
    const request = scene.request();
    await scene.mounted(request);
    assert.equal(scene.driver.calls.filter((call) => call.startsWith('NodeUnpublish')).length, 0);
    await scene.tornDown(uidOf(1));
    await scene.clock.step(0);
    assert.equal(scene.driver.calls.at(-1), `NodeUnstageVolume ${HANDLE}`);
  });

  it('volumes of pods that are gone are found and taken down', async () => {
    const scene = new CsiScene();
    await scene.mounted(scene.request());
    scene.restart();
    await scene.plugin.start();
    assert.deepEqual(await scene.plugin.found(uidOf(1)), ['pv']);
    assert.equal(await scene.tornDown(uidOf(1)), true);
    await scene.clock.step(0);
    assert.deepEqual(scene.driver.calls.slice(2), [
      `NodeUnpublishVolume ${target(1)}`,
      `NodeUnstageVolume ${HANDLE}`,
    ]);
    assert.deepEqual(await scene.plugin.found(uidOf(1)), []);
  });

  it('a volume that was staged for nobody is unstaged', async () => {
    const scene = new CsiScene();
    await scene.mounted(scene.request());
    scene.driver.script.NodeUnstageVolume = [new GrpcError('internal', 'busy')];
    await scene.tornDown(uidOf(1));
    await scene.clock.step(0);
    scene.restart();
    const { length } = scene.driver.calls;
    await scene.plugin.start();
    await scene.clock.step(19_000);
    assert.equal(scene.driver.calls.length, length);
    await scene.clock.step(1000);
    assert.deepEqual(scene.driver.calls.slice(length), [`NodeUnstageVolume ${HANDLE}`]);
    assert.deepEqual(await scene.list(stages), []);
  });

  it('a volume of which only the stage is known waits for its pod', async () => {
    const scene = new CsiScene();
    await scene.mounted(scene.request());
    await scene.files.removeTree(nodePath(`/root/pods/${uidOf(1)}/volumes`));
    scene.restart();
    await scene.plugin.start();
    await scene.clock.step(1000);
    await scene.mounted(scene.request());
    await scene.clock.step(60_000);
    assert.equal(
      scene.driver.calls.some((call) => call.startsWith('NodeUn')),
      false,
    );
  });
});
