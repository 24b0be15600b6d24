import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SteppedClock } from '../../kit/clock.fake.ts';
import type { Clock } from '../../kit/clock.ts';
import { encoded } from '../contract/subject.contract.ts';
import { openMemoryStore } from '../memory/memory-store.ts';

const DAY = 86_400_000;

/** A clock whose wall time can be set; its timers and monotonic time are not moved by that. */
function settableClock() {
  const stepped = new SteppedClock();
  let offset = 0;
  const clock: Clock = {
    now: () => stepped.now() + offset,
    monotonic: () => stepped.monotonic(),
    after: (ms, fn) => stepped.after(ms, fn),
    every: (ms, fn) => stepped.every(ms, fn),
    sleep: (ms, signal) => stepped.sleep(ms, signal),
    turn: () => stepped.turn(),
  };
  return { clock, step: (ms: number) => stepped.step(ms), set: (by: number) => (offset += by) };
}

for (const [words, by] of [
  ['forward', DAY],
  ['back', -DAY],
] as const)
  test(`a clock set ${words} by a day loses no write, and keys without a time to live stay`, async () => {
    const { clock, step, set } = settableClock();
    const store = openMemoryStore({ clock });
    await store.create('/kept', encoded('one'));
    await store.create('/event', encoded('one'), { ttlSeconds: 3_600 });
    set(by);
    const update = await store.update('/kept', 2, encoded('two'));
    assert.equal(update.revision, 4);
    await step(3_600_000);
    assert.equal(store.get('/kept')?.revision, 4);
    // Expiry goes by wall time, so that it survives a restart: a clock set back keeps the key so much longer, not for ever.
    assert.equal(store.count('/event'), by > 0 ? 0 : 1);
    await step(DAY);
    assert.equal(store.count('/event'), 0);
    await store.close();
  });
