import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SteppedClock } from '../clock.fake.ts';
import { ExpiringCache } from './expiring-cache.ts';

test('entries are there until their time is over', async () => {
  const clock = new SteppedClock();
  const cache = new ExpiringCache<string>(clock, 10);
  cache.set('a', 'x', 100);
  cache.set('b', 'y', 0);
  assert.deepEqual([cache.get('a'), cache.get('b')], ['x', undefined]);
  await clock.step(100);
  assert.equal(cache.get('a'), undefined);
});

test('a full cache forgets what was used least recently', () => {
  const cache = new ExpiringCache<number>(new SteppedClock(), 2);
  cache.set('a', 1, 1000);
  cache.set('b', 2, 1000);
  cache.get('a');
  cache.set('c', 3, 1000);
  assert.deepEqual([cache.get('a'), cache.get('b'), cache.get('c')], [1, undefined, 3]);
});
