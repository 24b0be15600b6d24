import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { Node } from '../../api/kinds/core/v1/node.ts';
import { PersistentVolume } from '../../api/kinds/core/v1/persistent-volume.ts';
import { PersistentVolumeClaim } from '../../api/kinds/core/v1/persistent-volume-claim.ts';
import { Pod } from '../../api/kinds/core/v1/pod.ts';
import { CSIDriver } from '../../api/kinds/storage/v1/csi-driver.ts';
import { VolumeAttachment } from '../../api/kinds/storage/v1/volume-attachment.ts';
import { controllerReference } from '../../api/meta/v1/object.ts';
import { attachmentNameOf } from '../../api/volumes/attachment.ts';
import { setNodeReady } from '../../sim/by-hand/nodes.ts';
import { type SimCluster, type SimClusterOptions, simCluster } from '../../sim/cluster.ts';
import { aPod } from '../../sim/objects/pod.ts';
import { aClaim, aVolume } from '../../sim/objects/storage.ts';
import { eventsAbout } from '../../sim/observe.ts';
import {
  addManagedNode,
  addPod,
  addVolume,
  answer,
  attach,
  attachedTo,
  attachment,
  attachments,
  CONTROLLER,
  detach,
  nameOfVolume,
  removePod,
  use,
} from './scenario.fake.ts';

const MINUTE = 60_000;
const STATUS = { subresource: 'status' };

async function withNodes(t: TestContext, options: SimClusterOptions = {}): Promise<SimCluster> {
  const cluster = await simCluster({ controllers: [CONTROLLER], ...options }, t);
  for (const name of ['n1', 'n2']) await addManagedNode(cluster, name);
  return cluster;
}

async function withVolume(t: TestContext, accessModes?: string[], options?: SimClusterOptions) {
  const cluster = await withNodes(t, options);
  await addVolume(cluster, 'v', { ...(accessModes && { accessModes }) });
  return cluster;
}

const failed = (message: string) => `Warning FailedAttachVolume ${message}`;

test('a volume is attached for a pod, named in the status of its node, and detached when the node is done', async (t) => {
  const cluster = await withVolume(t);
  await addPod(cluster, 'p', 'n1');
  await cluster.settle();
  const made = await attachment(cluster, 'n1');
  assert.deepEqual(made?.spec, {
    attacher: 'disk.example.com',
    nodeName: 'n1',
    source: { persistentVolumeName: 'v' },
  });
  assert.deepEqual(await attachedTo(cluster, 'n1'), []);
  await attach(cluster, 'n1');
  const { status } = await cluster.client.get(Node, 'n1');
  assert.deepEqual(status?.volumesAttached, [{ name: nameOfVolume('v'), devicePath: '' }]);
  assert.deepEqual(await eventsAbout(cluster, 'p'), [
    'Normal SuccessfulAttachVolume AttachVolume.Attach succeeded for volume "v" ',
  ]);
  await use(cluster, 'n1', 'v');
  await removePod(cluster, 'p');
  await cluster.step(3 * MINUTE);
  assert.deepEqual([await attachments(cluster), await attachedTo(cluster, 'n1')], ['n1', ['v']]);
  await use(cluster, 'n1');
  assert.deepEqual([await attachments(cluster), await attachedTo(cluster, 'n1')], ['n1-', []]);
  await detach(cluster, 'n1');
  assert.equal(await attachments(cluster), '');
});

test('a pod that has ended needs no volume, unless its node keeps them', async (t) => {
  const cluster = await withVolume(t);
  await addVolume(cluster, 'w');
  const annotations = { 'volumes.kubernetes.io/keep-terminated-pod-volumes': 'true' };
  await cluster.client.patch(Node, 'n2', undefined, 'merge', { metadata: { annotations } });
  await addPod(cluster, 'a', 'n1', 'v');
  await addPod(cluster, 'b', 'n2', 'w');
  await cluster.settle();
  assert.equal(await attachments(cluster), 'n1 n2');
  for (const pod of ['a', 'b']) {
    const status = { phase: 'Succeeded' };
    await cluster.client.patch(Pod, pod, 'default', 'merge', { status }, { subresource: 'status' });
  }
  await cluster.settle();
  assert.equal(await attachments(cluster), 'n2');
});

