// Compacts the store every five minutes: revisions older than five to ten minutes can no longer be listed or watched from,
// which returns 410. Without it every version of every object would stay in memory. Started by ApiServer.
// Upstream: staging/src/k8s.io/apiserver/pkg/storage/etcd3/compact.go.
import type { Clock, Timer } from '../../kit/clock.ts';
import type { Logger } from '../../kit/log.ts';
import type { Store } from '../../store/store.ts';

const INTERVAL = 5 * 60_000;

export class Compactor {
  readonly #store: Store;
  readonly #log: Logger;
  readonly #timer: Timer;
  /** The newest revision when the timer last fired; it is compacted when the timer fires next. */
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
