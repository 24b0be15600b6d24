// Forgets old versions: what is older than five minutes can no longer be listed at or watched from, as with upstream's
// compaction of etcd. Without it the history of every object would stay in memory.
import type { Clock, Timer } from '../../kit/clock.ts';
import type { Logger } from '../../kit/log.ts';
import type { Store } from '../../store/store.ts';

const INTERVAL = 5 * 60_000;

export class Compactor {
  readonly #store: Store;
  readonly #log: Logger;
  readonly #timer: Timer;
  /** The newest revision when the timer fired last. */
  #then: number;

  constructor(store: Store, clock: Clock, log: Logger) {
    this.#store = store;
    this.#log = log;
    this.#then = store.revision;
    this.#timer = clock.every(INTERVAL, () => this.#compact());
  }

  stop(): void {
    this.#timer.cancel();
  }

  #compact(): void {
    const until = this.#then;
    this.#then = this.#store.revision;
    if (until <= this.#store.compacted) return;
    this.#store.compact(until).catch((error) => this.#log.warn('compaction failed', { error }));
  }
}
