import assert from 'node:assert/strict';
import { mkdir, mkdtemp, realpath, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { exec } from '../../kit/exec.ts';
import { HostFiles } from './host-files.ts';
import { MemoryFiles } from './memory-files.fake.ts';
import { nodeFilesContract } from './node-files.contract.ts';
import { type NodeFiles, nodePath } from './node-files.ts';

async function directory(t: TestContext): Promise<string> {
  const dir = await realpath(await mkdtemp(join(tmpdir(), 'files-')));
  t.after(() => rm(dir, { recursive: true, force: true }));
  return dir;
}

nodeFilesContract('files of the machine', async (t) => ({
  files: new HostFiles(async () => ''),
  root: await directory(t),
}));

nodeFilesContract('files in memory', async () => {
  const files = new MemoryFiles();
  await files.makeDirectory(nodePath('/node'));
  return { files, root: '/node' };
});

/** A node whose table of mounts is what was mounted by it; everything else runs on this machine. */
function nodeWithMounts(broken: { umount?: boolean } = {}) {
  const commands: string[] = [];
  const mounted = new Set<string>();
  const files = new HostFiles(async (command) => {
    const [program, ...words] = command;
    if (program === 'cat') return [...mounted].map((path) => `tmpfs ${path} tmpfs rw 0 0\n`).join('');
    if (program === 'sh') return exec(command);
    commands.push(command.join(' '));
    if (program === 'mount') mounted.add(words.at(-1)!);
    if (program === 'umount' && broken.umount) throw new Error('target is busy');
    if (program === 'umount' && !mounted.delete(words[0]!)) throw new Error('not mounted');
    return '';
  });
  return { files, commands, mounted };
}

test('memory is mounted and unmounted once, with its size, mode and group', async () => {
  const { files, commands, mounted } = nodeWithMounts();
  const path = nodePath('/v');
  for (let i = 0; i < 2; i++) await files.mountMemory(path, { bytes: 1024, mode: 0o2777, gid: 7 });
  for (let i = 0; i < 2; i++) await files.unmount(path);
  await files.mountMemory(path, { mode: 0o777 });
  mounted.clear();
  await files.unmount(path);
  assert.deepEqual(commands, [
    'mount -t tmpfs -o size=1024,mode=2777,gid=7 tmpfs /v',
    'umount /v',
    'mount -t tmpfs -o mode=0777 tmpfs /v',
    'umount /v',
  ]);
});

test('a mount that cannot be unmounted is an error, and is tried again', async () => {
  const broken = { umount: true };
  const { files } = nodeWithMounts(broken);
  await files.mountMemory(nodePath('/v'), { mode: 0o777 });
  await assert.rejects(files.unmount(nodePath('/v')), /target is busy/);
  broken.umount = false;
  await files.unmount(nodePath('/v'));
});

test('a new kubelet finds the memory that the old one mounted', async () => {
  const { files, commands, mounted } = nodeWithMounts();
  mounted.add('/a\\040b');
  await files.mountMemory(nodePath('/a b'), { mode: 0o777 });
  assert.deepEqual(commands, []);
});

test('a sub path in memory is looked up inside the node, never outside the volume', async (t) => {
  const dir = await directory(t);
  const volume = join(dir, 'volume');
  await mkdir(volume, { mode: 0o777 });
  const { files }: { files: NodeFiles } = nodeWithMounts();
  await files.mountMemory(nodePath(volume), { mode: 0o777 });
  assert.equal(await files.resolve(nodePath(volume, 'a', 'b')), join(volume, 'a/b'));
  assert.equal((await stat(join(volume, 'a'))).mode, (await stat(volume)).mode);
  await writeFile(join(dir, 'secret'), '');
  await symlink('../secret', join(volume, 'out'));
  await assert.rejects(files.resolve(nodePath(volume, 'out')), /not within volume path/);
  await mkdir(join(volume, 'odd\n'));
  await symlink('odd\n', join(volume, 'link'));
  await symlink('..', join(volume, 'odd'));
  await assert.rejects(files.resolve(nodePath(volume, 'link')));
});
