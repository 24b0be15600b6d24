import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import { PersistentVolume } from '../../api/kinds/core/v1/persistent-volume.ts';
import { CSINode } from '../../api/kinds/storage/v1/csi-node.ts';
import { VolumeAttachment } from '../../api/kinds/storage/v1/volume-attachment.ts';
import { isNotFound } from '../../api/status/status-error.ts';
import { controllerUnpublishVolume } from '../../csi/messages/controller.ts';
import type { SimCluster } from '../../sim/cluster.ts';
import { aVolume } from '../../sim/objects/storage.ts';
import { FakeDriver, type FakeDriverOptions } from '../csi/driver.fake.ts';
import { csiCluster, DRIVER } from '../csi/scene.fake.ts';

const FINALIZER = 'external-attacher/disk-example-com';
const controllers = ['csi-attacher', 'persistentvolume-protection-controller'];

let cluster: SimCluster;
let driver: FakeDriver;

/** With a volume `v` that the driver knows as `h`. */
async function start(options?: FakeDriverOptions): Promise<void> {
  driver = new FakeDriver(options);
  driver.add('h');
  cluster = await csiCluster({ driver, controllers });
  const csi = { driver: DRIVER, volumeHandle: 'h', volumeAttributes: { a: 'b' } };
  const { hostPath: _, ...spec } = aVolume('v').spec!;
  await cluster.client.create(PersistentVolume, { ...aVolume('v'), spec: { ...spec, csi } });
}

async function attach(): Promise<void> {
  const spec = { attacher: DRIVER, nodeName: 'n1', source: { persistentVolumeName: 'v' } };
  await cluster.client.create(VolumeAttachment, {
    ...{ apiVersion: 'storage.k8s.io/v1', kind: 'VolumeAttachment', metadata: { name: 'a' }, spec },
  });
  await cluster.settle();
}
const detach = async () => {
  await cluster.client.delete(VolumeAttachment, 'a');
  await cluster.settle();
};
const attachment = () => cluster.client.get(VolumeAttachment, 'a');
const published = () => [...driver.volumes.get('h')!.publishedTo];
const count = (method: string) => driver.calls.filter((call) => call === `n1 ${method}`).length;

describe('csi-attacher', () => {
  afterEach(() => cluster.stop());

  it('attaches the volume, and holds it and the attachment meanwhile', async () => {
    await start();
    await attach();
    const { metadata, status } = await attachment();
    assert.deepEqual(status, { attached: true, attachmentMetadata: { device: '/dev/h' } });
    assert.deepEqual(metadata.finalizers, [FINALIZER]);
    assert.equal(metadata.annotations?.['csi.alpha.kubernetes.io/node-id'], 'id-n1');
    assert.ok((await cluster.client.get(PersistentVolume, 'v')).metadata.finalizers?.includes(FINALIZER));
    assert.deepEqual(published(), ['id-n1']);
    assert.equal(count('ControllerPublishVolume'), 1);
  });

  it('detaches it before the attachment goes, and lets the volume go afterwards', async () => {
    await start();
    await attach();
    await cluster.client.delete(PersistentVolume, 'v');
    await detach();
    assert.deepEqual(published(), []);
    await assert.rejects(attachment(), isNotFound);
    await assert.rejects(cluster.client.get(PersistentVolume, 'v'), isNotFound);
    assert.equal(count('ControllerUnpublishVolume'), 1);
  });

  it('says what failed, with the code, and tries again later', async () => {
    await start();
    driver.faults.push({ method: 'ControllerPublishVolume', code: 'internal', times: 2 });
    await attach();
    const { status } = await attachment();
    assert.equal(status?.attached, false);
    assert.equal(status?.attachError?.errorCode, 13);
    assert.match(status?.attachError?.message ?? '', /^rpc error: code = Internal desc = /);
    // Its own report does not end the back-off.
    assert.equal(count('ControllerPublishVolume'), 1);
    await cluster.step(1_100);
    assert.equal(count('ControllerPublishVolume'), 2);
    await cluster.step(2_100);
    assert.deepEqual((await attachment()).status, {
      attached: true,
      attachmentMetadata: { device: '/dev/h' },
    });
  });

  it('detaches what may have been attached when nobody knows', async () => {
    await start();
    driver.faults.push({ method: 'ControllerPublishVolume', code: 'deadlineExceeded', after: true });
    await attach();
    assert.deepEqual(published(), ['id-n1']);
    assert.equal((await attachment()).status?.attached, false);
    await detach();
    assert.deepEqual(published(), []);
    await assert.rejects(attachment(), isNotFound);
  });

  it('keeps the attachment while the volume cannot be detached', async () => {
    await start();
    await attach();
    driver.faults.push({ method: 'ControllerUnpublishVolume', code: 'unavailable' });
    await detach();
    const { status } = await attachment();
    assert.match(status?.detachError?.message ?? '', /code = Unavailable/);
    await cluster.step(1_100);
    await assert.rejects(attachment(), isNotFound);
  });

  it('detaches from a node where the driver is gone, by the ID that it had', async () => {
    await start();
    await attach();
    await cluster.client.create(CSINode, {
      ...{ apiVersion: 'storage.k8s.io/v1', kind: 'CSINode', metadata: { name: 'n2' } },
      spec: { drivers: [{ name: DRIVER, nodeID: 'id-n2' }] },
    });
    await cluster.client.delete(CSINode, 'n1');
    await detach();
    assert.deepEqual(published(), []);
    assert.equal(driver.calls.at(-1), `n2 ${controllerUnpublishVolume.path.split('/').at(-1)}`);
  });

  it('attaches volumes of a driver that has nothing to do for it, without a call', async () => {
    await start({ capabilities: ['CREATE_DELETE_VOLUME'] });
    await attach();
    assert.deepEqual((await attachment()).status, { attached: true });
    await detach();
    await assert.rejects(attachment(), isNotFound);
    assert.deepEqual([count('ControllerPublishVolume'), count('ControllerUnpublishVolume')], [0, 0]);
  });

  it('refuses a volume that is being deleted', async () => {
    await start();
    await cluster.client.patch(PersistentVolume, 'v', undefined, 'merge', {
      metadata: { finalizers: ['example.com/keep'] },
    });
    await cluster.client.delete(PersistentVolume, 'v');
    await attach();
    const { status } = await attachment();
    assert.equal(status?.attachError?.message, 'PersistentVolume "v" is marked for deletion');
    assert.equal(count('ControllerPublishVolume'), 0);
  });
});
