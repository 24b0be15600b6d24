import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RetryAfter } from './retry-after.ts';

test('Retry-After is one second, doubles while many requests are rejected, up to 32, and falls again', () => {
  const retry = new RetryAfter();
  let now = 0;
  const second = (rejections: number) => {
    now += 1000;
    let last = 0;
    for (let i = 0; i < rejections; i++) last = retry.rejected(now + i / 100);
    return last;
  };
  assert.equal(second(1), 1);
  assert.equal(second(100), 1);
  assert.equal(second(100), 2);
  let highest = 0;
  for (let i = 0; i < 200; i++) highest = Math.max(highest, second(100));
  assert.equal(highest, 32);
  let value = 32;
  for (let i = 0; i < 40; i++) {
    now += 60_000;
    value = second(1);
  }
  assert.equal(value, 1);
});
