// What a driver is told of a volume and of the pod that wants it.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Secret } from '../../../api/kinds/core/v1/secret.ts';
import type { Volume } from '../../../api/kinds/core/v1/volume.ts';
import { nodePath } from '../../files/node-files.ts';
import type { VolumeRequest } from '../plugin.ts';
import { aDriver, aPodOf, CsiScene, DRIVER, HANDLE, uidOf } from './scene.fake.ts';
import { sourceOf } from './source.ts';
import { accessModeOf } from './steps/capability.ts';
import { takesGroup } from './steps/fs-group.ts';

const inline = (csi: Partial<NonNullable<Volume['csi']>> = {}): VolumeRequest => ({
  pod: aPodOf(1),
  spec: { volume: { name: 'data', csi: { driver: DRIVER, ...csi } }, readOnly: false },
});

describe('a persistent volume', () => {
  it('is described by its PersistentVolume', async () => {
    const scene = new CsiScene();
    const csi = { driver: DRIVER, volumeHandle: HANDLE, fsType: 'ext4', volumeAttributes: { a: 'b' } };
    const request = scene.request(aPodOf(1), { csi, mountOptions: ['noatime'] });
    await scene.mounted(request);
    const staging = `/var/lib/kubelet/plugins/kubernetes.io/csi/${DRIVER}/${scene.hash}/globalmount`;
    const mount = { fsType: 'ext4', mountFlags: ['noatime'], volumeMountGroup: '' };
    const accessMode = { mode: 'SINGLE_NODE_WRITER' };
    assert.deepEqual(scene.driver.staged[0], {
      volumeId: HANDLE,
      publishContext: {},
      stagingTargetPath: staging,
      volumeCapability: { block: undefined, mount, accessMode },
      secrets: {},
      volumeContext: { a: 'b' },
    });
    const { targetPath, ...published } = scene.driver.published[0]!;
    assert.equal(targetPath, `/var/lib/kubelet/pods/${uidOf(1)}/volumes/kubernetes.io~csi/pv/mount`);
    assert.deepEqual(published, { ...scene.driver.staged[0], readonly: false });
  });

  it('comes with the secrets that it names, and without the step whose secret is missing', async () => {
    const scene = new CsiScene();
    const secretOf = (name: string) => ({ namespace: 'default', name });
    const csi = {
      ...{ driver: DRIVER, volumeHandle: HANDLE, nodeStageSecretRef: secretOf('stage') },
      nodePublishSecretRef: secretOf('publish'),
    };
    const request = scene.request(aPodOf(1), { csi });
    await scene.setUp(request);
    await scene.clock.step(0);
    assert.deepEqual(scene.events, [
      'FailedMount MountVolume.MountDevice failed for volume "pv" : fetching NodeStageSecretRef default/stage failed: kubernetes.io/csi: failed to find the secret stage in the namespace default with error: Secret "stage" not found',
    ]);
    assert.deepEqual(scene.driver.calls, []);
    for (const name of ['stage', 'publish'])
      scene.put('Secret', {
        ...{ apiVersion: 'v1', kind: 'Secret', metadata: { name } },
        data: { key: Buffer.from(name).toString('base64') },
      } as Secret);
    await scene.mounted(request);
    assert.deepEqual(scene.driver.staged[0]?.secrets, { key: 'stage' });
    assert.deepEqual(scene.driver.published[0]?.secrets, { key: 'publish' });
  });

  it('tells whether several pods of the node may write only to drivers that know it', () => {
    const modes = (mode: string) =>
      [false, true].map((isFine) => accessModeOf({ ...sourceOf(inline()), accessModes: [mode] }, isFine));
    assert.deepEqual(modes('ReadWriteOnce'), ['SINGLE_NODE_WRITER', 'SINGLE_NODE_MULTI_WRITER']);
    assert.deepEqual(modes('ReadWriteOncePod'), ['SINGLE_NODE_WRITER', 'SINGLE_NODE_SINGLE_WRITER']);
    assert.deepEqual(modes('ReadOnlyMany'), ['MULTI_NODE_READER_ONLY', 'MULTI_NODE_READER_ONLY']);
    assert.deepEqual(modes('ReadWriteMany'), ['MULTI_NODE_MULTI_WRITER', 'MULTI_NODE_MULTI_WRITER']);
  });
});

