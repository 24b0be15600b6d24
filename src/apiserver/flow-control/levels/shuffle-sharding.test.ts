import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deal, flowHash } from './shuffle-sharding.ts';

test('a hand has the wanted number of different queues, always the same for a flow', () => {
  for (let i = 0; i < 500; i++) {
    const hash = flowHash('schema', `user-${i}`);
    const hand = deal(hash, 64, 6);
    assert.equal(new Set(hand).size, 6);
    assert.ok(hand.every((queue) => queue >= 0 && queue < 64));
    assert.deepEqual(deal(hash, 64, 6), hand);
  }
  assert.deepEqual(deal(flowHash('s', 'u'), 1, 1), [0]);
  assert.deepEqual(deal(flowHash('s', 'u'), 4, 4).sort(), [0, 1, 2, 3]);
});

test('the name of the schema and the distinguisher are not confused', () => {
  assert.notEqual(flowHash('ab', 'c'), flowHash('a', 'bc'));
});

test('every queue is dealt about equally often', () => {
  const times = new Array(16).fill(0);
  for (let i = 0; i < 8000; i++) for (const queue of deal(flowHash('s', `${i}`), 16, 4)) times[queue]++;
  // 2,000 each on average; the standard deviation is below 40.
  assert.ok(
    times.every((n) => n > 1800 && n < 2200),
    times.join(' '),
  );
});

test('one flow covers all queues of few other flows', () => {
  const hostile = new Set(deal(flowHash('s', 'hostile'), 128, 6));
  const squeezed = Array.from({ length: 10_000 }, (_, i) =>
    deal(flowHash('s', `tenant-${i}`), 128, 6),
  ).filter((hand) => hand.every((queue) => hostile.has(queue)));
  assert.equal(squeezed.length, 0);
});
