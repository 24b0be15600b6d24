import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { KeyedHeap } from './keyed-heap.ts';

interface Entry {
  readonly key: string;
  readonly rank: number;
}
const less = (a: Entry, b: Entry) => a.rank < b.rank;

/** What the heap must agree with: entries in the order of arrival, the first of the least rank first. */
function leastOf(entries: ReadonlyMap<string, Entry>): Entry | undefined {
  let least: Entry | undefined;
  for (const entry of entries.values()) if (!least || less(entry, least)) least = entry;
  return least;
}

test('agrees with a search through all entries, whatever is set and deleted', () => {
  const step = fc.record({ key: fc.nat(20).map(String), rank: fc.nat(5), isDeleted: fc.boolean() });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 100 }), (steps) => {
      const heap = new KeyedHeap<Entry>(less);
      const entries = new Map<string, Entry>();
      for (const { key, rank, isDeleted } of steps) {
        if (isDeleted) assert.equal(heap.delete(key), entries.delete(key));
        else {
          heap.set(key, { key, rank });
          entries.set(key, { key, rank });
        }
        assert.deepEqual(
          [heap.first(), heap.size, heap.get(key)],
          [leastOf(entries), entries.size, entries.get(key)],
        );
      }
    }),
  );
});

test('gives entries in their order', () => {
  const heap = new KeyedHeap<Entry>(less);
  for (const [i, rank] of [3, 1, 2, 1, 3, 2].entries()) heap.set(`k${i}`, { key: `k${i}`, rank });
  const taken: string[] = [];
  for (let first = heap.first(); first; first = heap.first()) {
    taken.push(first.key);
    heap.delete(first.key);
  }
  assert.deepEqual(taken, ['k1', 'k3', 'k2', 'k5', 'k0', 'k4']);
});
