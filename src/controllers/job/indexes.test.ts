import assert from 'node:assert/strict';
import { test } from 'node:test';
import { threadTime } from '../../kit/process/thread-time.ts';
import { Indexes } from './indexes.ts';

test('parts that are no ranges are left out, indexes from the completions on do not count', () => {
  for (const [text, expected] of [
    ['1,3-5,7', '1,3-5,7'],
    ['5,1-2,2-3', '1-3,5'],
    ['8-12,10', '8,9'],
    ['', ''],
    [',,4,,', '4'],
    ['x,2x,-3,4-,5-y,6-7', '6,7'],
    ['4-3,1', '1'],
    ['1-2-9', '1,2'],
    ['00000000001,0000000002', '2'],
  ] as const)
    assert.equal(String(Indexes.parse(text, 10)), expected, text);
  assert.equal(String(Indexes.parse(undefined, 10)), '');
});

test('a text of a million commas is read in little time', () => {
  const text = `1e96760-1e960-99999999999${','.repeat(1_000_000)}`;
  const times = [1, 2, 3].map(() => {
    const from = threadTime();
    Indexes.parse(text, 1_000_000);
    return threadTime() - from;
  });
  assert.ok(Math.min(...times) < 20, `${times} ms`);
});
