// The process that crash.test.ts kills: several writers write as fast as they can and compact now and then. It prints a line for
// every acknowledged write.
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

/** A value that can be checked for completeness: checksum, key, revision, padding. */
function payload(key: string, revision: number, length: number): Buffer {
  const body = Buffer.from(`${key} ${revision} ${'x'.repeat(length)}`);
  return Buffer.concat([Buffer.from(`${crc32(body)} `), body]);
}

/** Writes to the pipe synchronously, so that nothing printed is lost when the process is killed. Blocks while it is full. */
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
