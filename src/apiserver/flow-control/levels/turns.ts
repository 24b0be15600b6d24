// Divides the event loop's time among priority levels. The API server runs on one thread: a request that is served at once
// delays everybody behind it, whatever seats are free. In each turn of the event loop, requests are served as they arrive
// for a few milliseconds; later ones wait, and are served in slices, by the level that has had the least time for its share.
// Between slices the loop reads and writes sockets. Called by flow-control.ts. Upstream has no such thing: Go has threads.
import type { Clock } from '../../../kit/clock.ts';

/** Milliseconds of a turn for requests, and of a slice. Longer ones delay other requests, shorter ones waste time on polling
 *  sockets; see docs/decisions. */
const SLICE_MS = 5;

/** A priority level, as far as turns are concerned. */
export interface Contender {
  /** Share of the time, relative to others. */
  readonly weight: number;
  /** Time had so far, divided by the weight. */
  timeUsed: number;
  /** Whether a request waits that could be served now. */
  ready(): boolean;
  /** Serves one request; returns the milliseconds that it is expected to take after this call. */
  serveOne(): number;
}

export class Turns {
  readonly #clock: Clock;
  readonly #waiting = new Set<Contender>();
  /** When the current turn began; undefined before its first request. */
  #began: number | undefined;
  #scheduled = false;
  /** The time used by the level that was served last. */
  #progress = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Whether this turn has time left for a request that arrives at `now`. */
  hasTime(now: number): boolean {
    if (this.#began === undefined) {
      this.#began = now;
      this.#schedule();
      return true;
    }
    return now - this.#began < SLICE_MS;
  }

  /** A request of this level waits, or could be served now. */
  wake(contender: Contender): void {
    if (!this.#waiting.has(contender)) {
      this.#waiting.add(contender);
      // A level that had nothing to do has saved up no time.
      contender.timeUsed = Math.max(contender.timeUsed, this.#progress);
    }
    this.#schedule();
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    void this.#clock.turn().then(() => this.#turn());
  }

  #turn(): void {
    this.#scheduled = false;
    this.#began = undefined;
    if (this.#waiting.size === 0) return;
    let last = this.#clock.monotonic();
    this.#began = last;
    const end = last + SLICE_MS;
    let expected = 0;
    for (let next = this.#next(); next; next = this.#next()) {
      const later = next.serveOne();
      const now = this.#clock.monotonic();
      expected += later;
      next.timeUsed += (now - last + later) / next.weight;
      last = now;
      if (now + expected >= end) break;
    }
    if (this.#waiting.size > 0) this.#schedule();
    else this.#began = undefined;
  }

  /** The level that has had the least time; levels that have nothing to serve now are forgotten. */
  #next(): Contender | undefined {
    let best: Contender | undefined;
    for (const contender of this.#waiting)
      if (!contender.ready()) this.#waiting.delete(contender);
      else if (!best || contender.timeUsed < best.timeUsed) best = contender;
    if (best) this.#progress = Math.max(this.#progress, best.timeUsed);
    return best;
  }
}
