// What disk-full.test.ts runs in a mount namespace of its own, on a file system of 24 MB: fills it, reads, deletes, opens the store
// again, makes room and writes. Prints what it saw as JSON.
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { systemClock } from '../../kit/clock.ts';
import { exec } from '../../kit/exec.ts';
import type { Store } from '../store.ts';
import { openSqliteStore } from './sqlite-store.ts';

const [directory = ''] = process.argv.slice(2);
const MOUNT = ['-t', 'tmpfs', '-o'];
mkdirSync(directory, { recursive: true });
await exec(['mount', ...MOUNT, 'size=24m', 'tmpfs', directory]);

const news: (string | undefined)[] = [];
const open = () =>
  openSqliteStore({ directory, clock: systemClock, onAlarm: (error) => news.push(error?.kind) });
const value = (fill: string) => () => Buffer.alloc(100_000, fill);

/** Writes until the disk refuses; resolves with the keys that were acknowledged and what the refusal said. */
async function fill(store: Store, prefix: string): Promise<{ acknowledged: string[]; refusal: string }> {
  const acknowledged: string[] = [];
  for (;;) {
    const key = `${prefix}${acknowledged.length}`;
    try {
      await store.create(key, value('a'));
      acknowledged.push(key);
    } catch (error) {
      return { acknowledged, refusal: (error as Error).message };
    }
  }
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await systemClock.sleep(50);
}

const store = await open();
await until(() => existsSync(join(directory, 'reserve')));
const { acknowledged, refusal } = await fill(store, '/k/');
const read = acknowledged.filter((key) => store.get(key)?.value.length === 100_000).length;
const { alarm } = store;
await store.close();

const again = await open();
const kept = acknowledged.filter((key) => again.get(key)?.value.length === 100_000).length;
const refusedAgain = await again.create('/more', value('b')).then(
  () => undefined,
  (error: Error) => error.message,
);
const half = again.range('/k/').entries.slice(0, Math.floor(acknowledged.length / 2));
let deleted = 0;
for (const { key, revision } of half) {
  await again.delete(key, revision);
  deleted++;
}
await until(() => again.alarm === undefined);
await again.create('/room', value('c'));
const afterDeleting = again.count('/');

await fill(again, '/second/');
const refused = again.alarm;
await exec(['mount', '-o', 'remount,size=64m', directory]);
await until(() => again.alarm === undefined);
await again.create('/larger', value('d'));
await again.close();
const last = await open();
const whole = last.range('/').entries.every((entry) => entry.value.length === 100_000);
await last.close();

process.stdout.write(
  JSON.stringify({
    written: acknowledged.length,
    refusal,
    read,
    alarm,
    kept,
    refusedAgain,
    deleted,
    afterDeleting,
    refused,
    whole,
    news,
  }),
);
