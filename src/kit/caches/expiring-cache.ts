// A cache whose entries expire, and which forgets what was used least recently when it is full.
import type { Clock } from '../clock.ts';

interface Entry<T> {
  readonly value: T;
  /** On the monotonic clock. */
  readonly until: number;
}

export class ExpiringCache<T> {
  readonly #clock: Pick<Clock, 'monotonic'>;
  readonly #most: number;
  /** In the order of use. */
  readonly #entries = new Map<string, Entry<T>>();

  constructor(clock: Pick<Clock, 'monotonic'>, most: number) {
    this.#clock = clock;
    this.#most = most;
  }

  get(key: string): T | undefined {
    const entry = this.#entries.get(key);
    if (!entry) return undefined;
    this.#entries.delete(key);
    if (entry.until <= this.#clock.monotonic()) return undefined;
    this.#entries.set(key, entry);
    return entry.value;
  }

  /** For `ttl` milliseconds; not at all with 0. */
  set(key: string, value: T, ttl: number): void {
    if (ttl <= 0) return;
    this.#entries.delete(key);
    this.#entries.set(key, { value, until: this.#clock.monotonic() + ttl });
    if (this.#entries.size > this.#most) this.#entries.delete(this.#entries.keys().next().value!);
  }

  clear(): void {
    this.#entries.clear();
  }
}
