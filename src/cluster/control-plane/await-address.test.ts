import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SteppedClock } from '../../kit/clock.fake.ts';
import { awaitAddress } from './await-address.ts';

test('an address that the machine has is not waited for', async () => {
  await awaitAddress('127.0.0.1', new SteppedClock());
});

test('an address that the machine gets later is waited for, and one that never comes is given up', async () => {
  const clock = new SteppedClock();
  let there = false;
  let done = false;
  const waiting = awaitAddress('10.77.0.254', clock, () => there).then(() => {
    done = true;
  });
  await clock.step(1_000);
  assert.equal(done, false);
  there = true;
  await clock.step(10);
  await waiting;

  const given = awaitAddress('10.77.0.254', clock, () => false);
  await clock.step(31_000);
  await given;
});