test('nothing is attached of drivers that need no attachment, for nodes of others, and for unbound claims', async (t) => {
  const cluster = await withVolume(t);
  const driver = {
    apiVersion: 'storage.k8s.io/v1',
    kind: 'CSIDriver',
    metadata: { name: 'disk.example.com' },
  };
  await cluster.client.create(CSIDriver, { ...driver, spec: { attachRequired: false } });
  await addPod(cluster, 'p', 'n1');
  await cluster.settle();
  assert.equal(await attachments(cluster), '');
  await cluster.client.delete(CSIDriver, 'disk.example.com');
  await cluster.settle();
  assert.equal(await attachments(cluster), 'n1');
  await cluster.client.create(CSIDriver, { ...driver, spec: { attachRequired: false } });
  await cluster.settle();
  assert.equal(await attachments(cluster), '');
  await cluster.client.delete(CSIDriver, 'disk.example.com');
  const annotations = { 'volumes.kubernetes.io/controller-managed-attach-detach': null };
  await cluster.client.patch(Node, 'n2', undefined, 'merge', { metadata: { annotations } });
  await addVolume(cluster, 'w');
  await addPod(cluster, 'q', 'n2', 'w');
  await cluster.client.patch(PersistentVolume, 'w', undefined, 'merge', {
    spec: { claimRef: { uid: 'other' } },
  });
  await addPod(cluster, 'r', 'n1', 'w');
  await cluster.settle();
  assert.equal(await attachments(cluster), 'n1');
});

test('a volume of one node follows a pod to another node only when it has left the first', async (t) => {
  const cluster = await withVolume(t);
  await addPod(cluster, 'a', 'n1');
  await cluster.step(1_000);
  await addPod(cluster, 'b', 'n2');
  await cluster.settle();
  assert.equal(await attachments(cluster), 'n1');
  assert.deepEqual(await eventsAbout(cluster, 'b'), []);
  await attach(cluster, 'n1');
  const inUse = failed('Multi-Attach error for volume "v" Volume is already used by pod(s) a');
  assert.deepEqual(await eventsAbout(cluster, 'b'), [inUse]);
  await use(cluster, 'n1', 'v');
  await removePod(cluster, 'a');
  await cluster.step(MINUTE);
  assert.deepEqual([await attachments(cluster), await eventsAbout(cluster, 'b')], ['n1', [inUse]]);
  await addPod(cluster, 'c', 'n2');
  await use(cluster, 'n1');
  assert.equal(await attachments(cluster), 'n1-');
  await detach(cluster, 'n1');
  assert.equal(await attachments(cluster), 'n2');
  await attach(cluster, 'n2');
  assert.deepEqual([await attachedTo(cluster, 'n1'), await attachedTo(cluster, 'n2')], [[], ['v']]);
});

test('a pod learns that a volume is attached elsewhere where no pod uses it any more', async (t) => {
  const cluster = await withVolume(t);
  await addPod(cluster, 'a', 'n1');
  await cluster.settle();
  await attach(cluster, 'n1');
  await use(cluster, 'n1', 'v');
  await removePod(cluster, 'a');
  await addPod(cluster, 'b', 'n2');
  await cluster.settle();
  const why = "Volume is already exclusively attached to one node and can't be attached to another";
  assert.deepEqual(await eventsAbout(cluster, 'b'), [failed(`Multi-Attach error for volume "v" ${why}`)]);
});

test('a volume of many nodes is attached to all of them', async (t) => {
  const cluster = await withVolume(t, ['ReadWriteMany']);
  await addPod(cluster, 'a', 'n1');
  await addPod(cluster, 'b', 'n2');
  await cluster.settle();
  assert.equal(await attachments(cluster), 'n1 n2');
});

