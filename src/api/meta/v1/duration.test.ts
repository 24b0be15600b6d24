import assert from 'node:assert/strict';
import { test } from 'node:test';
import { durationMs, durationText } from './duration.ts';

test('a duration is written as Go writes it', () => {
  const texts = [0, 250, 1.5, 1000, -61_000, 15_012, 60_000, 65_500, 3_600_000].map(durationText);
  assert.deepEqual(texts, ['0s', '250ms', '1.5ms', '1s', '-1m1s', '15.012s', '1m0s', '1m5.5s', '1h0m0s']);
});

test('a duration is read as Go reads it', () => {
  const read = ['0', '15.02s', '1m5.5s', '1h0m0s', '1500µs', '2000000ns', '-1.5h', '90'].map(durationMs);
  assert.deepEqual(read, [0, 15_020, 65_500, 3_600_000, 1.5, 2, -5_400_000, undefined]);
  for (const text of [
    '',
    '-',
    's',
    '1h'.repeat(65),
    '9999999h',
    '1.2.3s',
    '1x',
    '5s ',
    'toString',
    '9'.repeat(70),
  ])
    assert.equal(durationMs(text), undefined, text);
});
