// A volume of a CSI driver over a whole kubelet, with a node's rights, beside the attach-detach controller. The test is the attacher.
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { Node } from '../api/kinds/core/v1/node.ts';
import { PersistentVolume } from '../api/kinds/core/v1/persistent-volume.ts';
import { PersistentVolumeClaim } from '../api/kinds/core/v1/persistent-volume-claim.ts';
import { Pod } from '../api/kinds/core/v1/pod.ts';
import { CSIDriver } from '../api/kinds/storage/v1/csi-driver.ts';
import { CSINode } from '../api/kinds/storage/v1/csi-node.ts';
import { VolumeAttachment } from '../api/kinds/storage/v1/volume-attachment.ts';
import { GrpcError } from '../kit/grpc/status.ts';
import { type SimCluster, simCluster } from '../sim/cluster.ts';
import { aBoundPod } from '../sim/objects/pod.ts';
import { aClaim, claimVolume } from '../sim/objects/storage.ts';
import { eventsAbout, findPod, podInPhase } from '../sim/observe.ts';
import { ScriptedDriver } from './csi/driver.fake.ts';

const NAME = 'd.example.com';
const VOLUME = `kubernetes.io/csi/${NAME}^h-1`;

async function sceneOf(t: TestContext, attachRequired: boolean, own: Partial<CSIDriver['spec']> = {}) {
  const driver = new ScriptedDriver(NAME);
  const csiDrivers = [{ name: NAME, caller: driver.caller }];
  const controllers = ['persistentvolume-attach-detach-controller'];
  const cluster = await simCluster({ controllers, nodes: [{ kubelet: { csiDrivers } }] }, t);
  const { client } = cluster;
  await client.create(CSIDriver, {
    ...{ apiVersion: 'storage.k8s.io/v1', kind: 'CSIDriver', metadata: { name: NAME } },
    spec: { attachRequired, ...own },
  });
  const claim = await client.create(PersistentVolumeClaim, aClaim('c', { volumeName: 'pv' }));
  const { uid = '' } = claim.metadata;
  await client.create(PersistentVolume, {
    ...{ apiVersion: 'v1', kind: 'PersistentVolume', metadata: { name: 'pv' } },
    spec: {
      accessModes: ['ReadWriteOnce'],
      capacity: { storage: '1Gi' },
      csi: { driver: NAME, volumeHandle: 'h-1' },
      claimRef: { namespace: 'default', name: 'c', uid },
      storageClassName: '',
    },
  });
  const status = { phase: 'Bound', capacity: { storage: '1Gi' } };
  const subresource = 'status';
  await client.patch(PersistentVolumeClaim, 'c', 'default', 'merge', { status }, { subresource });
  const pod = aBoundPod('web', { volumes: [claimVolume('c', 'data')] });
  return { cluster, client, driver, pod };
}

const nodeStatus = async ({ client }: SimCluster) => (await client.get(Node, 'node1')).status ?? {};

test('a pod runs when its volume is attached and mounted, and leaves nothing behind', async (t) => {
  const { cluster, client, driver, pod } = await sceneOf(t, true);
  await client.create(Pod, pod);
  const attachment = await cluster.until('an attachment', async () => {
    const { items } = await client.list(VolumeAttachment);
    return items[0];
  });
  assert.deepEqual((await nodeStatus(cluster)).volumesInUse, [VOLUME]);
  assert.equal(driver.calls.length, 0);
  const { name = '' } = attachment.metadata;
  const subresource = 'status';
  await client.patch(
    VolumeAttachment,
    name,
    undefined,
    'merge',
    { status: { attached: true } },
    { subresource },
  );
  await podInPhase(cluster, 'web', 'Running', 100);
  assert.deepEqual(
    driver.calls.map((call) => call.split(' ')[0]),
    ['NodeStageVolume', 'NodePublishVolume'],
  );
  await client.delete(Pod, 'web', 'default', { gracePeriodSeconds: 1 });
  await cluster.until('nothing in use', async () => !(await nodeStatus(cluster)).volumesInUse?.length, 100);
  assert.deepEqual(
    driver.calls.slice(2).map((call) => call.split(' ')[0]),
    ['NodeUnpublishVolume', 'NodeUnstageVolume'],
  );
  await cluster.until(
    'no attachment',
    async () => (await client.list(VolumeAttachment)).items.length === 0,
    500,
  );
  assert.equal(await findPod(cluster, 'web'), undefined);
});