describe('a pod', () => {
  it('is named, and its tokens are given, where the CSIDriver asks for that', async () => {
    const scene = new CsiScene();
    const tokenRequests = [{ audience: 'vault' }, { audience: '' }];
    scene.csiDriver = aDriver({ attachRequired: false, podInfoOnMount: true, tokenRequests });
    await scene.mounted(scene.request());
    const expirationTimestamp = '2030-01-01T00:00:00Z';
    const tokens = JSON.stringify({
      vault: { token: 'token-vault', expirationTimestamp },
      '': { token: 'token-', expirationTimestamp },
    });
    assert.deepEqual(scene.driver.published[0]?.volumeContext, {
      'csi.storage.k8s.io/pod.name': 'p1',
      'csi.storage.k8s.io/pod.namespace': 'default',
      'csi.storage.k8s.io/pod.uid': uidOf(1),
      'csi.storage.k8s.io/serviceAccount.name': 'robot',
      'csi.storage.k8s.io/ephemeral': 'false',
      'csi.storage.k8s.io/serviceAccount.tokens': tokens,
    });
    const secret = new CsiScene();
    const serviceAccountTokenInSecrets = true;
    secret.csiDriver = aDriver({ attachRequired: false, tokenRequests, serviceAccountTokenInSecrets });
    await secret.mounted(secret.request());
    assert.deepEqual(secret.driver.published[0]?.volumeContext, {});
    assert.deepEqual(secret.driver.published[0]?.secrets, {
      'csi.storage.k8s.io/serviceAccount.tokens': tokens,
    });
  });

  it('has its group told to drivers that give it the files, which are left alone then', async () => {
    const scene = new CsiScene();
    scene.driver.capabilities = ['STAGE_UNSTAGE_VOLUME', 'VOLUME_MOUNT_GROUP'];
    scene.csiDriver = aDriver({ attachRequired: false, fsGroupPolicy: 'File' });
    await scene.mounted(scene.request(aPodOf(1, { securityContext: { fsGroup: 3000 } })));
    for (const { volumeCapability } of [scene.driver.staged[0]!, scene.driver.published[0]!])
      assert.equal(volumeCapability?.mount?.volumeMountGroup, '3000');
  });

  it('gets the files given to its group, as the CSIDriver allows', async () => {
    const scene = new CsiScene();
    scene.csiDriver = aDriver({ attachRequired: false, fsGroupPolicy: 'File' });
    const mount = nodePath(`/root/pods/${uidOf(1)}/volumes/kubernetes.io~csi/pv/mount`);
    scene.driver.script.NodePublishVolume = [scene.files.makeDirectory(mount)];
    const request = scene.request(aPodOf(1, { securityContext: { fsGroup: 3000 } }));
    await scene.mounted(request);
    assert.equal((await scene.files.stat(mount))?.gid, 3000);
    const source = { ...sourceOf(request), fsType: 'ext4' };
    assert.equal(takesGroup(source), true);
    assert.equal(takesGroup({ ...source, fsType: '' }), false);
    assert.equal(takesGroup({ ...source, accessModes: ['ReadWriteMany'] }), false);
    assert.equal(takesGroup({ ...source, accessModes: ['ReadWriteMany'] }, 'File'), true);
    assert.equal(takesGroup({ ...source, readOnly: true }, 'File'), false);
    assert.equal(takesGroup(source, 'None'), false);
  });
});

