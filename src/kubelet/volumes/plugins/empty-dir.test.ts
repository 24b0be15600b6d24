import assert from 'node:assert/strict';
import { test } from 'node:test';
import { exec } from '../../../kit/exec.ts';
import { aBoundPod, aContainer } from '../../../sim/objects/pod.ts';
import { MemoryFiles } from '../../files/memory-files.fake.ts';
import { ownNamespace } from '../../files/mounts/own-namespace.fake.ts';
import { nodePath } from '../../files/node-files.ts';
import { podDirectories } from '../directories.ts';
import { emptyDirPlugin } from './empty-dir.ts';

const path = nodePath('/root/pods/u/volumes/kubernetes.io~empty-dir/v');

function setUp(emptyDir: { medium?: string; sizeLimit?: string }, fsGroup?: number, own: object = {}) {
  const files = new MemoryFiles();
  const plugin = emptyDirPlugin(podDirectories(files, '/root', '/secrets').disk);
  const pod = aBoundPod(
    'p',
    { ...own, ...(fsGroup !== undefined && { securityContext: { fsGroup } }) },
    { uid: 'u' },
  );
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

test('huge pages are mounted in the size that the pod requests, when it is one', async () => {
  const containers = (...sizes: string[]) => [
    aContainer('main', {
      resources: { requests: Object.fromEntries(sizes.map((s) => [`hugepages-${s}`, '1Gi'])) },
    }),
  ];
  const mounted = async (medium: string, ...sizes: string[]) => {
    const { files, make } = setUp({ medium }, undefined, { containers: containers(...sizes) });
    await make();
    return files.calls.get(path.root);
  };
  const call = (size: string) => ({
    ...{ type: 'hugetlbfs', source: 'nodev' },
    options: [`pagesize=${size}`, 'mode=0777'],
  });
  assert.deepEqual(await mounted('HugePages', '2Mi'), call('2Mi'));
  assert.deepEqual(await mounted('HugePages-1Gi', '2Mi', '1Gi'), call('1Gi'));
  await assert.rejects(mounted('HugePages'), /there is no resource request for huge pages/);
  await assert.rejects(mounted('HugePages', '2Mi', '1Gi'), /can only be used if .* use only one page size/);
  await assert.rejects(mounted('HugePages-2Mi', '1Gi'), /a page size that no container requests/);
});

test('the kernel takes such a mount', async (t) => {
  const { files, root, enter } = await ownNamespace(t);
  const plugin = emptyDirPlugin(podDirectories(files, root, '/secrets').disk);
  const resources = { limits: { 'hugepages-2Mi': '2Mi' } };
  const pod = aBoundPod('p', { containers: [aContainer('main', { resources })] }, { uid: 'u' });
  const spec = { volume: { name: 'v', emptyDir: { medium: 'HugePages' } }, readOnly: false };
  const mounted = await plugin.setUp({ pod, spec });
  assert.ok('path' in mounted);
  assert.equal(await exec([...enter, 'stat', '-f', '-c', '%T %S', mounted.path]), 'hugetlbfs 2097152\n');
  await plugin.tearDown('u', 'v');
});

test('its usage is measured', async () => {
  const { files, plugin, request, make } = setUp({});
  await make();
  await files.write(nodePath(path.root, 'f'), Buffer.alloc(100_000));
  assert.ok((await plugin.stats!(request))!.usedBytes! >= 100_000);
});
