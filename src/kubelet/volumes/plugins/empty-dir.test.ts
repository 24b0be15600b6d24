import assert from 'node:assert/strict';
import { test } from 'node:test';
import { aBoundPod } from '../../../sim/objects/pod.ts';
import { MemoryFiles } from '../../files/memory-files.fake.ts';
import { nodePath } from '../../files/node-files.ts';
import { podDirectories } from '../directories.ts';
import { emptyDirPlugin } from './empty-dir.ts';

const path = nodePath('/root/pods/u/volumes/kubernetes.io~empty-dir/v');

function setUp(emptyDir: { medium?: 'Memory' | ''; sizeLimit?: string }, fsGroup?: number) {
  const files = new MemoryFiles();
  const plugin = emptyDirPlugin(podDirectories(files, '/root', '/secrets').disk);
  const pod = aBoundPod('p', fsGroup === undefined ? {} : { securityContext: { fsGroup } }, { uid: 'u' });
  const request = { pod, spec: { volume: { name: 'v', emptyDir }, readOnly: false } };
  return { files, plugin, request, make: () => plugin.setUp(request) };
}

test('a directory on disk is open to all, and to the fsGroup by name', async () => {
  for (const [fsGroup, mode, gid] of [
    [undefined, 0o777, 0],
    [7, 0o2777, 7],
  ] as const) {
    const { files, make } = setUp({}, fsGroup);
    await make();
    const found = await files.stat(path);
    assert.deepEqual([found?.mode, found?.gid], [mode, gid]);
  }
});

test('what containers have changed in their directory stays when a new kubelet sets it up', async () => {
  const { files, make } = setUp({});
  await make();
  await files.setAccess(path, { mode: 0o700, uid: 5 });
  await make();
  const found = await files.stat(path);
  assert.deepEqual([found?.mode, found?.uid], [0o700, 5]);
});

test('memory has the size of its limit, and the same access as a directory on disk', async () => {
  const open = setUp({ medium: 'Memory', sizeLimit: '1Mi' });
  await open.make();
  assert.deepEqual([...open.files.mounts], [[path.root, { bytes: 1 << 20, mode: 0o1777 }]]);
  const group = setUp({ medium: 'Memory' }, 7);
  await group.make();
  assert.deepEqual([...group.files.mounts], [[path.root, { mode: 0o3777, gid: 7 }]]);
});

test('its usage is measured', async () => {
  const { files, plugin, request, make } = setUp({});
  await make();
  await files.write(nodePath(path.root, 'f'), Buffer.alloc(100_000));
  assert.ok((await plugin.stats!(request))!.usedBytes! >= 100_000);
});
