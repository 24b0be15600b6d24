// Local volumes that somebody has made larger, and what their claims and pods are told.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { type TestContext, test } from 'node:test';
import type { PersistentVolumeSpec } from '../../../api/kinds/core/v1/persistent-volume.ts';
import { settle } from '../../../kit/clock.fake.ts';
import { rfc3339 } from '../../../kit/clock.ts';
import { exec } from '../../../kit/exec.ts';
import { aBoundPod } from '../../../sim/objects/pod.ts';
import { aClaim, aVolume, claimVolume } from '../../../sim/objects/storage.ts';
import { MemoryFiles } from '../../files/memory-files.fake.ts';
import { ownNamespace } from '../../files/mounts/own-namespace.fake.ts';
import { nodePath } from '../../files/node-files.ts';
import { podDirectories } from '../directories.ts';
import type { VolumeRequest } from '../plugin.ts';
import { localPlugin } from './local.ts';
import { GrowthScene } from './local-growth.fake.ts';

const podOf = (uid: string) => aBoundPod('p', {}, { uid });

/** The volume and its claim, both of `size`. */
function aScene(path: string, spec: Partial<PersistentVolumeSpec> = {}) {
  const scene = new GrowthScene();
  const volume = (storage: string) =>
    aVolume('pv', {
      ...{ hostPath: undefined, local: { path }, capacity: { storage } },
      claimRef: { namespace: 'default', name: 'c', uid: 'u' },
      ...spec,
    });
  scene.objects.PersistentVolume = volume('320Mi');
  scene.objects.PersistentVolumeClaim = { ...aClaim('c'), status: { capacity: { storage: '320Mi' } } };
  const requestOf = (uid: string): VolumeRequest => ({
    pod: podOf(uid),
    spec: { volume: claimVolume('c', 'v'), persistentVolume: volume('320Mi'), readOnly: false },
  });
  /** As whoever looks after the volume does. */
  const enlarge = (storage: string) => {
    scene.objects.PersistentVolume = volume(storage);
    scene.objects.PersistentVolumeClaim = {
      ...aClaim('c'),
      status: {
        capacity: { storage: '320Mi' },
        allocatedResources: { storage },
        allocatedResourceStatuses: { storage: 'NodeResizePending' },
      },
    };
  };
  return { scene, requestOf, enlarge };
}

const TOLD = [
  { status: { allocatedResourceStatuses: { storage: 'NodeResizeInProgress' } } },
  {
    status: {
      capacity: { storage: '400Mi' },
      allocatedResourceStatuses: { storage: null },
      conditions: [],
    },
  },
];

/** ext4 cannot grow while it is mounted without CAP_SYS_RESOURCE. */
const growingType = (): string => {
  const [, capabilities] = /^CapEff:\s*([0-9a-f]+)$/m.exec(readFileSync('/proc/self/status', 'utf8'))!;
  return (BigInt(`0x${capabilities}`) >> 24n) & 1n ? 'ext4' : 'xfs';
};

async function nodeWithDevice(t: TestContext) {
  const node = await ownNamespace(t);
  const image = `${node.root}/disk`;
  await exec(['truncate', '-s', '320M', image]);
  const device = (await exec(['losetup', '--find', '--show', image])).trim();
  t.after(() => exec(['losetup', '--detach', device]));
  const enlargeDevice = async () => {
    await exec(['truncate', '-s', '400M', image]);
    await exec(['losetup', '--set-capacity', device]);
  };
  return { ...node, device, enlargeDevice };
}

test('the file system of a device that has become larger grows while a pod uses it, and the claim is told', async (t) => {
  const { root, files, device, enlargeDevice } = await nodeWithDevice(t);
  const { scene, requestOf, enlarge } = aScene(device, { local: { path: device, fsType: growingType() } });
  const plugin = localPlugin(podDirectories(files, `${root}/kubelet`, '/secrets').disk, scene.growth);
  const request = requestOf('a');
  await plugin.setUp(request);
  const before = (await plugin.stats!(request))!.capacityBytes!;
  await enlargeDevice();
  enlarge('400Mi');
  await scene.clock.step(20_000);
  while (scene.patches.length < TOLD.length) await once(scene.written, 'patch');
  assert.deepEqual(scene.patches, TOLD);
  const after = (await plugin.stats!(request))!.capacityBytes!;
  assert.ok(after - before > 60 << 20, `${before} became ${after}`);
  const told = 'FileSystemResizeSuccessful MountVolume.NodeExpandVolume succeeded for volume "pv" node1';
  assert.deepEqual(scene.events, [told, told]);
  await plugin.tearDown('a', 'pv');
});

async function inMemory(type: 'directory' | 'blockDevice', spec: Partial<PersistentVolumeSpec> = {}) {
  const files = new MemoryFiles();
  await files.makeDirectory(nodePath('/disk'));
  if (type === 'blockDevice') files.stat = async () => ({ type, mode: 0 }) as never;
  const made = aScene('/disk', spec);
  const plugin = localPlugin(podDirectories(files, '/root', '/secrets').disk, made.scene.growth);
  return { ...made, files, plugin };
}

const MOUNTED = '/root/pods/a/volumes/kubernetes.io~local-volume/pv';

test('one that became larger before the pod came is grown before its containers start', async () => {
  const { scene, plugin, requestOf, enlarge, files } = await inMemory('blockDevice');
  enlarge('400Mi');
  const request = requestOf('a');
  await plugin.setUp({
    ...request,
    spec: { ...request.spec, persistentVolume: scene.objects.PersistentVolume! },
  });
  assert.deepEqual([files.grown, scene.patches], [[`/disk ${MOUNTED}`], TOLD]);
});

for (const [title, type, spec] of [
  ['a directory', 'directory', {}],
  ['a device that is given as it is', 'blockDevice', { volumeMode: 'Block' }],
] as const)
  test(`of ${title} only the claim is told`, async () => {
    const { scene, plugin, requestOf, enlarge, files } = await inMemory(type, spec);
    await plugin.setUp(requestOf('a'));
    enlarge('400Mi');
    await scene.clock.step(20_000);
    await settle();
    assert.deepEqual([files.grown, scene.patches], [[], TOLD]);
  });

test('a growth that fails is told to pod and claim, and tried again', async () => {
  const { scene, plugin, requestOf, enlarge, files } = await inMemory('blockDevice');
  await plugin.setUp(requestOf('a'));
  enlarge('400Mi');
  files.growOnDevice = async () => {
    throw new Error('resize of device /disk failed');
  };
  await scene.clock.step(20_000);
  await settle();
  assert.deepEqual(scene.events, [
    'VolumeResizeFailed NodeExpandVolume.NodeExpandVolume failed for volume "pv" : resize of device /disk failed',
  ]);
  const lastTransitionTime = rfc3339(scene.clock.now());
  const message = 'failed to expand pvc with resize of device /disk failed';
  assert.deepEqual(scene.patches[1], {
    status: { conditions: [{ type: 'NodeResizeError', status: 'True', message, lastTransitionTime }] },
  });
  await scene.clock.step(20_000);
  await settle();
  assert.equal(scene.events.length, 2);
});

test('nothing is read any more when the last pod has gone', async () => {
  const { scene, plugin, requestOf } = await inMemory('directory');
  for (const uid of ['a', 'b']) await plugin.setUp(requestOf(uid));
  assert.deepEqual(await plugin.found('a'), ['pv']);
  for (const uid of ['a', 'b']) await plugin.tearDown(uid, 'pv');
  const { reads } = scene;
  await scene.clock.step(60_000);
  assert.deepEqual([scene.reads, await plugin.found('a')], [reads, []]);
});
