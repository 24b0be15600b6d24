import assert from 'node:assert/strict';
import { openSync } from 'node:fs';
import { test } from 'node:test';
import { systemClock } from '../../kit/clock.ts';
import { silentLogger } from '../../kit/log.ts';
import { UserError } from '../progress.ts';
import { spawnSupervised } from './spawn.ts';
import { Supervisor } from './supervisor.ts';

/** A child that asks for its settings and then does what they say. */
const CHILD = `
process.on('message', ({ kind, settings }) => {
  if (kind !== 'start' || settings.neverReady) return;
  if (settings.fail) process.send({ kind: 'failed', text: settings.fail, userError: true }, () => process.exit(1));
  else if (settings.exit) process.exit(settings.exit);
  else process.send({ kind: 'ready', port: settings.port });
});
process.on('disconnect', () => process.exit(0));
process.send({ kind: 'hello' });
`;

interface Settings {
  port?: number;
  fail?: string;
  exit?: number;
  neverReady?: boolean;
}

function supervise(settings: Settings, more: { startLimitMs?: number } = {}) {
  const pids: number[] = [];
  const output = openSync('/dev/null', 'w');
  const supervisor = new Supervisor<Settings>({
    name: 'child',
    spawn: () => spawnSupervised([process.execPath, '-e', CHILD], output),
    settings: () => settings,
    onSpawn: (pid) => pids.push(pid),
    clock: systemClock,
    ...more,
    log: silentLogger,
  });
  return { supervisor, pids };
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await systemClock.sleep(5);
}

test('a child that is killed is started again, and the reason is told', async () => {
  const { supervisor, pids } = supervise({ port: 7 });
  assert.equal(await supervisor.start(), 7);
  assert.deepEqual(supervisor.status, { name: 'child', state: 'Running', pid: pids[0], restarts: 0 });
  process.kill(pids[0]!, 'SIGKILL');
  await until(() => pids.length === 2 && supervisor.status.state === 'Running');
  assert.equal(supervisor.status.restarts, 1);
  assert.equal(supervisor.status.lastReason, 'killed by SIGKILL');
  await supervisor.stop();
  assert.throws(() => process.kill(pids[1]!, 0), /ESRCH/);
  assert.equal(pids.length, 2);
});

test('a child that is not ready in time is ended, with its limit as the reason', async () => {
  const { supervisor } = supervise({ neverReady: true }, { startLimitMs: 600 });
  await assert.rejects(supervisor.start(), /child ended while it started: it was not ready within 0.6 s/);
  await supervisor.stop();
});

test('what a user can change about the first start is told as it is, and not tried again', async () => {
  const { supervisor, pids } = supervise({ fail: 'port 1 is taken' });
  await assert.rejects(supervisor.start(), new UserError('port 1 is taken'));
  await supervisor.stop();
  assert.equal(pids.length, 1);
});

test('a first start that ends without a word fails', async () => {
  const { supervisor } = supervise({ exit: 3 });
  await assert.rejects(supervisor.start(), /child ended while it started: exit code 3/);
  await supervisor.stop();
});

test('a child that cannot be started is tried again, whether that is noticed at once or later', async () => {
  const output = openSync('/dev/null', 'w');
  const attempts = [
    () => spawnSupervised([process.execPath, '-e', CHILD], output),
    // As when the process table is full.
    () => spawnSupervised(['/no/such/program'], output),
    // As when no file can be opened.
    () => {
      throw new Error('EMFILE: too many open files');
    },
    () => spawnSupervised([process.execPath, '-e', CHILD], output),
  ];
  const reasons: unknown[] = [];
  const pids: number[] = [];
  const supervisor = new Supervisor<Settings>({
    name: 'child',
    spawn: () => {
      reasons.push(supervisor.status.lastReason);
      return attempts.shift()!();
    },
    settings: () => ({ port: 7 }),
    onSpawn: (pid) => pids.push(pid),
    clock: systemClock,
    log: silentLogger,
  });
  await supervisor.start();
  process.kill(pids[0]!, 'SIGKILL');
  await until(() => pids.length === 2 && supervisor.status.state === 'Running');
  assert.deepEqual(reasons, [
    undefined,
    'killed by SIGKILL',
    'it could not be started: spawn /no/such/program ENOENT',
    'it could not be started: EMFILE: too many open files',
  ]);
  await supervisor.stop();
});
