// What a controller has written and its cache does not show yet.
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { Indexer } from '../../client/informer/indexer.ts';
import { SteppedClock } from '../../kit/clock.fake.ts';
import { aPod } from '../../sim/objects/pod.ts';
import { Expectations } from './expectations.ts';
import { OwnWrites } from './own-writes.ts';

const written = { ...aPod('p'), metadata: { ...aPod('p').metadata, resourceVersion: '7' } };

it('a write that the cache never shows is waited for five seconds, however the clock is set', async () => {
  const clock = new SteppedClock();
  const cache = new Indexer<typeof written>();
  const writes = new OwnWrites(clock);
  writes.wrote('g', written);
  for (const set of [-3_600_000, 7_200_000]) {
    clock.setBy(set);
    assert.equal(writes.behindMs('g', cache), 5_000);
  }
  await clock.step(5_000);
  assert.equal(writes.behindMs('g', cache), 0);
});

it('a creation that the cache never shows is waited for five minutes, however the clock is set', async () => {
  const clock = new SteppedClock();
  const expectations = new Expectations(clock);
  expectations.expectCreations('k', 1);
  clock.setBy(3_600_000);
  assert.equal(expectations.satisfied('k'), false);
  clock.setBy(-7_200_000);
  await clock.step(5 * 60_000 + 1);
  assert.equal(expectations.satisfied('k'), true);
});
