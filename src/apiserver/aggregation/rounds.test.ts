import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SteppedClock } from '../../kit/clock.fake.ts';
import { Rounds } from './rounds.ts';

test('a task runs again after its delay, until it is forgotten', async () => {
  const clock = new SteppedClock();
  let runs = 0;
  const rounds = new Rounds(clock, async () => {
    runs++;
    return 100;
  });
  rounds.ask('a');
  rounds.ask('a');
  await clock.step(0);
  assert.equal(runs, 1);
  await clock.step(250);
  assert.equal(runs, 3);
  rounds.forget('a');
  await clock.step(1000);
  assert.equal(runs, 3);
});

test('what is asked for while a task runs is done when it has ended, and not before', async () => {
  const clock = new SteppedClock();
  const ends: (() => void)[] = [];
  const rounds = new Rounds(clock, () => new Promise((resolve) => ends.push(() => resolve(undefined))));
  rounds.ask('a');
  await clock.step(0);
  rounds.ask('a');
  await clock.step(0);
  assert.equal(ends.length, 1);
  ends[0]!();
  await clock.step(0);
  assert.equal(ends.length, 2);
  ends[1]!();
  await clock.step(100_000);
  assert.equal(ends.length, 2);
});

test('a task that ends after it was forgotten does not run again', async () => {
  const clock = new SteppedClock();
  let end = () => {};
  let runs = 0;
  const rounds = new Rounds(clock, () => {
    runs++;
    return new Promise((resolve) => {
      end = () => resolve(10);
    });
  });
  rounds.ask('a');
  await clock.step(0);
  rounds.stop();
  end();
  await clock.step(1000);
  assert.equal(runs, 1);
});
