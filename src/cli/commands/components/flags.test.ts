import assert from 'node:assert/strict';
import { test } from 'node:test';
import { duration } from './flags.ts';

test('durations have one unit, and are given in milliseconds', () => {
  assert.deepEqual(['90s', '30m', '6h', '0h'].map(duration), [90_000, 1_800_000, 21_600_000, 0]);
  for (const wrong of ['', '6', 'h', '-1h', '1.5h', '1h30m', '6 h', '1d', '9999999999h'])
    assert.throws(() => duration(wrong), /such as 30m or 6h/, wrong);
});
