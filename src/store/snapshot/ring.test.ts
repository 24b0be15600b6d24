import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dueIn, listRing, type RingLimits, ringName, surplus } from './ring.ts';

const limits: RingLimits = { everyMs: 1_000, keep: 3, bytes: 100 };
const files = (...sizes: number[]) =>
  sizes.map((bytes, i) => ({ name: ringName(1_000 * (i + 1), i), bytes }));

test('the next automatic snapshot is due one interval after the newest, whatever the clock did', () => {
  assert.equal(dueIn([], 5_000, limits), 1_000);
  assert.equal(dueIn(files(1, 1), 2_400, limits), 600);
  assert.equal(dueIn(files(1, 1), 86_402_000, limits), 0);
  assert.equal(dueIn(files(1, 1), 1_000, limits), 1_000);
});

test('the oldest go beyond a number or a size, the newest and files of others stay', () => {
  assert.deepEqual(surplus(files(10, 10, 10, 10), limits), [ringName(1_000, 0)]);
  assert.deepEqual(surplus(files(60, 60, 60), limits), [ringName(2_000, 1), ringName(1_000, 0)]);
  assert.deepEqual(surplus(files(500), limits), []);
  assert.deepEqual(surplus([{ name: 'mine.snapshot', bytes: 500 }, ...files(10)], limits), []);
});

test('the list is of automatic snapshots only, the newest first', () => {
  const { savedAt, revision, bytes, name } = listRing([
    { name: 'mine.snapshot', bytes: 1 },
    ...files(10, 20),
  ])[0]!;
  assert.deepEqual([savedAt, revision, bytes, name], [2_000, 1, 20, ringName(2_000, 1)]);
  assert.equal(listRing(files(10, 20)).length, 2);
});
