import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { SteppedClock } from '../../kit/clock.fake.ts';
import { openMemoryStore } from '../memory/memory-store.ts';
import { openSqliteStore } from '../sqlite/sqlite-store.ts';
import { CompactedError } from '../store.ts';
import { SnapshotError } from './format.ts';
import { readSnapshot } from './read.ts';
import { restoreSnapshot } from './restore.ts';
import { saveSnapshot } from './save.ts';

const root = mkdtempSync(join(tmpdir(), 'store-snapshot-'));
after(() => rmSync(root, { recursive: true, force: true }));
const clock = new SteppedClock();
const bytes = (text: string) => () => Buffer.from(text);

/** A snapshot with three keys at revision 6; `/c` expires in an hour. */
async function saved(name: string) {
  const store = openMemoryStore({ clock });
  await store.create('/a', bytes('old'));
  await store.create('/b', bytes('two'));
  await store.update('/a', 2, bytes('new'));
  await store.create('/c', bytes('three'), { ttlSeconds: 3_600 });
  await store.create('/d', bytes('four'.repeat(600_000)));
  const file = join(root, name);
  const capture = store.capture();
  const saving = saveSnapshot(capture, file, clock);
  await store.delete('/b', 3);
  return await saving;
}

describe('a snapshot', () => {
  test('shows one revision, whatever is written while it is saved, and restores to it', async () => {
    const { file, revision, entries } = await saved('one');
    assert.deepEqual([revision, entries], [6, 4]);
    const directory = join(root, 'restored');
    assert.equal((await restoreSnapshot({ file, directory })).shown, 6);
    const store = await openSqliteStore({ directory, clock });
    const shown = store.range('/').entries.map(({ key, value, revision: at }) => [key, value.length, at]);
    assert.deepEqual(shown, [
      ['/a', 3, 4],
      ['/b', 3, 3],
      ['/c', 5, 5],
      ['/d', 2_400_000, 6],
    ]);
    assert.deepEqual([store.revision, store.compacted], [6, 6]);
    assert.equal((await store.create('/e', bytes('x'))).revision, 7);
    assert.equal(store.capture().dueOf(5), clock.now() + 3_600_000);
    await store.close();
  });

  test('can be restored to a later revision, so that nobody takes new versions for old ones', async () => {
    const { file } = await saved('bumped');
    const directory = join(root, 'bumped-store');
    await restoreSnapshot({ file, directory, bump: 1_000 });
    const store = await openSqliteStore({ directory, clock });
    assert.equal(store.revision, 1_006);
    assert.throws(() => store.watch('/', 900, { events() {} }), CompactedError);
    assert.equal((await store.update('/a', 4, bytes('x'))).revision, 1_007);
    await store.close();
  });

  test('that is damaged anywhere, or truncated, is refused and leaves nothing behind', async () => {
    const { file } = await saved('damaged');
    const whole = readFileSync(file);
    assert.equal((await readSnapshot(file)).entries, 4);
    const directory = join(root, 'never');
    for (const at of [3, 30, 120, 1_000_000, whole.length - 5]) {
      const flipped = Buffer.from(whole);
      flipped[at]! ^= 4;
      writeFileSync(file, flipped);
      await assert.rejects(readSnapshot(file), SnapshotError, `byte ${at}`);
      await assert.rejects(restoreSnapshot({ file, directory }), SnapshotError);
    }
    for (const length of [0, 10, 200, whole.length - 1]) {
      writeFileSync(file, whole.subarray(0, length));
      await assert.rejects(readSnapshot(file), SnapshotError, `${length} bytes`);
    }
    writeFileSync(file, Buffer.concat([whole, Buffer.alloc(40)]));
    await assert.rejects(readSnapshot(file), SnapshotError);
    assert.equal(existsSync(directory), false);
    assert.equal(existsSync(`${directory}.restoring`), false);
  });

  test('names the entry whose bytes are damaged', async () => {
    const { file } = await saved('named');
    const whole = readFileSync(file);
    whole[whole.indexOf('/btwo') + 3]! ^= 1;
    writeFileSync(file, whole);
    await assert.rejects(readSnapshot(file), /checksum of entry 2, key \/b, is wrong/);
  });

  test('of an earlier version is read, of a later one refused', async () => {
    const file = join(root, 'format-1');
    writeFileSync(file, Buffer.from(FORMAT_1, 'base64'));
    const keys: string[] = [];
    const header = await readSnapshot(file, (records) => keys.push(...records.map(({ key }) => key)));
    assert.deepEqual([header.format, header.revision, keys], [1, 3, ['/a', '/b']]);
    writeFileSync(file, '{"kind":"tiphys-snapshot","format":9,"revision":1,"entries":0,"savedAt":0}\n');
    await assert.rejects(readSnapshot(file), /format is 9; this version reads formats up to 1/);
  });

  test('does not replace a store', async () => {
    const { file } = await saved('again');
    await assert.rejects(restoreSnapshot({ file, directory: root }), /exists/);
  });
});

/** As the first version wrote it: /a and /b at revision 3. */
const FORMAT_1 =
  'eyJraW5kIjoidGlwaHlzLXNuYXBzaG90IiwiZm9ybWF0IjoxLCJyZXZpc2lvbiI6MywiZW50cmllcyI6Miwic2F2ZWRBdCI6MTc2NzIyNTYwMDAwMH0KsqgAqAAAAAAAAABAAAAAAAAAAEAAAAAAAAAAAAIAAAACAAAAL2F2MHwedFwAAAAAAAAIQAAAAAAAAAhAAAAAAAAAAAACAAAAAgAAAC9idjFylAc2B9rqxNFaveeySM4BfB4zeSOjzP96VXHDrPsa+w==';
