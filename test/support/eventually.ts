// Waiting for a condition instead of for time.
import { systemClock } from '../../src/kit/clock.ts';

/** Calls `probe` until it gives something truthy, and gives that; throws with the last error after `ms`. */
export async function eventually<T>(
  what: string,
  probe: () => Promise<T> | T,
  ms = 30_000,
): Promise<NonNullable<T>> {
  const deadline = systemClock.monotonic() + ms;
  let last: unknown;
  for (;;) {
    try {
      const found = await probe();
      if (found) return found as NonNullable<T>;
      last = new Error(`got ${JSON.stringify(found)}`);
    } catch (error) {
      last = error;
    }
    if (systemClock.monotonic() > deadline) throw new Error(`${what}: not within ${ms} ms`, { cause: last });
    await systemClock.sleep(50);
  }
}
