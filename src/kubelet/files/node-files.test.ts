import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { systemClock } from '../../kit/clock.ts';
import { ExecError, exec } from '../../kit/exec.ts';
import { MemoryFiles } from './memory-files.fake.ts';
import { mountCalls, ownNamespace } from './mounts/own-namespace.fake.ts';
import { nodeFilesContract } from './node-files.contract.ts';
import { inside, nodePath, pathText } from './node-files.ts';

nodeFilesContract('files of the machine', ownNamespace);

nodeFilesContract('files in memory', async () => {
  const files = new MemoryFiles();
  await files.makeDirectory(nodePath('/node'));
  const seen = async (path: string) => (await files.read(nodePath(path)))?.toString();
  return { files, root: '/node', seen };
});

test('memory is mounted and unmounted once, with its size, mode and group', async (t) => {
  const { files, commands, root } = await ownNamespace(t);
  const path = nodePath(root);
  for (let i = 0; i < 2; i++) await files.mountMemory(path, { bytes: 8192, mode: 0o2777, gid: 7 });
  assert.deepEqual((await files.mountedFileSystem(path))?.capacityBytes, 8192);
  for (let i = 0; i < 2; i++) await files.unmount(path);
  await files.mountMemory(path, { mode: 0o777 });
  await files.unmount(path);
  assert.deepEqual(mountCalls(commands), [
    `mount -t tmpfs -o size=8192,mode=2777,gid=7 -- tmpfs ${path.root}`,
    `umount --no-canonicalize ${path.root}`,
    `mount -t tmpfs -o mode=0777 -- tmpfs ${path.root}`,
    `umount --no-canonicalize ${path.root}`,
  ]);
});

test('what is mounted on the node is given to a group, unless its root says that it has been', async (t) => {
  const { files, enter, root } = await ownNamespace(t);
  const path = nodePath(root, 'volume');
  await files.makeDirectory(path);
  await files.mountMemory(path, { mode: 0o755 });
  const text = pathText(path);
  const node = (...command: string[]) => exec([...enter, ...command]);
  const groups = async () => (await node('stat', '-c', '%g', text, `${text}/f`)).trim().split('\n');
  await node('touch', `${text}/f`);
  await files.giveMounted(path, 7, { unlessDone: true });
  assert.deepEqual(await groups(), ['7', '7']);
  await node('chgrp', '0', `${text}/f`);
  await files.giveMounted(path, 7, { unlessDone: true });
  assert.deepEqual(await groups(), ['7', '0']);
  await files.giveMounted(path, 7, { unlessDone: false });
  assert.deepEqual(await groups(), ['7', '7']);
  assert.notEqual((await stat(text)).gid, 7);
});

test('a mount that is in use is not unmounted, and later it is', async (t) => {
  const { files, enter, root } = await ownNamespace(t);
  const path = nodePath(root);
  await files.mountMemory(path, { mode: 0o777 });
  await whileShellRuns([...enter, 'sh', '-c', 'cd "$0"; echo; sleep 1000 & wait', path.root], () =>
    assert.rejects(files.unmount(path), /target is busy/),
  );
  await files.unmount(path);
  assert.deepEqual(await files.mountsIn(path), []);
});

test('a new kubelet finds what the old one mounted, and what others unmount is no error', async (t) => {
  const { files, another, commands, enter, root } = await ownNamespace(t);
  const path = nodePath(root, 'a b\\c');
  await files.makeDirectory(path);
  await files.mountMemory(path, { mode: 0o777 });
  await another.mountMemory(path, { mode: 0o777 });
  assert.deepEqual(mountCalls(commands).length, 1);
  assert.deepEqual(await another.mountsIn(path), [pathText(path)]);
  await exec([...enter, 'umount', pathText(path)]);
  await another.unmount(path);
  await files.close();
  assert.deepEqual(await files.mountsIn(path), []);
});

test('what the mount program says is told, with the call, and which package is missing', async (t) => {
  const { files, commands, root } = await ownNamespace(t);
  const path = nodePath(root);
  const call = { type: 'nfs', source: '127.0.0.1:/x', options: ['vers=4', 'ro'] };
  await assert.rejects(files.mount(path, call), (error: Error) => {
    assert.match(error.message, /^mount failed: exit status 32\nMounting command: mount\n/);
    assert.match(
      error.message,
      /\nMounting arguments: -t nfs -o vers=4,ro -- 127\.0\.0\.1:\/x \/.*\nOutput: mount: /,
    );
    assert.match(error.message, /\n\/sbin\/mount\.nfs is missing on the node: install nfs-common\n$/);
    return true;
  });
  assert.deepEqual(mountCalls(commands), [`mount -t nfs -o vers=4,ro -- 127.0.0.1:/x ${path.root}`]);
});

