import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SteppedClock } from '../../kit/clock.fake.ts';
import { createLogger } from '../../kit/log.ts';
import { StoredDataCheck } from './stored-data-check.ts';

const HOUR = 3_600_000;

test('everything stored is checked once a day, a step a second, and damage is told until it is gone', async () => {
  const clock = new SteppedClock();
  const lines: string[] = [];
  const log = createLogger({ level: 'info', now: () => clock.now(), write: (line) => lines.push(line) });
  let steps = 0;
  let damaged = false;
  const read = async () => {
    if (damaged) throw new Error('the checksum of revision 7 is wrong');
    return ++steps % 5 > 0;
  };
  const check = new StoredDataCheck({ check: read, clock, log });
  await clock.step(23 * HOUR);
  assert.equal(steps, 0, 'the start has checked it');
  await clock.step(HOUR + 2_500);
  assert.equal(steps, 3);
  await clock.step(12 * HOUR);
  assert.deepEqual([steps, check.damage, lines], [5, undefined, []]);
  assert.match(check.metrics(), /^tiphys_store_damaged 0$/m);

  damaged = true;
  await clock.step(24 * HOUR);
  assert.match(check.damage!, /revision 7/);
  assert.match(check.metrics(), /^tiphys_store_damaged 1$/m);
  assert.match(lines.join(), /damaged on disk.*revision 7/);

  damaged = false;
  await clock.step(24 * HOUR + 5_000);
  assert.deepEqual([check.damage, lines.length], [undefined, 1]);
  check.stop();
  await clock.step(48 * HOUR);
  assert.equal(steps, 10);
});
