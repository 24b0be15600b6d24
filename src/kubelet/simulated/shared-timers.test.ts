import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SteppedClock } from '../../kit/clock.fake.ts';
import { sharedTimers } from './shared-timers.ts';

test('periodic work that begins at nearly the same time happens at the same time, until each is cancelled', async () => {
  const clock = new SteppedClock();
  const shared = sharedTimers(clock);
  const calls: string[] = [];
  const note = (what: string) => () => void calls.push(`${what} ${clock.monotonic()}`);
  const first = shared.every(1000, note('a'));
  await clock.step(40);
  const second = shared.every(1000, note('b'));
  shared.every(300, note('other period'));
  await clock.step(20);
  shared.every(1000, note('late'));
  await clock.step(1000);
  const other = ['other period 340', 'other period 640', 'other period 940'];
  assert.deepEqual(calls.splice(0), [...other, 'a 1000', 'b 1000', 'late 1060']);
  first.cancel();
  await clock.step(1000);
  assert.deepEqual(
    calls.splice(0).filter((call) => !call.startsWith('other')),
    ['b 2000', 'late 2060'],
  );
  second.cancel();
  shared.every(1000, note('fresh'));
  await clock.step(1000);
  assert.deepEqual(
    calls.filter((call) => !call.startsWith('other')),
    ['late 3060', 'fresh 3060'],
  );
});