test('what does not answer in time is killed; a mount is then taken out of the tree', async (t) => {
  const { files, answers, commands, root } = await ownNamespace(t);
  const path = nodePath(root);
  const late = async () => {
    throw new ExecError(['umount'], { code: 124, stdout: '', stderr: '' });
  };
  answers.mount = late;
  await assert.rejects(
    files.mount(path, { type: 'nfs', source: 's:/' }),
    /mount failed: no answer within 60s\n/,
  );
  answers.mount = undefined;
  await files.mountMemory(path, { mode: 0o777 });
  answers['umount --no-canonicalize /'] = late;
  await files.unmount(path);
  assert.deepEqual(await files.mountsIn(path), []);
  assert.equal(mountCalls(commands).at(-1), `umount --no-canonicalize --force --lazy ${path.root}`);
  for (const command of commands.filter((text) => /\bu?mount -/.test(text)))
    assert.match(command, /^timeout -k 5 \d+ /);
});

test('nothing that the node has mounted is removed, nor what it is mounted on', async (t) => {
  const { files, enter, seen, root: dir } = await ownNamespace(t);
  await exec([
    'sh',
    '-c',
    'cd "$0"; mkdir -p precious pod/volumes/v; echo kept > precious/f; touch pod/file',
    dir,
  ]);
  await symlink(dir, join(dir, 'way'));
  await exec([...enter, 'mount', '--bind', `${dir}/precious`, `${dir}/pod/volumes/v`]);
  await exec([...enter, 'mount', '--bind', `${dir}/precious/f`, `${dir}/pod/file`]);
  assert.deepEqual(await readdir(join(dir, 'pod/volumes/v')), [], 'invisible to the kubelet');
  for (const below of [['pod'], ['pod', 'volumes'], ['pod', 'volumes', 'v'], ['pod', 'file']]) {
    await assert.rejects(files.removeTree(nodePath(dir, ...below)), { code: 'EBUSY' });
    await assert.rejects(files.removeTree(nodePath(`${dir}/way`, ...below)), { code: 'EBUSY' });
    await assert.rejects(files.removeDirectories(nodePath(dir, ...below)), { code: 'EBUSY' });
  }
  assert.equal(await seen(`${dir}/pod/volumes/v/f`), 'kept\n');
  for (const point of await files.mountsIn(nodePath(dir, 'pod'))) await files.unmount(nodePath(point));
  await files.removeTree(nodePath(dir, 'pod'));
  assert.equal(await readFile(join(dir, 'precious/f'), 'utf8'), 'kept\n');
});

test('a sub path in memory is looked up inside the node', async (t) => {
  const { files, seen, enter, root } = await ownNamespace(t);
  const volume = join(root, 'volume');
  const target = nodePath(dirname(volume), 'target');
  await mkdir(volume);
  await files.mountMemory(nodePath(volume), { mode: 0o777 });
  await files.bind(nodePath(volume, 'a', 'b'), target);
  assert.deepEqual(await readdir(volume), []);
  await files.bind(nodePath(volume, 'a'), target);
  await exec([...enter, 'sh', '-c', `echo x > ${volume}/a/f`]);
  assert.equal(await seen(`${pathText(target)}/f`), 'x\n');
});

/** All that was started has ended when this resolves: what it works on can be removed. */
async function whileShellRuns([file, ...words]: readonly string[], work: () => Promise<void>): Promise<void> {
  const shell = spawn(file!, words, { stdio: ['ignore', 'pipe', 'ignore'], detached: true });
  // Every process that could still write holds this pipe.
  const ended = once(shell.stdout.resume(), 'close');
  try {
    await work();
  } finally {
    process.kill(-shell.pid!, 'SIGKILL');
    await ended;
  }
}

