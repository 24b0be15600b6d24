import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { exec } from '../../../kit/exec.ts';
import { aBoundPod } from '../../../sim/objects/pod.ts';
import { aVolume, claimVolume } from '../../../sim/objects/storage.ts';
import { MemoryFiles } from '../../files/memory-files.fake.ts';
import { ownNamespace } from '../../files/mounts/own-namespace.fake.ts';
import { nodePath } from '../../files/node-files.ts';
import { podDirectories } from '../directories.ts';
import type { VolumeSpec } from '../plugin.ts';
import { localPlugin } from './local.ts';
import { GrowthScene } from './local-growth.fake.ts';

const podOf = (uid: string, fsGroup?: number) =>
  aBoundPod('p', fsGroup === undefined ? {} : { securityContext: { fsGroup } }, { uid });
const specOf = (path: string, local: object = {}, spec: object = {}, readOnly = false): VolumeSpec => ({
  volume: claimVolume('c', 'v'),
  persistentVolume: aVolume('pv', { local: { path, ...local }, ...spec }),
  readOnly,
});

/** A node with a block device of 64 MiB, which is given by its path. */
async function nodeWithDevice(t: TestContext) {
  const node = await ownNamespace(t);
  const image = `${node.root}/disk`;
  await exec(['truncate', '-s', '64M', image]);
  const device = (await exec(['losetup', '--find', '--show', image])).trim();
  // Before the node ends, which removes the file.
  t.after(() => exec(['losetup', '--detach', device]));
  const plugin = localPlugin(
    podDirectories(node.files, `${node.root}/kubelet`, '/secrets').disk,
    new GrowthScene().growth,
  );
  const at = (uid: string) => `${node.root}/kubelet/pods/${uid}/volumes/kubernetes.io~local-volume/pv`;
  const run = (...words: string[]) => exec([...node.enter, ...words]);
  return { ...node, device, plugin, at, run };
}

test('a device gets a file system once, which all pods of the node share, and keeps what they write', async (t) => {
  const { device, plugin, at, run, seen, files } = await nodeWithDevice(t);
  // An empty type is none.
  const spec = specOf(device, { fsType: '' });
  for (const uid of ['a', 'a', 'b'])
    assert.deepEqual(await plugin.setUp({ pod: podOf(uid, 7), spec }), { path: at(uid), readOnly: false });
  await run('sh', '-c', 'echo kept > "$0/f"', at('a'));
  assert.equal(await seen(`${at('b')}/f`), 'kept\n');
  assert.equal(await run('stat', '-c', '%g %a', at('b')), '7 2775\n');
  const stats = await plugin.stats!({ pod: podOf('a'), spec });
  assert.ok(stats!.capacityBytes! > 40 << 20 && stats!.capacityBytes! < 64 << 20, JSON.stringify(stats));
  for (const uid of ['a', 'b']) await plugin.tearDown(uid, 'pv');
  assert.deepEqual([await plugin.found('a'), await files.mountsIn(nodePath(at('a')))], [[], []]);
  await plugin.setUp({ pod: podOf('c'), spec });
  assert.equal(await seen(`${at('c')}/f`), 'kept\n', 'it is not formatted again');
  await plugin.tearDown('c', 'pv');
});

test('a device with something else on it is not formatted, nor one that may only be read', async (t) => {
  const { device, plugin, run } = await nodeWithDevice(t);
  const setUp = (spec: VolumeSpec) => plugin.setUp({ pod: podOf('a'), spec });
  await assert.rejects(setUp(specOf(device, {}, {}, true)), {
    message: `cannot mount unformatted disk ${device} as we are manipulating it in read-only mode`,
  });
  await run('mkfs.ext4', '-q', device);
  const before = await run('blkid', '-p', '-s', 'UUID', '-o', 'value', device);
  await assert.rejects(
    setUp(specOf(device, { fsType: 'xfs' })),
    /^Error: failed to mount the volume as "xfs", it already contains ext4\. Mount error: mount failed: /,
  );
  assert.equal(await run('blkid', '-p', '-s', 'UUID', '-o', 'value', device), before);
});

test('a device can be given as it is', async (t) => {
  const { device, plugin, root, files } = await nodeWithDevice(t);
  const block = { volumeMode: 'Block' };
  const setUp = (path: string) => plugin.setUp({ pod: podOf('a'), spec: specOf(path, {}, block, true) });
  assert.deepEqual(await setUp(device), { device, readOnly: true });
  await assert.rejects(setUp(root), { message: `path "${root}" is not a block device` });
  assert.deepEqual(await files.mountsIn(nodePath(root)), []);
});

test('a directory is used where it is, and bound only for the sake of mount options', async () => {
  const files = new MemoryFiles();
  const plugin = localPlugin(podDirectories(files, '/root', '/secrets').disk, new GrowthScene().growth);
  await files.makeDirectory(nodePath('/disk'));
  const setUp = (spec: VolumeSpec) => plugin.setUp({ pod: podOf('u'), spec });
  assert.deepEqual(await setUp(specOf('/disk')), { path: '/disk', readOnly: false });
  assert.equal(files.calls.size, 0);
  const path = '/root/pods/u/volumes/kubernetes.io~local-volume/pv';
  assert.deepEqual(await setUp(specOf('/disk', {}, { mountOptions: ['noatime'] })), {
    path,
    readOnly: false,
  });
  assert.deepEqual([...files.calls], [[path, { source: '/disk', options: ['bind', 'noatime'] }]]);
  await plugin.tearDown('u', 'pv');
  assert.equal(files.calls.size, 0);
});

test('what is neither directory nor device is refused', async () => {
  const files = new MemoryFiles();
  const plugin = localPlugin(podDirectories(files, '/root', '/secrets').disk, new GrowthScene().growth);
  const setUp = (path: string) => plugin.setUp({ pod: podOf('u'), spec: specOf(path) });
  await assert.rejects(setUp('/none'), { message: 'path "/none" does not exist' });
  await files.write(nodePath('/file'), '');
  await assert.rejects(setUp('/file'), { message: 'only directory and block device are supported' });
});
