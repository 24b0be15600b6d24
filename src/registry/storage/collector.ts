// When the garbage collection runs: one at a time, when somebody asks for it, and otherwise once before the registry's process ends and
// once a day while it does not.
import type { Clock } from '../../kit/clock.ts';
import type { Logger } from '../../kit/log.ts';
import { type Ages, type Collected, collect } from './collect.ts';
import type { Storage } from './storage.ts';

const EVERY = 24 * 3_600_000;

export class Collector {
  readonly #storage: Storage;
  readonly #clock: Clock;
  readonly #log: Logger;
  #last: number | undefined;
  #running: Promise<Collected> | undefined;

  constructor(storage: Storage, clock: Clock, log: Logger) {
    this.#storage = storage;
    this.#clock = clock;
    this.#log = log;
  }

  get isRunning(): boolean {
    return this.#running !== undefined;
  }

  get isDue(): boolean {
    return this.#last === undefined || this.#clock.monotonic() - this.#last > EVERY;
  }

  /** Whoever asks while one runs waits for it first: it may have been less thorough. */
  async run(ages: Ages): Promise<Collected> {
    while (this.#running) await this.#running.catch(() => {});
    this.#running = collect(this.#storage, ages);
    try {
      const found = await this.#running;
      if (found.manifests + found.blobs > 0) this.#log.info('garbage collected', found);
      return found;
    } finally {
      this.#running = undefined;
      this.#last = this.#clock.monotonic();
    }
  }
}