test('a pod learns why its volume is not attached: each new error once, and that nobody answers', async (t) => {
  const cluster = await withVolume(t);
  await addPod(cluster, 'p', 'n1');
  await cluster.step(MINUTE);
  assert.deepEqual(await eventsAbout(cluster, 'p'), []);
  await cluster.step(MINUTE);
  const silent =
    'timed out waiting for external-attacher of disk.example.com CSI driver to attach volume handle-v';
  const told = [failed(`AttachVolume.Attach failed for volume "v" : ${silent}`)];
  assert.deepEqual(await eventsAbout(cluster, 'p'), told);
  const attachError = { time: '2030-01-01T00:00:00Z', message: 'disk is on fire' };
  await answer(cluster, 'n1', { attached: false, attachError });
  told.push(failed('AttachVolume.Attach failed for volume "v" : disk is on fire'));
  assert.deepEqual(await eventsAbout(cluster, 'p'), told);
  await cluster.step(1_000);
  const label = { metadata: { labels: { a: 'b' } } };
  await cluster.client.patch(PersistentVolume, 'v', undefined, 'merge', label);
  await cluster.settle();
  assert.deepEqual(await eventsAbout(cluster, 'p'), told);
  await attach(cluster, 'n1');
  assert.deepEqual(await attachedTo(cluster, 'n1'), ['v']);
});

test('where an attachment has failed, and is still wanted, the volume may go to another node', async (t) => {
  const cluster = await withVolume(t);
  await addPod(cluster, 'a', 'n1');
  await cluster.settle();
  await addPod(cluster, 'b', 'n2');
  await cluster.settle();
  assert.equal(await attachments(cluster), 'n1');
  const attachError = { time: '2030-01-01T00:00:00Z', message: 'no' };
  // Over the deadline: nobody knows whether it is attached.
  await answer(cluster, 'n1', { attached: false, attachError: { ...attachError, errorCode: 4 } });
  assert.equal(await attachments(cluster), 'n1');
  await answer(cluster, 'n1', { attached: false, attachError: { ...attachError, errorCode: 13 } });
  assert.equal(await attachments(cluster), 'n1 n2');
  await removePod(cluster, 'a');
  await cluster.settle();
  assert.equal(await attachments(cluster), 'n1- n2');
});

test('a pod that comes while the volume is being detached waits for a new attachment', async (t) => {
  const cluster = await withVolume(t);
  await addPod(cluster, 'a', 'n1');
  await cluster.settle();
  await attach(cluster, 'n1');
  await removePod(cluster, 'a');
  await cluster.settle();
  const old = await attachment(cluster, 'n1');
  await addPod(cluster, 'b', 'n1');
  await cluster.step(2 * MINUTE);
  assert.deepEqual([await attachments(cluster), await attachedTo(cluster, 'n1')], ['n1-', []]);
  assert.deepEqual(await eventsAbout(cluster, 'b'), [
    failed('AttachVolume.Attach failed for volume "v" : volume attachment is being deleted'),
  ]);
  await detach(cluster, 'n1');
  const made = await attachment(cluster, 'n1');
  assert.notEqual(made?.metadata.uid, old?.metadata.uid);
  await attach(cluster, 'n1');
  assert.deepEqual(await attachedTo(cluster, 'n1'), ['v']);
});

test('an attachment that somebody deletes leaves the node’s status and is made again', async (t) => {
  const cluster = await withVolume(t);
  await addPod(cluster, 'a', 'n1');
  await cluster.settle();
  await attach(cluster, 'n1');
  const { metadata } = (await attachment(cluster, 'n1'))!;
  await cluster.call('DELETE', `/apis/storage.k8s.io/v1/volumeattachments/${metadata.name}`);
  await cluster.settle();
  assert.deepEqual(await attachedTo(cluster, 'n1'), []);
  await detach(cluster, 'n1');
  assert.equal(await attachments(cluster), 'n1');
});

test('an attachment of the same volume under another PersistentVolume is taken over', async (t) => {
  const cluster = await withNodes(t);
  const volume = { driver: 'disk.example.com', handle: 'handle-v' };
  const source = { persistentVolumeName: 'former' };
  await cluster.client.create(VolumeAttachment, {
    ...{ apiVersion: 'storage.k8s.io/v1', kind: 'VolumeAttachment' },
    metadata: { name: attachmentNameOf(volume, 'n1') },
    spec: { attacher: volume.driver, nodeName: 'n1', source },
  });
  await addVolume(cluster, 'v');
  await addPod(cluster, 'p', 'n1');
  await cluster.settle();
  await answer(cluster, 'n1', { attached: false, attachError: { message: 'no' } });
  assert.deepEqual(await eventsAbout(cluster, 'p'), [
    failed('AttachVolume.Attach failed for volume "v" : no'),
  ]);
  await attach(cluster, 'n1');
  assert.deepEqual(await attachedTo(cluster, 'n1'), ['v']);
  await removePod(cluster, 'p');
  await cluster.settle();
  assert.equal(await attachments(cluster), 'n1-');
  await addPod(cluster, 'q', 'n2');
  await cluster.settle();
  await detach(cluster, 'n1');
  assert.equal(await attachments(cluster), 'n2');
});

