import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { it } from 'node:test';
import { SteppedClock } from '../../kit/clock.fake.ts';
import { systemClock } from '../../kit/clock.ts';
import { vitalsOf } from './vitals.ts';
import { Watchdog } from './watchdog.ts';

const asleep = () => ({ cpuMs: 0, runnable: false });

it('reports silence once, and only after the limit since the last sign of life', async () => {
  const clock = new SteppedClock();
  let silences = 0;
  const watchdog = new Watchdog({ clock, limitMs: 5_000, vitals: asleep, onSilence: () => silences++ });
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
  const watchdog = new Watchdog({ clock: own, limitMs: 5_000, vitals: asleep, onSilence: () => silences++ });
  watchdog.heard();
  late = 20_000;
  await clock.step(5_000);
  assert.equal(silences, 0);
  await clock.step(5_000);
  assert.equal(silences, 1);
});

it('is quiet once stopped', async () => {
  const clock = new SteppedClock();
  const onSilence = () => assert.fail('reported');
  const watchdog = new Watchdog({ clock, limitMs: 1_000, vitals: asleep, onSilence });
  watchdog.heard();
  watchdog.stop();
  await clock.step(10_000);
});

it('waits for a process that gets no processor, and reports one that uses it without a word', async () => {
  const clock = new SteppedClock();
  let silences = 0;
  let share = 0.02;
  // It has run for a long time before.
  const vitals = () => ({ cpuMs: 1_000_000 + clock.monotonic() * share, runnable: true });
  const watchdog = new Watchdog({ clock, limitMs: 5_000, vitals, onSilence: () => silences++ });
  watchdog.heard();
  await clock.step(60_000);
  assert.equal(silences, 0);
  share = 1;
  await clock.step(2_500);
  assert.equal(silences, 1);
});

it('reads of a process how much it has used and whether it could go on', async (t) => {
  const busy = spawn(process.execPath, ['-e', 'for (;;);'], { stdio: 'ignore' });
  t.after(() => busy.kill('SIGKILL'));
  const until = async (condition: () => boolean | undefined) => {
    while (!condition()) await systemClock.sleep(5);
  };
  await until(() => (vitalsOf(busy.pid!)?.cpuMs ?? 0) >= 100);
  assert.equal(vitalsOf(busy.pid!)?.runnable, true);
  busy.kill('SIGSTOP');
  await until(() => vitalsOf(busy.pid!)?.runnable === false);
  busy.kill('SIGKILL');
  await new Promise((resolve) => busy.once('exit', resolve));
  assert.equal(vitalsOf(busy.pid!), undefined);
});
