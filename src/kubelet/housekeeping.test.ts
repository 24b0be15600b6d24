import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SteppedClock } from '../kit/clock.fake.ts';
import { silentLogger } from '../kit/log.ts';
import { startPeriodicTasks } from './housekeeping.ts';

test('a task that takes long rests nine times as long, and does not delay another', async () => {
  const clock = new SteppedClock();
  const runs = { slow: 0, quick: 0 };
  const slow = () => {
    runs.slow++;
    return clock.sleep(5000);
  };
  const quick = async () => void runs.quick++;
  const stop = startPeriodicTasks(
    [
      { name: 'slow', everyMs: 1000, run: slow },
      { name: 'quick', everyMs: 1000, run: quick },
    ],
    clock,
    silentLogger,
  );
  await clock.step(50_000);
  assert.deepEqual(runs, { slow: 1, quick: 50 });
  await clock.step(2000);
  stop();
  assert.equal(runs.slow, 2);
});
