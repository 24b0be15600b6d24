import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, realpath, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { systemClock } from '../../kit/clock.ts';
import { exec } from '../../kit/exec.ts';
import { HostFiles } from './host-files.ts';
import { MemoryFiles } from './memory-files.fake.ts';
import { nodeFilesContract } from './node-files.contract.ts';
import { inside, type NodeFiles, nodePath, pathText } from './node-files.ts';

async function directory(t: TestContext): Promise<string> {
  const dir = await realpath(await mkdtemp(join(tmpdir(), 'files-')));
  t.after(() => rm(dir, { recursive: true, force: true }));
  return dir;
}

/** Files of this machine with a mount namespace of their own, in which `seen` looks. */
async function nodeOfItsOwn(t: TestContext) {
  const script = 'mount --make-rshared /; echo; exec sleep 1000';
  const holder = spawn('unshare', ['--mount', '--propagation', 'private', 'sh', '-c', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  t.after(() => holder.kill('SIGKILL'));
  await once(holder.stdout, 'data');
  const enter = ['nsenter', `--mount=/proc/${holder.pid}/ns/mnt`, '--'];
  const files: NodeFiles = new HostFiles((command, options) => exec([...enter, ...command], options));
  const seen = (path: string) => readFile(`/proc/${holder.pid}/root${path}`, 'utf8').catch(() => undefined);
  return { files, seen, enter };
}

nodeFilesContract('files of the machine', async (t) => ({
  ...(await nodeOfItsOwn(t)),
  root: await directory(t),
}));

nodeFilesContract('files in memory', async () => {
  const files = new MemoryFiles();
  await files.makeDirectory(nodePath('/node'));
  const seen = async (path: string) => (await files.read(nodePath(path)))?.toString();
  return { files, root: '/node', seen };
});

/** A node whose table of mounts is what was mounted by it; everything else runs on this machine. */
function nodeWithMounts(broken: { umount?: boolean } = {}) {
  const commands: string[] = [];
  const mounted = new Set<string>();
  const files = new HostFiles(async (command) => {
    const [program, ...words] = command;
    if (program === 'cat') return [...mounted].map((path) => `tmpfs ${path} tmpfs rw 0 0\n`).join('');
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

test('a sub path in memory is looked up inside the node', async (t) => {
  const { files, seen, enter } = await nodeOfItsOwn(t);
  const volume = join(await directory(t), 'volume');
  const target = nodePath(dirname(volume), 'target');
  await mkdir(volume);
  await files.mountMemory(nodePath(volume), { mode: 0o777 });
  await files.bind(nodePath(volume, 'a', 'b'), target);
  assert.deepEqual(await readdir(volume), []);
  await files.bind(nodePath(volume, 'a'), target);
  await exec([...enter, 'sh', '-c', `echo x > ${volume}/a/f`]);
  assert.equal(await seen(`${pathText(target)}/f`), 'x\n');
});

/** The shell and its last command have ended when this resolves: what they work on can be removed. `directory` is its $0. */
async function whileShellRuns(script: string, directory: string, work: () => Promise<void>): Promise<void> {
  const shell = spawn('sh', ['-c', script, directory], { stdio: ['ignore', 'pipe', 'ignore'] });
  // Every process that could still write holds this pipe.
  const ended = once(shell.stdout.resume(), 'close');
  try {
    await work();
  } finally {
    shell.kill('SIGKILL');
    await ended;
  }
}

test('a name that is swapped for a link meanwhile is never followed out of the volume', async (t) => {
  const { files, seen } = await nodeOfItsOwn(t);
  const dir = await directory(t);
  await writeFile(join(dir, 'outside'), '');
  await mkdir(join(dir, 'volume'));
  const swap = 'cd "$0"; while :; do mkdir sub; rmdir sub; ln -s .. sub; rm sub; done';
  const outcomes = { bound: 0, refused: 0 };
  await whileShellRuns(swap, join(dir, 'volume'), async () => {
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
  const dir = await directory(t);
  const { files } = nodeWithMounts();
  await exec(['sh', '-ec', DEEP, dir]);
  const deep = nodePath(dir, 'deep');
  assert.ok((await files.diskUsage(deep)) >= 100_000);
  await files.giveToGroup(deep, 7);
  assert.equal(await exec(['find', dir, '-name', 'f', '-printf', '%G']), '7');
  await files.removeTree(deep);
  assert.deepEqual(await readdir(dir), []);
});

test('what is mounted in a tree is neither measured nor given away nor removed', async (t) => {
  const dir = await directory(t);
  await exec([
    'sh',
    '-c',
    'cd "$0"; mkdir -p other pod/inner pod/z; head -c 200000 /dev/zero > other/f',
    dir,
  ]);
  const code = `
    import { HostFiles } from ${JSON.stringify(import.meta.resolve('./host-files.ts'))};
    const files = new HostFiles(async () => '');
    const path = { root: ${JSON.stringify(dir)}, below: ['pod'] };
    const bytes = await files.diskUsage(path);
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
  const dir = await directory(t);
  const { files } = nodeWithMounts();
  await exec(['sh', '-c', 'cd "$0"; mkdir -p outside/kept tree/a/b; touch outside/kept/f tree/a/b/f', dir]);
  const swap = 'cd "$0/tree"; while :; do mv a c; ln -s ../outside a; rm a; mv c a; done';
  const tree = nodePath(dir, 'tree');
  await whileShellRuns(swap, dir, async () => {
    for (let i = 0; i < 100; i++) await files.giveToGroup(tree, 7).catch(() => {});
    for (let i = 0; i < 20; i++) await files.removeTree(inside(tree, 'a')).catch(() => {});
  });
  const { gid } = await stat(join(dir, 'outside/kept/f'));
  assert.equal(gid, 0);
});

test('other work goes on while many files are removed', async (t) => {
  const dir = await directory(t);
  const { files } = nodeWithMounts();
  await exec(['sh', '-c', 'mkdir "$0/many"; cd "$0/many"; seq 5000 | xargs touch', dir]);
  let turns = 0;
  const timer = systemClock.every(1, () => turns++);
  await files.removeTree(nodePath(dir, 'many'));
  timer.cancel();
  assert.ok(turns >= 5, `${turns} turns of the event loop for 5,000 files`);
});
