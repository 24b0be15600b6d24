// How often something may happen: a token bucket that holds one token. Follows RateLimitedTimedQueue
// (pkg/controller/nodelifecycle/scheduler).

export class Limiter {
  /** Tokens per second; 0 is never. */
  #rate: number;
  /** When there is a token, in milliseconds. */
  #fullAt: number;

  constructor(rate: number, now: number) {
    this.#rate = rate;
    this.#fullAt = now;
  }

  /** A token is kept, a part of one is lost. */
  setRate(rate: number, now: number): void {
    if (rate === this.#rate) return;
    const isFull = this.#rate > 0 && now >= this.#fullAt;
    this.#rate = rate;
    if (!isFull) this.#fullAt = now + this.#periodMs;
  }

  take(now: number): boolean {
    if (this.waitMs(now) > 0) return false;
    this.#fullAt = now + this.#periodMs;
    return true;
  }

  /** Milliseconds until a token can be taken; Infinity when none ever can. */
  waitMs(now: number): number {
    return this.#rate > 0 ? Math.max(0, this.#fullAt - now) : Number.POSITIVE_INFINITY;
  }

  get #periodMs(): number {
    return Math.ceil(1000 / this.#rate);
  }
}
