import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import { Node } from '../../api/kinds/core/v1/node.ts';
import { PersistentVolume } from '../../api/kinds/core/v1/persistent-volume.ts';
import { PersistentVolumeClaim } from '../../api/kinds/core/v1/persistent-volume-claim.ts';
import { Secret } from '../../api/kinds/core/v1/secret.ts';
import { CSIDriver } from '../../api/kinds/storage/v1/csi-driver.ts';
import { CSINode } from '../../api/kinds/storage/v1/csi-node.ts';
import { StorageClass } from '../../api/kinds/storage/v1/storage-class.ts';
import { VolumeAttachment } from '../../api/kinds/storage/v1/volume-attachment.ts';
import { SELECTED_NODE } from '../../api/volumes/annotations.ts';
import type { DeleteVolumeRequest } from '../../csi/messages/controller.ts';
import type { SimCluster, SimClusterOptions } from '../../sim/cluster.ts';
import { aClaim, aClass } from '../../sim/objects/storage.ts';
import { FakeDriver, type FakeDriverOptions } from '../csi/driver.fake.ts';
import { addNode, csiCluster, DRIVER, eventsOf, TOPOLOGY } from '../csi/scene.fake.ts';

const namespace = 'default';
const controllers = [
  'csi-provisioner',
  'persistentvolume-binder-controller',
  'persistentvolume-protection-controller',
  'persistentvolumeclaim-protection-controller',
];
const FINALIZER = 'external-provisioner.volume.kubernetes.io/finalizer';

let cluster: SimCluster;
let driver: FakeDriver;

interface Setup extends FakeDriverOptions {
  readonly class?: Partial<StorageClass>;
  readonly on?: readonly string[];
  readonly cluster?: SimClusterOptions;
}

/** With the class `fast` of the driver, bound at once unless said otherwise. */
async function start(setup: Setup = {}): Promise<void> {
  driver = new FakeDriver(setup);
  const { on = ['n1'] } = setup;
  cluster = await csiCluster({ driver, on, controllers, ...setup.cluster });
  const own = { provisioner: DRIVER, volumeBindingMode: 'Immediate' as const, ...setup.class };
  await cluster.client.create(StorageClass, aClass('fast', own));
}
async function claim(name = 'c', ...[spec, metadata]: [object?, object?]) {
  const made = aClaim(name, { storageClassName: 'fast', ...spec }, metadata);
  const created = await cluster.client.create(PersistentVolumeClaim, made);
  await cluster.settle();
  return `pvc-${created.metadata.uid}`;
}
const claimNow = (name = 'c') => cluster.client.get(PersistentVolumeClaim, name, namespace);
const phase = async (name = 'c') => (await claimNow(name)).status?.phase;
const volumes = async () => (await cluster.client.list(PersistentVolume)).items;
const deleteClaim = async (name = 'c') => {
  await cluster.client.delete(PersistentVolumeClaim, name, namespace);
  await cluster.settle();
};
const events = () => eventsOf(cluster, 'csi-provisioner');
const count = (method: string) => driver.calls.filter((call) => call.endsWith(` ${method}`)).length;

