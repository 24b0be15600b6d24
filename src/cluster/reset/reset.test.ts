import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { systemClock } from '../../kit/clock.ts';
import { exec } from '../../kit/exec.ts';
import { deleteDirectory, directoryProblem } from './directory.ts';
import { isUnitOf } from './leave.ts';
import { belonging, endProcesses } from './processes.ts';

const scene = (t: TestContext) => {
  const directory = mkdtempSync(join(tmpdir(), 'reset-'));
  t.after(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
};

describe('the directory that a reset deletes', () => {
  it('is one of Tiphys, and no way to another', (t) => {
    const directory = scene(t);
    const agent = join(directory, 'agent');
    mkdirSync(join(agent, 'nodes'), { recursive: true });
    mkdirSync(join(directory, 'photos/holiday'), { recursive: true });
    symlinkSync(agent, join(directory, 'link'));
    symlinkSync(directory, join(directory, 'up'));
    writeFileSync(join(directory, 'file'), '');
    const problem = (name: string) => directoryProblem(join(directory, name), ['nodes']);
    assert.equal(problem('agent'), undefined);
    assert.equal(problem('not-there'), undefined);
    assert.match(problem('photos') ?? '', /does not look like a directory of Tiphys/);
    assert.match(problem('link') ?? '', /is a link/);
    assert.match(problem('up/agent') ?? '', /name it so/);
    assert.match(problem('file') ?? '', /is no directory/);
    assert.match(directoryProblem('/', ['nodes']) ?? '', /does not look like/);
  });

  it('goes with all that is in it, but for what its links lead to; a second time does no harm', async (t) => {
    const directory = scene(t);
    const [agent, kept] = [join(directory, 'agent'), join(directory, 'kept')];
    mkdirSync(join(agent, 'nodes/deep'), { recursive: true });
    mkdirSync(kept);
    writeFileSync(join(kept, 'file'), '');
    symlinkSync(kept, join(agent, 'nodes/link'));
    symlinkSync(kept, join(agent, 'link'));
    assert.equal(await deleteDirectory(agent, systemClock), undefined);
    assert.equal(await deleteDirectory(agent, systemClock), undefined);
    assert.deepEqual(readdirSync(directory), ['kept']);
    assert.deepEqual(readdirSync(kept), ['file']);
  });

  it('is known for ours when a first try has taken away what showed it', async (t) => {
    const directory = join(scene(t), 'agent');
    mkdirSync(join(directory, 'left'), { recursive: true });
    assert.match(directoryProblem(directory, ['nodes']) ?? '', /does not look like/);
    writeFileSync(join(directory, '.tiphys-reset'), '');
    assert.equal(directoryProblem(directory, ['nodes']), undefined);
    assert.equal(await deleteDirectory(directory, systemClock), undefined);
  });

  it('loses no file of somebody else that is mounted in it', {
    skip: process.getuid?.() !== 0 && 'needs root',
  }, async (t) => {
    const directory = scene(t);
    const script = `
      mkdir -p "$0/agent/nodes/a b" "$0/theirs"; echo precious > "$0/theirs/file"
      mount --bind "$0/theirs" "$0/agent/nodes/a b"
      exec ${process.execPath} -e "
        const { deleteDirectory } = await import('${new URL('directory.ts', import.meta.url).pathname}');
        const { systemClock } = await import('${new URL('../../kit/clock.ts', import.meta.url).pathname}');
        console.log(JSON.stringify(await deleteDirectory(process.argv[1] + '/agent', systemClock) ?? 'gone'));
      " "$0"`;
    const output = await exec(['unshare', '--mount', 'sh', '-ec', script, directory]);
    assert.equal(output.trim(), '"gone"');
    assert.deepEqual(readdirSync(directory), ['theirs']);
    assert.deepEqual(readdirSync(join(directory, 'theirs')), ['file']);
  });
});

describe('the processes that a reset ends', () => {
  const of = (pid: number, parent: number, ...words: string[]) => ({ pid, parent, words });

  it('are the recorded one with its launcher, and programs with a path of the directory', () => {
    const all = [
      of(10, 1, '/bin/sh', '/usr/bin/tiphys', 'server'),
      of(11, 10, 'node', '/usr/lib/tiphys/dist/tiphys.mjs', 'server'),
      of(12, 11, '/usr/bin/etcd', '--data-dir=/var/lib/tiphys/server/etcd'),
      of(13, 1, 'node', '/usr/lib/tiphys/dist/tiphys.mjs', 'server', '--data-dir=/var/lib/tiphys/server'),
      of(20, 1, 'tail', '-f', '/var/lib/tiphys/server/tiphys.log'),
      of(21, 1, '/usr/bin/etcd', '--data-dir=/var/lib/tiphys/server-two/etcd'),
      of(22, 1, 'node', 'app.js'),
      of(23, 1, 'node', 'backup.js', '/var/lib/tiphys/server/store'),
    ];
    assert.deepEqual(belonging('/var/lib/tiphys/server', 11, all), [10, 12, 13, 11]);
    assert.deepEqual(
      belonging('/var/lib/tiphys/server', 22, all),
      [12, 13],
      'a number that another one has now',
    );
  });

  it('are given up when they do not end', async () => {
    let now = 0;
    const sleep = async (ms: number) => {
      now += ms;
    };
    const clock = { ...systemClock, monotonic: () => now, sleep };
    // No process can have this number.
    const stuck = of(2 ** 30, 1, '/usr/bin/etcd', '--data-dir=/data/server/etcd');
    const work = endProcesses('/data/server', undefined, clock, () => (now > 60_000 ? [] : [stuck]));
    await assert.rejects(work, /these processes do not end: 1073741824/);
  });

  it('are never the one that resets, nor its parents', () => {
    const all = [
      of(process.pid, 50, 'node', 'tiphys.mjs', 'reset', '--root-dir', '/data/agent'),
      of(50, 1, 'sh', '/usr/bin/tiphys', 'reset', '--root-dir', '/data/agent'),
    ];
    assert.deepEqual(belonging('/data/agent', undefined, all), []);
  });
});

it('a unit belongs to the directory that it names, or to the usual one', () => {
  const unit = (words: string) => `[Service]\nExecStart=/opt/tiphys/bin/tiphys ${words}\n`;
  assert.equal(isUnitOf(unit('join m1:6443'), 'agent', '/var/lib/tiphys/agent'), true);
  assert.equal(
    isUnitOf(unit('join m1:6443 --root-dir /data/agent'), 'agent', '/var/lib/tiphys/agent'),
    false,
  );
  assert.equal(isUnitOf(unit('join m1:6443 "--root-dir=/data/agent"'), 'agent', '/data/agent'), true);
  assert.equal(isUnitOf(unit('server "--data-dir" "/data/server"'), 'server', '/data/server'), true);
});
