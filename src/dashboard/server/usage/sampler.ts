// Takes samples from the first time that somebody asks until an hour after the last time; then everything is forgotten, and nothing
// runs. Measuring takes at most a tenth of the time, however many nodes there are.
import { type Clock, Pace, paced, type Timer } from '../../../kit/clock.ts';
import type { Logger } from '../../../kit/log.ts';
import { messageOf } from '../../../kit/message-of.ts';
import { History, HOUR_MS, type Series, type Use } from './history.ts';

export interface SamplerOptions {
  /** What all nodes and pods use now, by their keys (nodeKey, podKey). */
  readonly measure: () => Promise<ReadonlyMap<string, Use>>;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Between two samples. */
const EVERY_MS = 20_000;

export class Sampler {
  readonly #options: SamplerOptions;
  #history = new History();
  #next: Timer | undefined;
  #running = false;
  #usedAt = 0;

  constructor(options: SamplerOptions) {
    this.#options = options;
  }

  /** Somebody looks at the dashboard. */
  use(): void {
    this.#usedAt = this.#options.clock.monotonic();
    if (this.#running) return;
    this.#running = true;
    void this.#sample();
  }

  /** Series that are kept, for tests. */
  get size(): number {
    return this.#history.size;
  }

  get isFull(): boolean {
    return this.#history.isFull;
  }

  of(key: string): Series {
    this.use();
    return this.#history.of(key, this.#options.clock.now());
  }

  stop(): void {
    this.#next?.cancel();
    this.#running = false;
    this.#history = new History();
  }

  /** Never rejects. */
  async #sample(): Promise<void> {
    const { clock, measure, log } = this.#options;
    const began = clock.monotonic();
    const history = this.#history;
    try {
      const uses = await measure();
      await paced(history.add(clock.now(), uses), new Pace(clock));
    } catch (error) {
      log.debug('usage was not sampled', { error: messageOf(error) });
    }
    if (history !== this.#history) return;
    const ended = clock.monotonic();
    if (ended - this.#usedAt >= HOUR_MS) {
      this.stop();
      return;
    }
    this.#next = clock.after(Math.max(EVERY_MS, 9 * (ended - began)), () => void this.#sample());
  }
}
