// Computes rates from counters: the nanocores used between this reading and the one before.

interface Sample {
  readonly at: number;
  readonly total: number;
  readonly rate: number;
}

/** Readings closer together than this repeat the last rate: the interval would be too short to be exact. */
const MIN_INTERVAL_MS = 900;

export class Rates {
  readonly #samples = new Map<string, Sample>();

  /** `at` and `since` in milliseconds, `total` in nanoseconds; the first reading gives the average since the start. */
  of(key: string, at: number, total: number, since: number): number {
    const last = this.#samples.get(key);
    if (last && at - last.at < MIN_INTERVAL_MS) return last.rate;
    const from = last && total >= last.total ? last : { at: since, total: 0 };
    const rate = at > from.at ? Math.round(((total - from.total) / (at - from.at)) * 1000) : 0;
    this.#samples.set(key, { at, total, rate });
    return rate;
  }

  keep(keys: ReadonlySet<string>): void {
    for (const key of this.#samples.keys()) if (!keys.has(key)) this.#samples.delete(key);
  }
}