describe('a volume that the pod declares', () => {
  it('is made under a name of its own, if the CSIDriver says that it can be', async () => {
    const scene = new CsiScene();
    const request = inline({ volumeAttributes: { a: 'b' }, readOnly: true });
    await scene.setUp(request);
    await scene.clock.step(0);
    assert.deepEqual(scene.events, [
      `FailedMount MountVolume.SetUp failed for volume "data" : kubernetes.io/csi: mounter.SetupAt failed to check volume lifecycle mode: volume mode "Ephemeral" not supported by driver ${DRIVER} (only supports ["Persistent"])`,
    ]);
    scene.csiDriver = aDriver({ volumeLifecycleModes: ['Persistent', 'Ephemeral'] });
    const mounted = await scene.mounted(request);
    const path = `/pods/${uidOf(1)}/volumes/kubernetes.io~csi/data/mount`;
    assert.deepEqual(mounted, { path: `/root${path}`, readOnly: true });
    const { volumeId, readonly, stagingTargetPath, volumeContext } = scene.driver.published[0]!;
    assert.match(volumeId, /^csi-[0-9a-f]{64}$/);
    assert.deepEqual(
      { readonly, stagingTargetPath, volumeContext },
      {
        ...{ readonly: true, stagingTargetPath: '' },
        volumeContext: { a: 'b' },
      },
    );
    assert.equal(await scene.tornDown(uidOf(1), 'data'), true);
    const calls = scene.driver.calls.map((call) => call.split(' ')[0]);
    assert.deepEqual(calls, ['NodePublishVolume', 'NodeUnpublishVolume']);
  });
});

describe('a block volume', () => {
  it('is staged and published as a device, found by a link, and taken down without a trace', async () => {
    const scene = new CsiScene();
    const request = scene.request(aPodOf(1), { volumeMode: 'Block' });
    const published = `plugins/kubernetes.io/csi/volumeDevices/publish/pv/${uidOf(1)}`;
    const link = nodePath(`/root/pods/${uidOf(1)}/volumeDevices/kubernetes.io~csi`, 'pv');
    assert.deepEqual(await scene.mounted(request), { device: `/root/${published}`, readOnly: false });
    const { targetPath, stagingTargetPath, volumeCapability } = scene.driver.published[0]!;
    assert.equal(targetPath, `/var/lib/kubelet/${published}`);
    assert.equal(stagingTargetPath, '/var/lib/kubelet/plugins/kubernetes.io/csi/volumeDevices/staging/pv');
    assert.deepEqual(volumeCapability?.block, {});
    assert.equal(await scene.files.readLink(link), `/root/${published}`);
    const mapped = 'SuccessfulMountVolume MapVolume.MapPodDevice succeeded for volume "pv"';
    assert.deepEqual(scene.events, [
      `${mapped} globalMapPath "/root/plugins/kubernetes.io/csi/volumeDevices/pv/dev"`,
      `${mapped} volumeMapPath "/root/pods/${uidOf(1)}/volumeDevices/kubernetes.io~csi"`,
    ]);
    scene.restart();
    await scene.plugin.start();
    assert.deepEqual(await scene.plugin.found(uidOf(1)), ['pv']);
    assert.equal(await scene.tornDown(uidOf(1)), true);
    await scene.clock.step(0);
    assert.equal(await scene.files.stat(link), undefined);
    const devices = '/root/plugins/kubernetes.io/csi/volumeDevices';
    for (const inner of ['', '/staging', '/publish'])
      assert.deepEqual(
        (await scene.list(`${devices}${inner}`)).filter((name) => !['staging', 'publish'].includes(name)),
        [],
      );
    assert.deepEqual(scene.driver.calls.slice(2), [
      `NodeUnpublishVolume ${targetPath}`,
      `NodeUnstageVolume ${HANDLE}`,
    ]);
  });

  it('that fails is told as FailedMapVolume', async () => {
    const scene = new CsiScene();
    scene.driver.script.NodePublishVolume = [new Error('no device')];
    await scene.mounted(scene.request(aPodOf(1), { volumeMode: 'Block' }));
    assert.deepEqual(scene.events.slice(0, 1), [
      'FailedMapVolume MapVolume.MapPodDevice failed for volume "pv" : no device',
    ]);
  });
});
