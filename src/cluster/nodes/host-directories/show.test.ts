// In a mount namespace of the test's own, as a node has one.
import assert from 'node:assert/strict';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { NodeMount } from '../../config/nodes.ts';
import { removeMountPoints, writeNote } from '../../configured/note.ts';
import { nodeShell } from '../shell.ts';
import { checkSources, missingParts, showDirectories } from './show.ts';

const scene = async (t: TestContext) => {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'tph-show-')));
  mkdirSync(join(root, 'src'));
  writeFileSync(join(root, 'src/file'), 'one');
  t.after(() => rmSync(root, { recursive: true, force: true }));
  return { root, at: (path: string) => join(root, path) };
};

/** Each command in a new mount namespace would forget its mounts: one that waits keeps it. */
async function namespaceOf(t: TestContext) {
  const { spawn } = await import('node:child_process');
  const script = 'mount --make-rshared / && echo && exec sleep 600';
  const keeper = spawn('unshare', ['--mount', '--propagation', 'slave', 'sh', '-c', script]);
  t.after(() => keeper.kill('SIGKILL'));
  await new Promise<void>((resolve, reject) => {
    keeper.stdout.once('data', () => resolve());
    keeper.once('exit', (code) => reject(new Error(`unshare ended with ${code}`)));
  });
  return nodeShell(['nsenter', `--mount=/proc/${keeper.pid}/ns/mnt`, '--']);
}

const mount = (hostPath: string, nodePath: string, readOnly = false): NodeMount => ({
  hostPath,
  nodePath,
  readOnly,
});

test('a node shows directories live and both ways, files, and read-only what is to be so; the machine shows nothing', async (t) => {
  const { at } = await scene(t);
  const shell = await namespaceOf(t);
  const mounts = [
    mount(at('src'), at('node/rw')),
    mount(at('src'), at('node/ro'), true),
    mount(at('src/file'), at('node/file')),
  ];
  assert.deepEqual(await missingParts(at('node/rw')), [at('node'), at('node/rw')]);
  await showDirectories(shell, mounts, []);
  await shell.exec(['sh', '-c', `echo two > ${at('node/rw/new')}`]);
  assert.equal(readFileSync(at('src/new'), 'utf8'), 'two\n');
  writeFileSync(at('src/file'), 'changed');
  for (const path of ['node/rw/file', 'node/ro/file', 'node/file'])
    assert.equal(await shell.exec(['cat', at(path)]), 'changed', path);
  await assert.rejects(shell.exec(['touch', at('node/ro/x')]), /Read-only file system/);
  assert.equal(existsSync(at('node/rw/file')), false);
});

test('a second start keeps what is the same directory, and replaces what is not, or not wanted any more', async (t) => {
  const { at } = await scene(t);
  const shell = await namespaceOf(t);
  mkdirSync(at('other'));
  const first = [
    mount(at('src'), at('node/a')),
    mount(at('other'), at('node/b')),
    mount(at('src'), at('node/c')),
  ];
  await showDirectories(shell, first, []);
  const ids = async () =>
    (await shell.exec(['cat', '/proc/self/mountinfo']))
      .split('\n')
      .filter((line) => line.includes(` ${at('node')}/`))
      .map((line) => `${line.split(' ')[4]?.slice(at('node/').length)} ${line.split(' ')[0]}`)
      .sort();
  const [a] = await ids();
  rmSync(at('other'), { recursive: true });
  mkdirSync(at('other'));
  const second = [first[0]!, first[1]!, mount(at('src'), at('node/c'), true)];
  await showDirectories(shell, second, first);
  writeFileSync(at('other/new'), 'new');
  assert.equal((await ids())[0], a);
  assert.equal(await shell.exec(['cat', at('node/b/new')]), 'new');
  await assert.rejects(shell.exec(['touch', at('node/c/x')]), /Read-only/);
  await showDirectories(shell, [], second);
  assert.deepEqual(await ids(), []);
});

test('a link anywhere on the way is refused, in what is shown and where; so is what is not there', async (t) => {
  const { at } = await scene(t);
  const shell = await namespaceOf(t);
  symlinkSync(at('src'), at('link'));
  mkdirSync(at('node'));
  symlinkSync('/etc', at('node/etc'));
  const shows = (one: NodeMount) => showDirectories(shell, [one], []);
  for (const path of ['link', 'link/file']) {
    await assert.rejects(
      checkSources([mount(at(path), '/mnt/x')]),
      /link is a symbolic link \(to .*src\): name the directory itself/,
    );
    await assert.rejects(shows(mount(at(path), at('node/x'))), /symbolic link/);
  }
  await assert.rejects(
    shows(mount(at('src'), at('node/etc/x'))),
    /mount at .*: .*node\/etc is a symbolic link \(to \/etc\)/,
  );
  await assert.rejects(checkSources([mount(at('none'), '/mnt/x')]), /mount of .*none: there is no .*none/);
  await assert.rejects(checkSources([mount(at('src/file/x'), '/mnt/x')]), /file\/x is not in a directory/);
  writeFileSync(at('plain'), '');
  await assert.rejects(
    shows(mount(at('src'), at('plain'))),
    /one of it and .*src is a directory, and one is not/,
  );
  assert.equal(await shell.exec(['sh', '-c', `grep -c " ${at('')}" /proc/self/mountinfo || true`]), '0\n');
});

test('the end removes the mount points that were made, and nothing that is somebody’s', async (t) => {
  const { root, at } = await scene(t);
  mkdirSync(at('node/a/b'), { recursive: true });
  mkdirSync(at('node/full'));
  writeFileSync(at('node/full/mine'), 'x');
  writeFileSync(at('node/file'), '');
  const mountPoints = [
    at('node'),
    at('node/a'),
    at('node/a/b'),
    at('node/full'),
    at('node/file'),
    at('node/never'),
  ];
  writeNote(root, { nodes: {}, mounts: {}, mountPoints });
  await removeMountPoints(root);
  assert.deepEqual(
    [existsSync(at('node/a')), existsSync(at('node/file')), existsSync(at('node/full/mine'))],
    [false, false, true],
  );
});
