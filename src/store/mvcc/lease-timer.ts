// Calls the store when versions expire, with one timer for the earliest. Expiry times are wall times, because they survive a
// restart; no wait is longer than an hour, so that a change of the system clock is noticed within that time.
import type { Clock, Timer } from '../../kit/clock.ts';
import { type Lease, LeaseQueue } from './lease-queue.ts';

export type { Lease };

const MAX_WAIT_MS = 3_600_000;

export class LeaseTimer {
  readonly #clock: Clock;
  readonly #expire: (lease: Lease) => void;
  readonly #queue = new LeaseQueue();
  #timer: Timer | undefined;
  /** When the timer fires. */
  #wake = Number.POSITIVE_INFINITY;
  #closed = false;

  constructor(clock: Clock, expire: (lease: Lease) => void, leases: Iterable<Lease>) {
    this.#clock = clock;
    this.#expire = expire;
    for (const lease of leases) this.#queue.add(lease);
    this.#arm();
  }

  /** When each version expires, by its revision. */
  due(): ReadonlyMap<number, number> {
    return new Map(this.#queue.all.map(({ revision, due }) => [revision, due]));
  }

  add(lease: Lease): void {
    this.#queue.add(lease);
    if (lease.due < this.#wake) this.#arm();
  }

  close(): void {
    this.#closed = true;
    this.#timer?.cancel();
  }

  #arm(): void {
    this.#timer?.cancel();
    this.#wake = Number.POSITIVE_INFINITY;
    const next = this.#queue.next;
    if (!next || this.#closed) return;
    const now = this.#clock.now();
    this.#wake = Math.min(Math.max(next.due, now), now + MAX_WAIT_MS);
    this.#timer = this.#clock.after(this.#wake - now, () => this.#fire());
  }

  #fire(): void {
    for (const lease of this.#queue.take(this.#clock.now())) this.#expire(lease);
    this.#arm();
  }
}
