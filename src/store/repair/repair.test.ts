import assert from 'node:assert/strict';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { SteppedClock } from '../../kit/clock.fake.ts';
import { CorruptStoreError } from '../failures.ts';
import { openSqliteStore } from '../sqlite/sqlite-store.ts';
import { startStoreWorker } from '../sqlite/start-worker.ts';
import { repairStore } from './repair.ts';

const root = mkdtempSync(join(tmpdir(), 'store-repair-'));
after(() => rmSync(root, { recursive: true, force: true }));
const KEYS = 400;
const open = (directory: string) => openSqliteStore({ directory, clock: new SteppedClock() });

/** A closed store with many keys of 1 KB at revisions 2 and up. */
async function healthy(name: string): Promise<{ directory: string; file: string }> {
  const directory = join(root, name);
  const store = await open(directory);
  await Promise.all(
    Array.from({ length: KEYS }, (_, i) =>
      store.create(`/k/${i}`, () => Buffer.from(`<${i}>`.padEnd(1_000, 'x'))),
    ),
  );
  await store.close();
  return { directory, file: join(directory, 'store.db') };
}

const damage = (file: string, change: (bytes: Buffer) => void) => {
  const bytes = readFileSync(file);
  change(bytes);
  writeFileSync(file, bytes);
};

/** Repairs, opens and checks that what the report does not list is there. */
async function repaired(directory: string) {
  await assert.rejects(open(directory), CorruptStoreError);
  const report = repairStore(directory, 'then');
  assert.ok(existsSync(join(report.copy, 'store.db')));
  const store = await open(directory);
  const lost = new Set(report.lost.map(({ revision }) => revision));
  for (let i = 0; i < KEYS; i++)
    assert.equal(store.get(`/k/${i}`) !== undefined, !lost.has(i + 2), `key ${i} of ${report.kept}`);
  assert.ok(store.revision > KEYS + 1 + 1_000_000, 'nobody takes new versions for old ones');
  assert.equal((await store.create('/new', () => Buffer.from('x'))).revision, store.revision);
  await store.close();
  return report;
}

describe('a damaged store is detected when it is opened, and repaired:', () => {
  test('a flipped bit costs one version, which is named', async () => {
    const { directory, file } = await healthy('bit');
    damage(file, (bytes) => {
      bytes[bytes.indexOf('<17>') + 1]! ^= 1;
    });
    const { lost, kept } = await repaired(directory);
    assert.deepEqual(
      [lost, kept],
      [[{ revision: 19, key: '/k/17', reason: 'its checksum is wrong' }], KEYS - 1],
    );
  });

  test('by a thread that has ended when the refusal is known, and removes no file under a repair', async () => {
    const { directory, file } = await healthy('thread');
    damage(file, (bytes) => bytes.fill(0, 0, 4_096));
    const worker = startStoreWorker();
    await assert.rejects(
      openSqliteStore({ directory, clock: new SteppedClock(), worker }),
      CorruptStoreError,
    );
    assert.equal(worker.threadId, -1);
  });

  test('a destroyed page costs the rows on it', async () => {
    const { directory, file } = await healthy('page');
    damage(file, (bytes) => {
      const page = Math.floor(bytes.indexOf('<200>') / 8_192) * 8_192;
      bytes.fill(0xa5, page, page + 8_192);
    });
    const { lost } = await repaired(directory);
    assert.ok(lost.length > 0 && lost.length < 20, `${lost.length} lost`);
  });

  test('a destroyed first page costs nothing', async () => {
    const { directory, file } = await healthy('first');
    damage(file, (bytes) => bytes.fill(0, 0, 4_096));
    assert.deepEqual((await repaired(directory)).lost, []);
  });

  test('a truncated file costs what is missing', async () => {
    const { directory, file } = await healthy('short');
    truncateSync(file, Math.floor(readFileSync(file).length / 2 / 8_192) * 8_192);
    await assert.rejects(open(directory), CorruptStoreError);
    const { kept } = repairStore(directory, 'then');
    assert.ok(kept > KEYS / 3, `${kept} kept`);
    await (await open(directory)).close();
  });

  test('a lost write-ahead log is noticed', async () => {
    const directory = join(root, 'running');
    const store = await open(directory);
    await store.create('/a', () => Buffer.from('in the log'));
    const copy = join(root, 'copied');
    cpSync(directory, copy, { recursive: true });
    await store.close();
    const whole = join(root, 'whole');
    cpSync(copy, whole, { recursive: true });
    const again = await open(whole);
    assert.equal(again.get('/a')?.value.toString(), 'in the log');
    await again.close();
    for (const name of ['store.db-wal', 'store.db-log']) rmSync(join(copy, name));
    await assert.rejects(open(copy), /write-ahead log, store.db-wal, is missing/);
    repairStore(copy, 'then');
    await (await open(copy)).close();
  });

  test('a data file that has gone is made again of what its log has', async () => {
    const directory = join(root, 'gone');
    const store = await open(directory);
    await store.create('/a', () => Buffer.from('in the log'));
    const copy = join(root, 'without');
    cpSync(directory, copy, { recursive: true });
    await store.close();
    rmSync(join(copy, 'store.db'));
    await assert.rejects(open(copy), /data file, store.db, is missing/);
    assert.equal(repairStore(copy, 'then').kept, 1);
    const again = await open(copy);
    assert.equal(again.get('/a')?.value.toString(), 'in the log');
    await again.close();
  });

  test('a row that has gone is noticed', async () => {
    const { directory, file } = await healthy('gap');
    const { DatabaseSync } = await import('node:sqlite');
    const db = new DatabaseSync(file);
    db.exec('DELETE FROM writes WHERE revision = 100');
    db.close();
    const { lost } = await repaired(directory);
    assert.deepEqual(lost, [{ revision: 100, reason: 'it is missing' }]);
  });
});
