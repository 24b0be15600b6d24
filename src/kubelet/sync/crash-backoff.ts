// Delays between restarts of one container: none for the first, then 10 s doubling to 300 s, and none again after ten
// minutes without a restart. Also used between image pulls. Not kept over a restart of the kubelet, as upstream.
export const CRASH_BASE = 10_000;
export const CRASH_CAP = 300_000;

interface Entry {
  delay: number;
  updated: number;
}

/** The read-only half, for the pure plan. */
export interface CrashDelays {
  /** The delay in force for what ended at `since`, and when it is over; undefined when it is. */
  holding(key: string, since: number, now: number): { delay: number; until: number } | undefined;
}

export class CrashBackoff implements CrashDelays {
  readonly #entries = new Map<string, Entry>();
  readonly #base: number;
  readonly #cap: number;

  constructor(base = CRASH_BASE, cap = CRASH_CAP) {
    this.#base = base;
    this.#cap = cap;
  }

  holding(key: string, since: number, now: number): { delay: number; until: number } | undefined {
    const entry = this.#entries.get(key);
    if (!entry || this.#isStale(entry, since)) return undefined;
    // What ended in the future ended before the clock was set back: nobody knows when, and the delay would last until then.
    if (since > now + entry.delay) return undefined;
    const until = since + entry.delay;
    return now < until ? { delay: entry.delay, until } : undefined;
  }

  /** Counts a restart of what ended at `since`. */
  next(key: string, since: number, now: number): void {
    const entry = this.#entries.get(key);
    const delay = !entry || this.#isStale(entry, since) ? this.#base : Math.min(entry.delay * 2, this.#cap);
    this.#entries.set(key, { delay, updated: now });
  }

  forget(key: string): void {
    this.#entries.delete(key);
  }

  /** Longer than twice the cap without a restart: the container has recovered. */
  #isStale(entry: Entry, since: number): boolean {
    return since - entry.updated > 2 * this.#cap;
  }
}
