// A queue of keys as in client-go's workqueue: a key is queued once however often it is added, is never
// processed by two workers at once, and a key added while being processed is queued again afterwards. A key may rest after it was
// processed: what is added meanwhile is queued once the rest is over.
import { Backoff, type BackoffOptions } from './backoff.ts';
import type { Clock, Timer } from './clock.ts';

/** Is told what becomes of keys, for metrics. */
export interface QueueObserver<K> {
  added(key: K): void;
  /** It will be added later. */
  delayed(): void;
  taken(key: K): void;
  done(key: K): void;
}

export class WorkQueue<K> {
  readonly #clock: Clock;
  readonly #backoff: Backoff<K>;
  readonly #ready: K[] = [];
  readonly #dirty = new Set<K>();
  readonly #processing = new Set<K>();
  readonly #resting = new Map<K, Timer>();
  readonly #delayed = new Map<K, { due: number; timer: Timer }>();
  readonly #waiters: ((key: K | undefined) => void)[] = [];
  readonly #observer: QueueObserver<K> | undefined;
  #closed = false;

  constructor(
    clock: Clock,
    backoff: BackoffOptions = { base: 5, cap: 1_000_000 },
    observer?: QueueObserver<K>,
  ) {
    this.#clock = clock;
    this.#observer = observer;
    this.#backoff = new Backoff(backoff);
  }

  /** Number of keys that are ready. */
  get length(): number {
    return this.#ready.length;
  }

  /** True when no key is waiting, delayed or being processed. */
  get idle(): boolean {
    return this.#dirty.size === 0 && this.#processing.size === 0 && this.#delayed.size === 0;
  }

  add(key: K): void {
    if (this.#closed || this.#dirty.has(key)) return;
    this.#dirty.add(key);
    this.#observer?.added(key);
    if (!this.#processing.has(key) && !this.#resting.has(key)) this.#offer(key);
  }

  /** Adds `key` after `ms`; of several pending delays of one key the earliest counts. */
  addAfter(key: K, ms: number): void {
    if (ms <= 0) return this.add(key);
    if (this.#closed) return;
    this.#observer?.delayed();
    const due = this.#clock.now() + ms;
    const pending = this.#delayed.get(key);
    if (pending && pending.due <= due) return;
    pending?.timer.cancel();
    const timer = this.#clock.after(ms, () => {
      this.#delayed.delete(key);
      this.add(key);
    });
    this.#delayed.set(key, { due, timer });
  }

  /** Adds `key` after its next back-off delay. */
  addRateLimited(key: K): void {
    this.addAfter(key, this.#backoff.next(key));
  }

  /** Ends the back-off of `key`: call it after a success. */
  forget(key: K): void {
    this.#backoff.forget(key);
  }

  failures(key: K): number {
    return this.#backoff.failures(key);
  }

  /** The next key, waiting for one; undefined once the queue is closed. Pair each key with done(). */
  take(): Promise<K | undefined> {
    if (this.#closed) return Promise.resolve(undefined);
    if (this.#ready.length > 0) return Promise.resolve(this.#start(this.#ready.shift() as K));
    return new Promise((resolve) => this.#waiters.push(resolve));
  }

  /** Ends the processing of `key`, which is not taken again for `restMs`. */
  done(key: K, restMs = 0): void {
    this.#processing.delete(key);
    this.#observer?.done(key);
    if (this.#closed) return;
    if (restMs > 0) this.#rest(key, restMs);
    else if (this.#dirty.has(key)) this.#offer(key);
  }

  close(): void {
    this.#closed = true;
    for (const { timer } of this.#delayed.values()) timer.cancel();
    this.#delayed.clear();
    for (const timer of this.#resting.values()) timer.cancel();
    this.#resting.clear();
    this.#dirty.clear();
    this.#ready.length = 0;
    for (const waiter of this.#waiters.splice(0)) waiter(undefined);
  }

  #rest(key: K, ms: number): void {
    const timer = this.#clock.after(ms, () => {
      this.#resting.delete(key);
      if (this.#dirty.has(key)) this.#offer(key);
    });
    this.#resting.set(key, timer);
  }

  #offer(key: K): void {
    const waiter = this.#waiters.shift();
    if (waiter) waiter(this.#start(key));
    else this.#ready.push(key);
  }

  #start(key: K): K {
    this.#dirty.delete(key);
    this.#processing.add(key);
    this.#observer?.taken(key);
    return key;
  }
}
