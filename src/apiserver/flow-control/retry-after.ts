// The Retry-After of rejected requests, in seconds: doubles while a priority level rejects more than three requests a second,
// and falls by one when it rejects less than one. Called by flow-control.ts.
// Upstream: staging/src/k8s.io/apiserver/pkg/util/flowcontrol/dropped_requests_tracker.go.

const MAX_SECONDS = 32;
/** Rejections per second that are answered at once. */
const FLOOD = 50;

export class RetryAfter {
  #seconds = 1;
  #raisedAt = Number.NEGATIVE_INFINITY;
  /** The second that is being counted, since the start of the clock. */
  #second = Number.NEGATIVE_INFINITY;
  #count = 0;
  /** Rejections of past seconds, oldest first. */
  #history: { readonly second: number; readonly count: number }[] = [];

  /** Whether so many requests are rejected that answering them at once would keep the server busy. */
  get flooded(): boolean {
    return this.#count > FLOOD;
  }

  /** Counts a rejection and returns what to tell the client. `now` is in milliseconds. */
  rejected(now: number): number {
    const second = Math.floor(now / 1000);
    if (second === this.#second) this.#count++;
    else this.#begin(second);
    return this.#seconds;
  }

  #begin(second: number): void {
    this.#history.push({ second: this.#second, count: this.#count });
    const oldest = second - Math.min(2 * this.#seconds, MAX_SECONDS);
    this.#history = this.#history.filter((past) => past.second >= oldest);
    this.#second = second;
    this.#count = 1;
    this.#adapt(second);
  }

  #adapt(second: number): void {
    const from = second - this.#seconds;
    const rejected = this.#history.reduce((sum, past) => sum + (past.second >= from ? past.count : 0), 0);
    // One peak raises the value once: the next increase waits as long as clients were told to wait.
    if (rejected >= 3 * this.#seconds && second - this.#raisedAt >= this.#seconds) {
      this.#seconds = Math.min(2 * this.#seconds, MAX_SECONDS);
      this.#raisedAt = second;
    } else if (rejected < this.#seconds && this.#seconds > 1) this.#seconds--;
  }
}
