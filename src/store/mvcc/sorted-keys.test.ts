import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { seededRandom } from '../../kit/random.ts';
import { sortForm } from './key-order.ts';
import { type Sortable, SortedKeys } from './sorted-keys.ts';

const random = seededRandom(3);
const prefixes = ['', '/', '/a', '/a/', '/b/', '/b/1', '/c', '/zz'];

function windowOf(
  set: SortedKeys<Sortable>,
  prefix: string,
  after?: string,
  limit = Number.POSITIVE_INFINITY,
) {
  const window = set.window(prefix, after);
  const seen: string[] = [];
  set.visit(window, Math.min(limit, window.count), (item) => seen.push(item.sort));
  return { seen, count: window.count };
}

describe('sorted keys', () => {
  test('agree with a sorted array through thousands of additions and removals', () => {
    const set = new SortedKeys<Sortable>();
    const model = new Map<string, Sortable>();
    for (let round = 0; round < 12; round++) {
      const growing = round % 4 < 2;
      for (let i = 0; i < 1_500; i++) {
        const sort = `/${'abc'[Math.floor(random.float() * 3)]}/${Math.floor(random.float() * 3_000)}`;
        const known = model.get(sort);
        if (known && !growing) set.remove(known);
        if (known && !growing) model.delete(sort);
        if (known || (!growing && random.float() < 0.9)) continue;
        model.set(sort, { sort });
        set.add(model.get(sort)!);
      }
      compare(set, [...model.keys()].sort());
    }
  });

  test('filled at once are the same as filled one by one', () => {
    const items = Array.from({ length: 5_000 }, (_, i) => ({ sort: `/${(i * 7_919) % 5_000}` }));
    const set = new SortedKeys<Sortable>();
    set.fill([...items]);
    compare(set, items.map(({ sort }) => sort).sort());
    for (const item of items) set.remove(item);
    compare(set, []);
  });

  test('have a sort form that orders as bytes do', () => {
    const keys = [
      'a',
      'z',
      '\x7f',
      'é',
      '\ud7ff',
      '\ue000',
      '\ufffd',
      '\u{10000}',
      '\u{1f600}',
      '\u{10ffff}',
    ];
    const pairs = keys.flatMap((a) => keys.map((b) => [`/${a}`, `/${b}`] as const));
    for (const [a, b] of pairs)
      assert.equal(
        sortForm(a) < sortForm(b),
        Buffer.compare(Buffer.from(a), Buffer.from(b)) < 0,
        `${a} ${b}`,
      );
  });
});

function compare(set: SortedKeys<Sortable>, model: readonly string[]): void {
  for (const prefix of prefixes) {
    const expected = model.filter((sort) => sort.startsWith(prefix));
    assert.deepEqual(windowOf(set, prefix), { seen: expected, count: expected.length });
    const middle = expected[expected.length >> 1] ?? '/b/5';
    const beyond = expected.filter((sort) => sort > middle);
    assert.deepEqual(windowOf(set, prefix, middle, 10), { seen: beyond.slice(0, 10), count: beyond.length });
    assert.equal(windowOf(set, prefix, '/zzz').count, 0);
  }
}
