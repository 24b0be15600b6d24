import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decimalNumber, duration, goDuration, positiveNumber } from './flags.ts';

test('durations have one unit, and are given in milliseconds', () => {
  assert.deepEqual(['90s', '30m', '6h', '0h'].map(duration), [90_000, 1_800_000, 21_600_000, 0]);
  for (const wrong of ['', '6', 'h', '-1h', '1.5h', '1h30m', '6 h', '1d', '9999999999h'])
    assert.throws(() => duration(wrong), /such as 30m or 6h/, wrong);
});

test('numbers and durations of upstream are read as they are written there', () => {
  assert.deepEqual(['1m30s', '5m0s', '500ms'].map(goDuration), [90_000, 300_000, 500]);
  assert.deepEqual(['0.1', '2', '0.05'].map(decimalNumber), [0.1, 2, 0.05]);
  assert.equal(positiveNumber('5'), 5);
  assert.throws(() => goDuration('-1s'), /such as 30s/);
  assert.throws(() => goDuration('15'), /such as 30s/);
  for (const wrong of ['', '-1', '1e3', '.5', 'x']) assert.throws(() => decimalNumber(wrong), /such as 0\.1/);
  assert.throws(() => positiveNumber('0'), /greater than 0/);
});
