// The victim of crash.test.ts: writes as fast as it can through several writers, compacting now and then, and
// prints a line for every acknowledged write until it is killed.
import { writeSync } from 'node:fs';
import { crc32 } from 'node:zlib';
import { systemClock } from '../../kit/clock.ts';
import { seededRandom } from '../../kit/random.ts';
import type { Store } from '../store.ts';
import { openSqliteStore } from './sqlite-store.ts';

const WRITERS = 16;
const KEYS_PER_WRITER = 20;

const [directory = '', seed = '0'] = process.argv.slice(2);
const store = await openSqliteStore({ directory, clock: systemClock });
for (let writer = 0; writer < WRITERS; writer++) void write(store, writer);
void compactForever(store);

async function write(store: Store, writer: number): Promise<void> {
  const random = seededRandom(Number(seed) * WRITERS + writer);
  for (;;) {
    const key = `/${writer}/${Math.floor(random.float() * KEYS_PER_WRITER)}`;
    const current = store.get(key);
    const encode = (revision: number) => payload(key, revision, Math.floor(random.float() * 6_000));
    if (!current) acknowledge(key, (await store.create(key, encode)).revision);
    else if (random.float() < 0.2) acknowledge(key, await store.delete(key, current.revision), 'deleted');
    else acknowledge(key, (await store.update(key, current.revision, encode)).revision);
  }
}

/** A value that proves itself whole: a checksum, key and revision, and filling. */
function payload(key: string, revision: number, length: number): Buffer {
  const body = Buffer.from(`${key} ${revision} ${'x'.repeat(length)}`);
  return Buffer.concat([Buffer.from(`${crc32(body)} `), body]);
}

/** Straight to the pipe: nothing that was printed is lost with the process. Waits while the pipe is full. */
function acknowledge(key: string, revision: number, what = 'written'): void {
  for (;;) {
    try {
      writeSync(1, `${key} ${revision} ${what}\n`);
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
    }
  }
}

async function compactForever(store: Store): Promise<void> {
  for (;;) {
    await systemClock.sleep(20);
    await store.compact(store.revision - 100);
  }
}
