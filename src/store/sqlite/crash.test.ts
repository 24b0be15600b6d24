import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { crc32 } from 'node:zlib';
import { SteppedClock } from '../../kit/clock.fake.ts';
import { StoreLockedError } from '../failures.ts';
import type { Entry, Store } from '../store.ts';
import { openSqliteStore } from './sqlite-store.ts';

const ROUNDS = 5;
const VICTIM = new URL('./crash.child.ts', import.meta.url).pathname;

type Acknowledged = ReadonlyMap<string, { revision: number; deleted: boolean }>;

test('a store that is killed under load, many times, has every acknowledged write and no partial one', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'store-crash-'));
  try {
    for (let round = 0; round < ROUNDS; round++) {
      const acknowledged = await writeUntilKilled(directory, round);
      const store = await open(directory);
      checkAcknowledged(store, acknowledged);
      checkWhole(store);
      checkGapless(store);
      await store.close();
    }
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
});

test('a process that ends by process.exit, or whose worker is torn down or ends by an error (then it may be killed), leaves a store that opens', async () => {
  const ends = [
    'process.exit(0)',
    'worker.on("exit", () => process.exit(0)); worker.terminate()',
    'worker.on("exit", () => process.exit(0)); worker.postMessage(null)',
    'worker.prependListener("exit", () => process.kill(process.pid, "SIGKILL")); worker.terminate()',
  ];
  for (const end of ends) {
    const directory = mkdtempSync(join(tmpdir(), 'store-exit-'));
    const code = `
      import { openSqliteStore } from ${JSON.stringify(import.meta.resolve('./sqlite-store.ts'))};
      import { startStoreWorker } from ${JSON.stringify(import.meta.resolve('./start-worker.ts'))};
      import { systemClock } from ${JSON.stringify(import.meta.resolve('../../kit/clock.ts'))};
      const worker = startStoreWorker();
      const store = await openSqliteStore({ directory: ${JSON.stringify(directory)}, clock: systemClock, worker });
      await store.create('/a', () => Buffer.from('kept'));
      ${end};`;
    const process = spawn(globalThis.process.execPath, ['--input-type=module', '-e', code], {
      stdio: 'inherit',
    });
    await once(process, 'close');
    const store = await open(directory);
    assert.equal(store.get('/a')?.value.toString(), 'kept', end);
    await store.close();
    rmSync(directory, { recursive: true, force: true });
  }
});

/** Starts a writer, kills it after some hundred acknowledged writes, and returns the newest of each key. */
async function writeUntilKilled(directory: string, round: number): Promise<Acknowledged> {
  const victim = spawn(process.execPath, [VICTIM, directory, String(round)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  let lines = 0;
  victim.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
    lines += text.split('\n').length - 1;
  });
  const closed = once(victim, 'close');
  const enough = 200 + round * 173;
  while (lines < enough) {
    await Promise.race([once(victim.stdout, 'data'), closed]);
    assert.equal(victim.exitCode, null, 'the writer writes until it is killed');
  }
  if (round === 0) await assert.rejects(open(directory), StoreLockedError);
  victim.kill('SIGKILL');
  await closed;
  const complete = output.slice(0, output.lastIndexOf('\n')).split('\n');
  return new Map(
    complete.map((line) => {
      const [key = '', revision, what] = line.split(' ');
      return [key, { revision: Number(revision), deleted: what === 'deleted' }];
    }),
  );
}

const open = (directory: string) => openSqliteStore({ directory, clock: new SteppedClock() });

/** Each key has its newest acknowledged write, or a later one that was not acknowledged. */
function checkAcknowledged(store: Store, acknowledged: Acknowledged): void {
  assert.ok(acknowledged.size > 100);
  for (const [key, { revision, deleted }] of acknowledged) {
    assert.ok(store.revision >= revision);
    const entry = store.get(key);
    if (entry) assert.ok(deleted ? entry.revision > revision : entry.revision >= revision, key);
    else assert.ok(deleted || deletedAfter(store, key, revision), `${key} at ${revision} is lost`);
  }
}

function deletedAfter(store: Store, key: string, revision: number): boolean {
  let found = false;
  const from = Math.max(store.compacted, revision);
  const watch = store.watch(key, from, {
    events: (events) => {
      found ||= events.some((event) => event.type === 'delete' && event.key === key);
    },
  });
  watch.close();
  return found;
}

function checkWhole(store: Store): void {
  for (const entry of store.range('/').entries) assert.ok(isWhole(entry), `${entry.key} is not whole`);
}

function isWhole({ key, revision, value }: Entry): boolean {
  const space = value.indexOf(' ');
  const body = value.subarray(space + 1);
  const whole = Number(value.toString('latin1', 0, space)) === crc32(body);
  return whole && body.toString('latin1').startsWith(`${key} ${revision} `);
}

/** Every revision since the compacted one is there: the log has no gap. */
function checkGapless(store: Store): void {
  const revisions: number[] = [];
  const events = (batch: Parameters<Parameters<Store['watch']>[2]['events']>[0]) => {
    for (const event of batch) revisions.push(event.type === 'put' ? event.entry.revision : event.revision);
  };
  store.watch('/', store.compacted, { events }).close();
  const expected = Array.from(
    { length: store.revision - store.compacted },
    (_, i) => store.compacted + 1 + i,
  );
  assert.deepEqual(revisions, expected);
}