describe('csi-provisioner', () => {
  afterEach(() => cluster.stop());

  it('gives a claim a volume of the driver', async () => {
    await start({
      class: { parameters: { 'csi.storage.k8s.io/fstype': 'ext4', kind: 'ssd' }, mountOptions: ['noatime'] },
    });
    const name = await claim();
    assert.equal(await phase(), 'Bound');
    const { request } = driver.volumes.get(name)!;
    assert.deepEqual(request.capacityRange, { requiredBytes: 2 ** 30, limitBytes: 0 });
    assert.deepEqual(request.parameters, {
      kind: 'ssd',
      'csi.storage.k8s.io/pvc/name': 'c',
      'csi.storage.k8s.io/pvc/namespace': 'default',
      'csi.storage.k8s.io/pv/name': name,
    });
    assert.deepEqual(request.volumeCapabilities, [
      {
        block: undefined,
        mount: { fsType: 'ext4', mountFlags: ['noatime'], volumeMountGroup: '' },
        accessMode: { mode: 'SINGLE_NODE_WRITER' },
      },
    ]);
    const [{ metadata, spec }] = (await volumes()) as [PersistentVolume];
    assert.equal(metadata.name, name);
    assert.ok(metadata.finalizers?.includes(FINALIZER));
    assert.equal(metadata.annotations?.['pv.kubernetes.io/provisioned-by'], DRIVER);
    assert.deepEqual(
      [spec?.csi?.driver, spec?.csi?.volumeHandle, spec?.csi?.fsType, spec?.csi?.volumeAttributes?.made],
      [DRIVER, `id-${name}`, 'ext4', 'by the driver'],
    );
    assert.deepEqual(
      [spec?.capacity, spec?.persistentVolumeReclaimPolicy, spec?.mountOptions, spec?.storageClassName],
      [{ storage: '1Gi' }, 'Delete', ['noatime'], 'fast'],
    );
    assert.deepEqual(await events(), [
      'Provisioning: External provisioner is provisioning volume for claim "default/c"',
      `ProvisioningSucceeded: Successfully provisioned volume ${name}`,
    ]);
    assert.equal(count('CreateVolume'), 1);
    assert.match(
      cluster.metrics.render(),
      /^controller_persistentvolumeclaim_provision_total\{class="fast",source=""\} 1$/m,
    );
  });

  it('deletes the volume with its claim, once it is detached', async () => {
    await start();
    const name = await claim();
    const attachment = {
      ...{ apiVersion: 'storage.k8s.io/v1' as const, kind: 'VolumeAttachment' as const },
      metadata: { name: 'a' },
      spec: { attacher: DRIVER, nodeName: 'n1', source: { persistentVolumeName: name } },
    };
    await cluster.client.create(VolumeAttachment, attachment);
    await deleteClaim();
    assert.ok(driver.volumes.has(name));
    assert.ok(
      (await events()).includes(`VolumeFailedDelete: persistentvolume ${name} is still attached to node n1`),
    );
    await cluster.client.delete(VolumeAttachment, 'a');
    await cluster.settle();
    assert.equal(driver.volumes.size, 0);
    assert.deepEqual(await volumes(), []);
  });

  it('keeps the volume and its object until the driver has deleted it', async () => {
    await start();
    const name = await claim();
    driver.faults.push({ method: 'DeleteVolume', code: 'failedPrecondition' });
    await deleteClaim();
    assert.equal((await volumes())[0]?.status?.phase, 'Released');
    const [failed] = (await events()).filter((event) => event.startsWith('VolumeFailedDelete'));
    assert.match(failed ?? '', /rpc error: code = FailedPrecondition desc = /);
    await cluster.client.delete(PersistentVolume, name);
    await cluster.step(1_100);
    assert.deepEqual([driver.volumes.size, await volumes()], [0, []]);
  });

  it('keeps volumes whose policy is Retain, without a finalizer', async () => {
    await start({ class: { reclaimPolicy: 'Retain' } });
    const name = await claim();
    await deleteClaim();
    assert.deepEqual([driver.volumes.has(name), (await volumes())[0]?.status?.phase], [true, 'Released']);
    assert.equal((await volumes())[0]?.metadata.finalizers?.includes(FINALIZER), false);
  });

  it('waits until a node is selected, and calls that node', async () => {
    await start({
      hasTopology: true,
      on: ['n1', 'n2'],
      class: { volumeBindingMode: 'WaitForFirstConsumer' },
    });
    await claim('c');
    assert.equal(count('CreateVolume'), 0);
    const name = await claim('d', {}, { annotations: { [SELECTED_NODE]: 'n2' } });
    assert.deepEqual(driver.calls.at(-1), 'n2 CreateVolume');
    const here = [{ segments: { [TOPOLOGY]: 'n2' } }];
    const { accessibilityRequirements } = driver.volumes.get(name)!.request;
    assert.deepEqual(accessibilityRequirements, { requisite: here, preferred: here });
    assert.deepEqual((await volumes())[0]?.spec?.nodeAffinity, {
      required: {
        nodeSelectorTerms: [{ matchExpressions: [{ key: TOPOLOGY, operator: 'In', values: ['n2'] }] }],
      },
    });
    await deleteClaim('d');
    assert.deepEqual(driver.calls.at(-1), 'n2 DeleteVolume');
  });

  it('asks for another node when there is no room on the selected one', async () => {
    await start({ hasTopology: true, class: { volumeBindingMode: 'WaitForFirstConsumer' } });
    driver.faults.push({ method: 'CreateVolume', code: 'resourceExhausted' });
    await claim('c', {}, { annotations: { [SELECTED_NODE]: 'n1' } });
    assert.equal((await claimNow()).metadata.annotations?.[SELECTED_NODE], undefined);
    await cluster.step(10_000);
    assert.equal(count('CreateVolume'), 1);
    const [failed] = (await events()).filter((event) => event.startsWith('ProvisioningFailed'));
    assert.match(failed ?? '', /code = ResourceExhausted/);
  });

  it('asks for another node when the selected one is gone', async () => {
    await start({ hasTopology: true, class: { volumeBindingMode: 'WaitForFirstConsumer' } });
    await claim('c', {}, { annotations: { [SELECTED_NODE]: 'gone' } });
    assert.equal((await claimNow()).metadata.annotations?.[SELECTED_NODE], undefined);
  });

  it('asks for another node when the selected one leaves, but not while its driver is away', async () => {
    await start({
      hasTopology: true,
      on: ['n1', 'n2'],
      class: { volumeBindingMode: 'WaitForFirstConsumer' },
    });
    driver.faults.push({ method: 'CreateVolume', code: 'unavailable', after: true, times: 99 });
    await claim('c', {}, { annotations: { [SELECTED_NODE]: 'n1' } });
    await cluster.client.delete(CSINode, 'n1');
    await cluster.step(10_000);
    const selected = async () => (await claimNow()).metadata.annotations?.[SELECTED_NODE];
    assert.equal(await selected(), 'n1');
    assert.ok(!driver.calls.includes('n2 CreateVolume'));
    await cluster.client.delete(Node, 'n1');
    await cluster.step(20_000);
    assert.equal(await selected(), undefined);
  });

  for (const after of [false, true])
    it(`makes one volume when a call fails ${after ? 'after' : 'before'} it is carried out`, async () => {
      await start();
      driver.faults.push({ method: 'CreateVolume', code: 'deadlineExceeded', after, times: 3 });
      const name = await claim();
      assert.equal(await phase(), 'Pending');
      await cluster.step(8_000);
      assert.equal(await phase(), 'Bound');
      assert.deepEqual([...driver.volumes.keys()], [name]);
      assert.equal(count('CreateVolume'), 4);
    });

  it('leaves no volume of a claim that is deleted while nobody knows what was done', async () => {
    await start();
    driver.faults.push({ method: 'CreateVolume', code: 'deadlineExceeded', after: true });
    const name = await claim();
    assert.deepEqual([...driver.volumes.keys()], [name]);
    await deleteClaim();
    await cluster.step(5_000);
    assert.deepEqual([driver.volumes.size, await volumes()], [0, []]);
  });

  it('leaves no volume of a claim that is deleted in the middle of a call', async () => {
    await start();
    driver.meanwhile = async (method) => {
      if (method === 'CreateVolume') await cluster.client.delete(PersistentVolumeClaim, 'c', namespace);
    };
    await claim();
    await cluster.step(1_000);
    assert.equal(count('CreateVolume'), 1);
    assert.deepEqual([driver.volumes.size, await volumes()], [0, []]);
  });

  it('leaves no volume of a claim that is deleted before a final answer that there is none', async () => {
    await start();
    driver.faults.push(
      { method: 'CreateVolume', code: 'unavailable' },
      { method: 'CreateVolume', code: 'internal' },
    );
    await claim();
    await deleteClaim();
    await cluster.step(10_000);
    assert.equal(count('CreateVolume'), 2);
    assert.deepEqual([driver.volumes.size, await volumes()], [0, []]);
  });

  it('repeats a request that cannot be served every five minutes, or at once with another class', async () => {
    await start();
    driver.faults.push({ method: 'CreateVolume', code: 'invalidArgument', times: 9 });
    await claim();
    await cluster.step(290_000);
    assert.equal(count('CreateVolume'), 1);
    await cluster.step(11_000);
    assert.equal(count('CreateVolume'), 2);
    driver.faults.length = 0;
    await cluster.client.delete(StorageClass, 'fast');
    const own = { provisioner: DRIVER, volumeBindingMode: 'Immediate' as const };
    await cluster.client.create(StorageClass, aClass('fast', own));
    await cluster.settle();
    assert.equal(await phase(), 'Bound');
  });

  it('deletes a volume that is smaller than what was asked for', async () => {
    await start();
    driver.meanwhile = async (method) => {
      if (method !== 'CreateVolume') return;
      for (const volume of driver.volumes.values()) volume.bytes = 1;
      driver.meanwhile = undefined;
    };
    // The first answer was made before; the second is of the volume as it is.
    driver.faults.push({ method: 'CreateVolume', code: 'aborted', after: true });
    await claim();
    await cluster.step(1_100);
    assert.equal(driver.volumes.size, 0);
    assert.ok(
      (await events()).includes(
        `ProvisioningFailed: created volume capacity 1 less than requested capacity ${2 ** 30}`,
      ),
    );
    await cluster.step(2_100);
    assert.equal(await phase(), 'Bound');
  });

  it('clones a volume, and keeps the source until it is done', async () => {
    await start();
    const source = await claim('source');
    driver.faults.push({ method: 'CreateVolume', code: 'unavailable' });
    const dataSource = { kind: 'PersistentVolumeClaim', name: 'source' };
    const name = await claim('c', { dataSource });
    await deleteClaim('source');
    assert.ok((await claimNow('source')).metadata.deletionTimestamp);
    await cluster.step(2_000);
    assert.equal(await phase(), 'Bound');
    assert.deepEqual(driver.volumes.get(name)?.request.volumeContentSource, {
      volume: { volumeId: `id-${source}` },
      snapshot: undefined,
    });
    await assert.rejects(claimNow('source'), { message: /not found/ });
  });

  it('refuses a clone that is smaller than its source', async () => {
    await start();
    await claim('source', { resources: { requests: { storage: '2Gi' } } });
    await claim('c', { dataSource: { kind: 'PersistentVolumeClaim', name: 'source' } });
    assert.ok(
      (await events()).some((event) =>
        event.includes('new PVC request must be greater than or equal in size'),
      ),
    );
    assert.equal(count('CreateVolume'), 1);
  });

  it('makes no file system of a device by cloning it: the node would mount what a pod has written there', async () => {
    await start();
    await claim('source', { volumeMode: 'Block' });
    await claim('c', { dataSource: { kind: 'PersistentVolumeClaim', name: 'source' } });
    assert.ok((await events()).some((event) => event.includes('must have the same volume mode')));
    assert.equal(count('CreateVolume'), 1);
  });

  it('leaves claims with other sources to populators', async () => {
    await start();
    await claim('c', { dataSourceRef: { apiGroup: 'example.com', kind: 'Book', name: 'b' } });
    assert.ok(
      (await events()).includes('Provisioning: Assuming an external populator will provision the volume'),
    );
    assert.equal(count('CreateVolume'), 0);
  });

  it('gives the driver the secrets that the class names, and remembers the one for deletion', async () => {
    const prefix = 'csi.storage.k8s.io/';
    await start({
      class: {
        parameters: {
          [`${prefix}provisioner-secret-name`]: '\u0024{pvc.name}-key',
          [`${prefix}provisioner-secret-namespace`]: '\u0024{pvc.namespace}',
          [`${prefix}node-stage-secret-name`]: 'stage',
          [`${prefix}node-stage-secret-namespace`]: 'kube-system',
        },
      },
    });
    await cluster.client.create(Secret, {
      ...{ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'c-key', namespace } },
      data: { token: Buffer.from('open').toString('base64') },
    });
    const name = await claim();
    assert.deepEqual(driver.volumes.get(name)?.request.secrets, { token: 'open' });
    const [volume] = await volumes();
    assert.deepEqual(volume?.spec?.csi?.nodeStageSecretRef, { name: 'stage', namespace: 'kube-system' });
    await deleteClaim();
    const sent = driver.requests.at(-1) as DeleteVolumeRequest;
    assert.deepEqual([driver.volumes.size, sent.secrets], [0, { token: 'open' }]);
  });

  it('leaves drivers alone that bring their own', async () => {
    await start();
    await cluster.client.create(CSIDriver, {
      ...{ apiVersion: 'storage.k8s.io/v1', kind: 'CSIDriver', spec: {} },
      metadata: { name: DRIVER, annotations: { 'tiphys.io/controllers': 'external' } },
    });
    await claim();
    assert.deepEqual([driver.calls, await phase()], [[], 'Pending']);
    await cluster.client.patch(CSIDriver, DRIVER, undefined, 'merge', {
      metadata: { annotations: { 'tiphys.io/controllers': 'built-in' } },
    });
    await cluster.settle();
    assert.equal(await phase(), 'Bound');
  });

  it('serves claims that were there before the driver', async () => {
    await start({ on: [] });
    await claim();
    assert.equal(await phase(), 'Pending');
    await addNode(cluster, 'n1');
    assert.equal(await phase(), 'Bound');
  });
});