test('a name that is swapped for a link meanwhile is never followed out of the volume', async (t) => {
  const { files, seen, root: dir } = await ownNamespace(t);
  await writeFile(join(dir, 'outside'), '');
  await mkdir(join(dir, 'volume'));
  const swap = 'cd "$0"; while :; do mkdir sub; rmdir sub; ln -s .. sub; rm sub; done';
  const outcomes = { bound: 0, refused: 0 };
  await whileShellRuns(['sh', '-c', swap, join(dir, 'volume')], async () => {
    const until = systemClock.monotonic() + 20_000;
    while (outcomes.bound < 15 && systemClock.monotonic() < until) {
      const target = nodePath(dir, 'target');
      const bound = await files.bind(nodePath(join(dir, 'volume'), 'sub'), target).then(
        () => true,
        () => false,
      );
      outcomes[bound ? 'bound' : 'refused']++;
      if (bound) assert.equal(await seen(`${pathText(target)}/outside`), undefined);
      await files.unmount(target);
    }
  });
  assert.ok(outcomes.bound > 0, JSON.stringify(outcomes));
});

/** In `$0/deep`: a file below 60 directories, 12,000 bytes down, put into one another since no path leads there. */
const DEEP = `cd "$0"; mkdir deep; head -c 100000 /dev/zero > deep/f; chain=${`${'d'.repeat(200)}/`.repeat(15)}
for i in 1 2 3 4; do mkdir -p new/$chain; mv deep new/$chain; mv new deep; done`;

test('a tree deeper than any path may be is measured, given to a group, and removed', async (t) => {
  const { files, root: dir } = await ownNamespace(t);
  await exec(['sh', '-ec', DEEP, dir]);
  const deep = nodePath(dir, 'deep');
  assert.ok((await files.diskUsage(deep)).bytes >= 100_000);
  await files.giveToGroup(deep, 7);
  assert.equal(await exec(['find', dir, '-name', 'f', '-printf', '%G']), '7');
  await files.removeTree(deep);
  assert.deepEqual(await readdir(dir), []);
});

test('what is mounted in a tree is neither measured nor given away nor removed', async (t) => {
  const { root: dir } = await ownNamespace(t);
  await exec([
    'sh',
    '-c',
    'cd "$0"; mkdir -p other pod/inner pod/z; head -c 200000 /dev/zero > other/f',
    dir,
  ]);
  const code = `
    import { exec } from ${JSON.stringify(import.meta.resolve('../../kit/exec.ts'))};
    import { HostFiles } from ${JSON.stringify(import.meta.resolve('./host-files.ts'))};
    const files = new HostFiles(exec);
    const path = { root: ${JSON.stringify(dir)}, below: ['pod'] };
    const { bytes } = await files.diskUsage(path);
    await files.giveToGroup(path, 7);
    const refused = async (...below) => (await files.removeTree({ root: path.root, below }).catch(({ code }) => code)) ?? 'removed';
    console.log(bytes < 200000, await refused('pod'), await refused('pod', 'inner'), await refused('pod', 'z'));`;
  const script = 'mount --bind "$0/other" "$0/pod/inner"; exec "$1" --input-type=module -e "$2"';
  const enter = ['unshare', '--mount', '--propagation', 'private', 'sh', '-c'];
  assert.equal(await exec([...enter, script, dir, process.execPath, code]), 'true EBUSY EBUSY removed\n');
  const { gid, size } = await stat(join(dir, 'other/f'));
  assert.deepEqual([gid, size], [0, 200_000]);
});

test('a directory that is swapped for a link meanwhile leads no walk out of the tree', async (t) => {
  const { files, root: dir } = await ownNamespace(t);
  await exec(['sh', '-c', 'cd "$0"; mkdir -p outside/kept tree/a/b; touch outside/kept/f tree/a/b/f', dir]);
  const swap = 'cd "$0/tree"; while :; do mv a c; ln -s ../outside a; rm a; mv c a; done';
  const tree = nodePath(dir, 'tree');
  await whileShellRuns(['sh', '-c', swap, dir], async () => {
    for (let i = 0; i < 100; i++) await files.giveToGroup(tree, 7).catch(() => {});
    for (let i = 0; i < 20; i++) await files.removeTree(inside(tree, 'a')).catch(() => {});
  });
  const { gid } = await stat(join(dir, 'outside/kept/f'));
  assert.equal(gid, 0);
});

test('other work goes on while many files are removed', async (t) => {
  const { files, root: dir } = await ownNamespace(t);
  await exec(['sh', '-c', 'mkdir "$0/many"; cd "$0/many"; seq 5000 | xargs touch', dir]);
  let turns = 0;
  const timer = systemClock.every(1, () => turns++);
  await files.removeTree(nodePath(dir, 'many'));
  timer.cancel();
  assert.ok(turns >= 5, `${turns} turns of the event loop for 5,000 files`);
});
