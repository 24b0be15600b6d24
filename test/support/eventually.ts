// Waiting for a condition instead of for time.
import { systemClock } from '../../src/kit/clock.ts';

/** Milliseconds between tries. A try that takes time, such as a kubectl, is followed by a pause as long, or it would take the processor
 *  from what is waited for. */
const [SHORTEST, LONGEST] = [50, 250];

/** Calls `probe` until it gives something truthy, and gives that; throws with the last error after `ms`. */
export async function eventually<T>(
  what: string,
  probe: () => Promise<T> | T,
  ms = 30_000,
): Promise<NonNullable<T>> {
  const deadline = systemClock.monotonic() + ms;
  let last: unknown;
  for (;;) {
    const start = systemClock.monotonic();
    try {
      const found = await probe();
      if (found) return found as NonNullable<T>;
      last = new Error(`got ${JSON.stringify(found)}`);
    } catch (error) {
      last = error;
    }
    const now = systemClock.monotonic();
    if (now > deadline) throw new Error(`${what}: not within ${ms} ms`, { cause: last });
    await systemClock.sleep(Math.min(LONGEST, Math.max(SHORTEST, now - start)));
  }
}
