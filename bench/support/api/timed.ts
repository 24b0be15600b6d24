import { systemClock } from '../../../src/kit/clock.ts';

/** Milliseconds until the promise resolves. */
export async function timed(run: () => Promise<unknown>): Promise<number> {
  const from = systemClock.monotonic();
  await run();
  return systemClock.monotonic() - from;
}
