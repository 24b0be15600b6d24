import assert from 'node:assert/strict';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { SteppedClock } from '../../kit/clock.fake.ts';
import { storeContract } from '../contract/store.contract.ts';
import { CorruptStoreError, StoreFailedError, StoreLockedError } from '../failures.ts';
import type { Store } from '../store.ts';
import { openSqliteStore } from './sqlite-store.ts';
import { startStoreWorker } from './start-worker.ts';

const root = mkdtempSync(join(tmpdir(), 'store-test-'));
const directories = new WeakMap<Store, string>();
let count = 0;
after(() => rmSync(root, { recursive: true, force: true }));

async function open(directory = join(root, String(count++)), clock = new SteppedClock()): Promise<Store> {
  const store = await openSqliteStore({ directory, clock });
  directories.set(store, directory);
  return store;
}

storeContract('SQLite', {
  open: (clock) => open(undefined, clock),
  reopen: async (store, clock) => {
    await store.close();
    return open(directories.get(store), clock);
  },
});

describe('the SQLite store', () => {
  test('refuses to open a directory that another store holds', async () => {
    const store = await open();
    await assert.rejects(open(directories.get(store)), StoreLockedError);
    await store.create('/a', () => Buffer.from('still writes'));
    await store.close();
  });

  test('refuses to open when one byte on disk is not what was written', async () => {
    const store = await open();
    await store.create('/a', () => Buffer.from('the quick brown fox'));
    await store.close();
    const file = join(directories.get(store)!, 'store.db');
    const bytes = readFileSync(file);
    bytes[bytes.indexOf('quick')]! ^= 1;
    writeFileSync(file, bytes);
    await assert.rejects(open(directories.get(store)), (error: unknown) => {
      assert.ok(error instanceof CorruptStoreError);
      assert.match(error.message, /checksum of revision 2, key \/a/);
      return true;
    });
  });

  test('notices, while it is open, that the disk has other bytes than were written', async () => {
    const first = await open();
    const value = (i: number) => () => Buffer.from(`<${i}>`.padEnd(20_000, 'x'));
    await Promise.all(Array.from({ length: 40 }, (_, i) => first.create(`/k/${i}`, value(i))));
    await first.close();
    const directory = directories.get(first)!;
    const store = await openSqliteStore({ directory, clock: new SteppedClock() });
    const steps = async () => {
      let count = 1;
      while (await store.check()) count++;
      return count;
    };
    assert.equal(await steps(), 3, 'a quarter of a megabyte at a time');
    const file = join(directory, 'store.db');
    const at = readFileSync(file).indexOf('<30>') + 1;
    const handle = openSync(file, 'r+');
    const write = (text: string) => writeSync(handle, text, at);
    write('2');
    await assert.rejects(steps(), (error: unknown) => {
      assert.ok(error instanceof CorruptStoreError);
      assert.match(error.message, /checksum of revision 32, key \/k\/30/);
      return true;
    });
    write('3');
    assert.equal(await steps(), 3, 'it begins anew');
    closeSync(handle);
    await store.close();
  });

  test('gives room back to the file system after a compaction', async () => {
    const store = await open();
    const value = Buffer.alloc(64 << 10, 'x');
    await Promise.all(Array.from({ length: 500 }, (_, i) => store.create(`/k/${i}`, () => value)));
    const full = await store.size();
    assert.ok(full > 500 * value.length);
    await Promise.all(store.range('/k/').entries.map(({ key, revision }) => store.delete(key, revision)));
    await store.compact(store.revision);
    await store.close();
    assert.ok((await store.size()) < full / 2, `${await store.size()} of ${full} bytes`);
  });

  test('serves reads only after a commit failed', async () => {
    const { store, failures } = await openOn(
      `port.postMessage({ kind: 'refused', refusal: 'failed', error: new Error('disk full') })`,
    );
    const writes = ['/a', '/b'].map((key) => store.create(key, () => Buffer.from('x')));
    for (const write of writes) await assert.rejects(write, /after a failed commit: disk full/);
    await assert.rejects(
      store.create('/c', () => Buffer.from('x')),
      StoreFailedError,
    );
    assert.deepEqual([store.get('/a'), store.revision, failures.length], [undefined, 1, 1]);
    await store.close();
  });

  test('serves reads only after its worker died', async () => {
    const { store, failures } = await openOn('process.exit(3)');
    await assert.rejects(
      store.create('/a', () => Buffer.from('x')),
      /worker ended with code 3/,
    );
    await assert.rejects(
      store.create('/a', () => Buffer.from('x')),
      StoreFailedError,
    );
    assert.equal(failures.length, 1);
    await store.close();
  });
});

/** A store whose worker opens well and then answers every request by running `answer`. */
async function openOn(answer: string) {
  const source = `import { parentPort as port } from 'node:worker_threads';
    port.on('message', (request) => {
      if (request.kind === 'open') {
        port.postMessage({ kind: 'opened', compacted: 0 });
        port.postMessage({ kind: 'loaded', used: 0, tight: false });
      } else if (request.kind !== 'append') port.postMessage({ kind: 'done', more: false, used: 0, tight: false });
      else ${answer};
    });`;
  const failures: Error[] = [];
  const store = await openSqliteStore({
    directory: root,
    clock: new SteppedClock(),
    worker: startStoreWorker(new URL(`data:text/javascript,${encodeURIComponent(source)}`)),
    onFailure: (error) => failures.push(error),
  });
  return { store, failures };
}