test('a pod whose volume cannot be mounted waits, is told why, and can be deleted', async (t) => {
  const { cluster, client, driver, pod } = await sceneOf(t, false);
  driver.script.NodeStageVolume = Array.from({ length: 99 }, () => new GrpcError('unavailable', 'no disk'));
  await client.create(Pod, pod);
  await cluster.until(
    'the pod is told that it has waited for long',
    async () => (await eventsAbout(cluster, 'web')).some((event) => event.includes('timed out')),
    1000,
  );
  const events = await eventsAbout(cluster, 'web');
  const stage =
    'MountVolume.MountDevice failed for volume "pv" : rpc error: code = Unavailable desc = no disk';
  assert.ok(events.includes(`Warning FailedMount ${stage}`));
  assert.ok(
    events.includes(
      'Warning FailedMount Unable to attach or mount volumes: unmounted volumes=[data], unattached volumes=[], failed to process volumes=[]: timed out waiting for the condition',
    ),
  );
  assert.equal((await findPod(cluster, 'web'))?.status?.phase, 'Pending');
  await client.delete(Pod, 'web', 'default', { gracePeriodSeconds: 1 });
  await cluster.until('the pod is gone', async () => (await findPod(cluster, 'web')) === undefined, 500);
  assert.match(driver.calls.at(-1) ?? '', /^NodeUnstageVolume/);
});

test('a pod whose volume finds no room on the node is rejected, and the node tells how many it takes now', async (t) => {
  const { cluster, client, driver, pod } = await sceneOf(t, true, {
    nodeAllocatableUpdatePeriodSeconds: 600,
  });
  await client.create(Pod, pod);
  const attachment = await cluster.until('an attachment', async () => {
    const { items } = await client.list(VolumeAttachment);
    return items[0];
  });
  driver.info = { ...driver.info, maxVolumesPerNode: 1 };
  const attachError = { message: 'full', errorCode: 8, time: '2030-01-01T00:00:00Z' };
  const status = { attached: false, attachError };
  const { name = '' } = attachment.metadata;
  await client.patch(VolumeAttachment, name, undefined, 'merge', { status }, { subresource: 'status' });
  const failed = await podInPhase(cluster, 'web', 'Failed', 1000);
  assert.equal(failed.status?.reason, 'VolumeAttachmentLimitExceeded');
  assert.match(
    failed.status?.message ?? '',
    /^Pod was rejected: Node has reached its volume attachment limit, rejecting pod\. unmounted volumes=\[data\], unattached volumes=\[data\]/,
  );
  const { spec } = await client.get(CSINode, 'node1');
  assert.deepEqual(spec.drivers[0]?.allocatable, { count: 1 });
});

test('a new kubelet takes over volumes of pods that run, and takes down those of pods that are gone', async (t) => {
  const { cluster, client, driver, pod } = await sceneOf(t, false);
  await client.create(Pod, pod);
  await podInPhase(cluster, 'web', 'Running', 100);
  const node = cluster.node();
  await node.stop();
  await node.start();
  await cluster.until('the volume is published again', async () => driver.published.length === 2, 500);
  assert.equal(
    driver.calls.some((call) => call.startsWith('NodeUn')),
    false,
  );
  await node.stop();
  await client.delete(Pod, 'web', 'default', { gracePeriodSeconds: 0 });
  await node.start();
  await cluster.until('it is unstaged', async () => driver.calls.at(-1)?.startsWith('NodeUnstage'), 500);
});