test('the volume of a claim that a pod gets for itself is attached, but not that of another’s claim of that name', async (t) => {
  const cluster = await withNodes(t);
  const { spec } = aClaim('template');
  const volumes = [{ name: 'e', ephemeral: { volumeClaimTemplate: { spec: spec! } } }];
  const pod = await cluster.client.create(Pod, aPod('own', { nodeName: 'n1', volumes }));
  await cluster.client.create(Pod, aPod('other', { nodeName: 'n2', volumes }));
  await addVolume(cluster, 'own-e', { ownerReferences: [controllerReference(Pod, pod)] });
  await addVolume(cluster, 'other-e');
  await cluster.settle();
  assert.equal(await attachments(cluster), 'n1');
});

test('without volumes of drivers nothing is looked at, whatever becomes of pods and nodes', async (t) => {
  const cluster = await withNodes(t);
  const claim = await cluster.client.create(PersistentVolumeClaim, aClaim('local', { volumeName: 'local' }));
  const claimRef = { name: 'local', namespace: 'default', uid: claim.metadata.uid! };
  await cluster.client.create(PersistentVolume, aVolume('local', { claimRef }));
  const status = { phase: 'Bound' };
  await cluster.client.patch(PersistentVolumeClaim, 'local', 'default', 'merge', { status }, STATUS);
  await addPod(cluster, 'p', 'n1', 'local');
  await cluster.client.create(Pod, aPod('q', { nodeName: 'n1' }));
  await setNodeReady(cluster, 'n1', 'False');
  await cluster.client.patch(Pod, 'p', 'default', 'merge', { status: { phase: 'Succeeded' } }, STATUS);
  await removePod(cluster, 'q');
  await cluster.client.delete(Node, 'n1');
  await cluster.step(MINUTE);
  const looked = (controller: string) =>
    cluster.metrics.render().includes(`tiphys_controller_reconcile_total{controller="${controller}"`);
  assert.equal(looked(CONTROLLER), false);
  await addVolume(cluster, 'v');
  await cluster.settle();
  assert.equal(looked(CONTROLLER), true);
});

test('names of pods in other namespaces are not told', async (t) => {
  const cluster = await withVolume(t);
  // A second PersistentVolume of the same disk, in another namespace.
  await cluster.call('POST', '/api/v1/namespaces', { metadata: { name: 'other' } });
  await addVolume(cluster, 'w', { namespace: 'other', handle: 'handle-v' });
  await addPod(cluster, 'secret', 'n1', 'w', 'other');
  await cluster.settle();
  await attach(cluster, 'n1');
  await addPod(cluster, 'b', 'n2');
  await cluster.settle();
  assert.deepEqual(await eventsAbout(cluster, 'b'), [
    failed('Multi-Attach error for volume "v" Volume is already used by 1 pod(s) in different namespaces'),
  ]);
});

test('volumes are counted', async (t) => {
  const cluster = await withVolume(t);
  await addPod(cluster, 'a', 'n1');
  await cluster.client.create(Pod, aPod('none', { nodeName: 'n1' }));
  await cluster.settle();
  const plugin = 'kubernetes.io/csi:disk.example.com';
  for (const line of [
    `attachdetach_controller_total_volumes{plugin_name="${plugin}",state="desired_state_of_world"} 1`,
    `attachdetach_controller_total_volumes{plugin_name="${plugin}",state="actual_state_of_world"} 1`,
    `storage_count_attachable_volumes_in_use{node="n1",volume_plugin="${plugin}"} 1`,
  ])
    assert.ok(cluster.metrics.render().includes(`${line}\n`), line);
});
