import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { allowances, firstOfEach, shares } from './shares.ts';

const parts = (wanted: Record<string, number>, most: number, of = shares) =>
  Object.fromEntries([...of(new Map(Object.entries(wanted)), most)].sort());

describe('shares', () => {
  it('are what is wanted while there is enough', () =>
    assert.deepEqual(parts({ a: 3, b: 7 }, 10), { a: 3, b: 7 }));

  it('are as much as one another for those that want more than there is', () => {
    assert.deepEqual(parts({ small: 2, greedy: 1_000, large: 20 }, 40), { small: 2, greedy: 19, large: 19 });
    assert.deepEqual(parts({ small: 2, greedy: 1_000, large: 8 }, 40), { small: 2, greedy: 30, large: 8 });
  });

  it('leave nothing over where wants are only the least', () => {
    assert.deepEqual(parts({ a: 2, b: 4 }, 10, allowances), { a: 4, b: 6 });
    assert.deepEqual(parts({ a: 100 }, 10, allowances), { a: 10 });
  });

  it('of a list go to the first of each owner', () => {
    const list = ['a1', 'a2', 'a3', 'a4', 'b1', 'b2'];
    assert.deepEqual(
      firstOfEach(list, ([owner]) => owner!, 4),
      ['a1', 'a2', 'b1', 'b2'],
    );
    assert.deepEqual(
      firstOfEach(list, ([owner]) => owner!, 6),
      list,
    );
  });
});
