// Exponential delays per key: doubling from `base` to `cap`, forgotten on success.

export interface BackoffOptions {
  /** First delay in milliseconds. */
  base: number;
  /** Longest delay in milliseconds. */
  cap: number;
}

export class Backoff<K> {
  readonly #options: BackoffOptions;
  readonly #failures = new Map<K, number>();

  constructor(options: BackoffOptions) {
    this.#options = options;
  }

  /** Counts a failure of `key` and returns how long to wait, in milliseconds. */
  next(key: K): number {
    const failures = this.#failures.get(key) ?? 0;
    this.#failures.set(key, failures + 1);
    return Math.min(this.#options.cap, this.#options.base * 2 ** Math.min(failures, 40));
  }

  failures(key: K): number {
    return this.#failures.get(key) ?? 0;
  }

  forget(key: K): void {
    this.#failures.delete(key);
  }
}
