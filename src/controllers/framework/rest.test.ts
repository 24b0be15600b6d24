import assert from 'node:assert/strict';
import { test } from 'node:test';
import { restAfter } from './rest.ts';

test('few objects need no rest, many one in proportion to their number, of a second at most', () => {
  assert.deepEqual([0, 10, 499].map(restAfter), [0, 0, 0]);
  assert.deepEqual([500, 10_000].map(restAfter), [10, 200]);
  assert.equal(restAfter(1_000_000), 1_000);
});
