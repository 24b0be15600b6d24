import assert from 'node:assert/strict';
import { test } from 'node:test';
import { aBoundPod } from '../../../sim/objects/pod.ts';
import { aVolume, claimVolume } from '../../../sim/objects/storage.ts';
import { MemoryFiles } from '../../files/memory-files.fake.ts';
import { ownNamespace } from '../../files/mounts/own-namespace.fake.ts';
import { inside, type NodeFiles, nodePath } from '../../files/node-files.ts';
import { podDirectories } from '../directories.ts';
import type { VolumeSpec } from '../plugin.ts';
import { nfsPlugin } from './nfs.ts';

const pod = aBoundPod('p', {}, { uid: 'u' });
const pluginOn = (files: NodeFiles, root = '/root') =>
  nfsPlugin(podDirectories(files, root, '/secrets').disk);
const inPod = (nfs: object): VolumeSpec => ({
  volume: { name: 'v', nfs: { server: 's', path: '/data', ...nfs } },
  readOnly: false,
});
const behindClaim = (spec: object, readOnly = false): VolumeSpec => ({
  volume: claimVolume('c', 'v'),
  persistentVolume: aVolume('pv', { nfs: { server: 's', path: '/data' }, ...spec }),
  readOnly,
});
const at = (name: string) => `/root/pods/u/volumes/kubernetes.io~nfs/${name}`;

for (const [what, spec, name, source, options] of [
  ['a volume of the pod', inPod({}), 'v', 's:/data', []],
  ['one that is only read', inPod({ readOnly: true }), 'v', 's:/data', ['ro']],
  ['a server by its IPv6 address', inPod({ server: 'fd00::1' }), 'v', '[fd00::1]:/data', []],
  [
    'a PersistentVolume',
    behindClaim({ mountOptions: ['vers=4.2', 'hard'] }),
    'pv',
    's:/data',
    ['hard', 'vers=4.2'],
  ],
  [
    'a claim that is only read',
    behindClaim({ mountOptions: ['ro', 'hard'] }, true),
    'pv',
    's:/data',
    ['hard', 'ro'],
  ],
] as const)
  test(`${what} is mounted once below the pod’s volumes, with its options, and unmounted`, async () => {
    const files = new MemoryFiles();
    const plugin = pluginOn(files);
    const readOnly = (options as readonly string[]).includes('ro');
    for (let i = 0; i < 2; i++)
      assert.deepEqual(await plugin.setUp({ pod, spec }), { path: at(name), readOnly });
    assert.deepEqual([...files.calls], [[at(name), { type: 'nfs', source, options: [...options] }]]);
    assert.deepEqual(await pluginOn(files).found('u'), [name]);
    for (let i = 0; i < 2; i++) await pluginOn(files).tearDown('u', name);
    assert.deepEqual([files.calls.size, await plugin.found('u')], [0, []]);
  });

test('what cannot be mounted leaves nothing behind, and the message has the call', async (t) => {
  const { files, root } = await ownNamespace(t);
  const plugin = pluginOn(files, root);
  await assert.rejects(plugin.setUp({ pod, spec: inPod({ server: '--bind' }) }), (error: Error) => {
    assert.match(error.message, /\nMounting arguments: -t nfs -- --bind:\/data .*\nOutput: mount: /);
    return true;
  });
  assert.deepEqual(await plugin.found('u'), []);
});

test('a server that is away keeps neither the pod nor others when it ends', async (t) => {
  const { files, root, answers } = await ownNamespace(t);
  const plugin = pluginOn(files, root);
  const volume = nodePath(`${root}/pods/u/volumes/kubernetes.io~nfs/v`);
  await files.makeDirectory(volume);
  await files.mount(volume, { type: 'tmpfs', source: 'tmpfs' });
  answers['umount --no-canonicalize /'] = async () => {
    throw Object.assign(new Error('no answer'), { result: { code: 124 } });
  };
  await assert.rejects(plugin.tearDown('u', 'v'), /no answer/, 'only what ran into the limit is forced');
  assert.deepEqual(await plugin.found('u'), ['v']);
  delete answers['umount --no-canonicalize /'];
  await plugin.tearDown('u', 'v');
  assert.deepEqual(await plugin.found('u'), []);
});

test('its room is what the mounted file system tells', async () => {
  const files = new MemoryFiles();
  const plugin = pluginOn(files);
  await plugin.setUp({ pod, spec: inPod({}) });
  await files.write(inside(nodePath(at('v')), 'f'), 'x');
  const { capacityBytes, usedBytes, inodes, inodesFree } = files.usage;
  const stats = await plugin.stats!({ pod, spec: inPod({}) });
  assert.deepEqual(
    [stats?.capacityBytes, stats?.usedBytes, stats?.inodesUsed],
    [capacityBytes, usedBytes, inodes - inodesFree],
  );
});
