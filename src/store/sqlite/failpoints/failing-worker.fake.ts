// A store's worker with failpoints. Started by failpoints.fake.ts.
import { closeSync, existsSync, openSync, readFileSync, writeSync } from 'node:fs';
import { parentPort } from 'node:worker_threads';
import type { Request } from '../messages.ts';
import { storeServer } from '../serve.ts';
import type { ArmedFailpoint, FailpointMessage, FailpointName } from './failpoints.fake.ts';

const SQLITE_READONLY = 8;
const SQLITE_FULL = 13;

const failpoints = new Map<FailpointName, { armed: ArmedFailpoint; commits: number }>();
let log = '';
let logBefore = Buffer.alloc(0);

/** The failpoint, if this commit meets it. Called once for each commit. */
function met(name: FailpointName): ArmedFailpoint | undefined {
  const failpoint = failpoints.get(name);
  if (!failpoint) return undefined;
  const { skip = 0, times = Number.POSITIVE_INFINITY } = failpoint.armed;
  const commit = failpoint.commits++;
  return commit >= skip && commit < skip + times ? failpoint.armed : undefined;
}

const sqliteError = (errcode: number, message: string) => Object.assign(new Error(message), { errcode });

function die(): never {
  process.kill(process.pid, 'SIGKILL');
  // The signal arrives within microseconds; nothing may run until then.
  for (;;) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1_000);
}

/** Takes back the second half of what the commit changed in the write-ahead log. */
function tear(): never {
  const now = readFileSync(log);
  let first = 0;
  while (first < logBefore.length && now[first] === logBefore[first]) first++;
  const middle = first + ((now.length - first) >> 1);
  const before = Buffer.alloc(now.length - middle);
  before.set(logBefore.subarray(middle));
  const file = openSync(log, 'r+');
  writeSync(file, before, 0, before.length, middle);
  closeSync(file);
  die();
}

let tearing = false;

if (parentPort) {
  const serve = storeServer(parentPort, {
    opened: (file) => {
      log = `${file}-wal`;
    },
    beforeCommit: (records) => {
      const slow = met('slow-commit');
      if (slow) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, slow.ms ?? 100);
      if (met('fail-before-commit')) throw new Error('failpoint fail-before-commit');
      if (met('read-only')) throw sqliteError(SQLITE_READONLY, 'attempt to write a readonly database');
      if ([...records].some(({ created }) => created > 0) && met('no-space'))
        throw sqliteError(SQLITE_FULL, 'database or disk is full');
      if (met('exit-before-commit')) die();
      tearing = met('torn-write') !== undefined;
      if (tearing) logBefore = existsSync(log) ? readFileSync(log) : Buffer.alloc(0);
    },
    probe: () => {
      if (failpoints.has('no-space')) throw sqliteError(SQLITE_FULL, 'database or disk is full');
      if (failpoints.has('read-only'))
        throw sqliteError(SQLITE_READONLY, 'attempt to write a readonly database');
    },
    afterCommit: () => {
      if (tearing) tear();
      if (met('exit-after-commit')) die();
      if (met('fail-after-commit')) throw new Error('failpoint fail-after-commit');
    },
  });
  parentPort.on('message', (message: FailpointMessage | Request) => {
    if (message.kind === 'arm') failpoints.set(message.armed.name, { armed: message.armed, commits: 0 });
    else if (message.kind === 'disarm') failpoints.delete(message.name);
    else serve(message);
  });
}
