import assert from 'node:assert/strict';
import { it } from 'node:test';
import { SteppedClock } from '../../kit/clock.fake.ts';
import { Watchdog } from './watchdog.ts';

it('reports silence once, and only after the limit since the last sign of life', async () => {
  const clock = new SteppedClock();
  let silences = 0;
  const watchdog = new Watchdog({ clock, limitMs: 5_000, onSilence: () => silences++ });
  watchdog.heard();
  await clock.step(4_000);
  watchdog.heard();
  await clock.step(4_999);
  assert.equal(silences, 0);
  await clock.step(1);
  assert.equal(silences, 1);
  await clock.step(60_000);
  assert.equal(silences, 1);
});

it('blames nobody when its own process stood still', async () => {
  const clock = new SteppedClock();
  let late = 0;
  let silences = 0;
  const own = { after: clock.after.bind(clock), monotonic: () => clock.monotonic() + late };
  const watchdog = new Watchdog({ clock: own, limitMs: 5_000, onSilence: () => silences++ });
  watchdog.heard();
  late = 20_000;
  await clock.step(5_000);
  assert.equal(silences, 0);
  await clock.step(5_000);
  assert.equal(silences, 1);
});

it('is quiet once stopped', async () => {
  const clock = new SteppedClock();
  const watchdog = new Watchdog({ clock, limitMs: 1_000, onSilence: () => assert.fail('reported') });
  watchdog.heard();
  watchdog.stop();
  await clock.step(10_000);
});
