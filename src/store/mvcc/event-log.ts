// The events after the compacted revision, in revision order, and what keeping them costs. A watch from an earlier revision
// starts with them.
import type { StoreEvent } from '../store.ts';

export const revisionOf = (event: StoreEvent): number =>
  event.type === 'put' ? event.entry.revision : event.revision;

export const keyOf = (event: StoreEvent): string => (event.type === 'put' ? event.entry.key : event.key);

/** Bytes in memory of an event and of an old version beside its value, measured with objects of the API. */
const OVERHEAD = 700;

/** What an event keeps in memory: itself, and the version that it replaced. */
const costOf = ({ previous }: StoreEvent): number => OVERHEAD + (previous?.value.length ?? 0);

export class EventLog {
  readonly #events: StoreEvent[] = [];
  #cost = 0;

  /** Bytes of memory that the events and the versions that they replaced take. */
  get cost(): number {
    return this.#cost;
  }

  push(event: StoreEvent): void {
    this.#events.push(event);
    this.#cost += costOf(event);
  }

  /** The revision up to which events must go for the rest to cost `limit` at most; 0 when none must. */
  excess(limit: number): number {
    let cost = this.#cost;
    let revision = 0;
    for (let i = 0; cost > limit && i < this.#events.length; i++) {
      cost -= costOf(this.#events[i]!);
      revision = revisionOf(this.#events[i]!);
    }
    return revision;
  }

  /** The events on keys with `prefix` after `revision`. */
  after(revision: number, prefix: string): StoreEvent[] {
    const found: StoreEvent[] = [];
    for (let i = this.#indexAfter(revision); i < this.#events.length; i++)
      if (keyOf(this.#events[i]!).startsWith(prefix)) found.push(this.#events[i]!);
    return found;
  }

  /** Removes and returns the oldest events up to `revision`, at most `limit` of them. */
  take(revision: number, limit: number): StoreEvent[] {
    const taken = this.#events.splice(0, Math.min(this.#indexAfter(revision), limit));
    for (const event of taken) this.#cost -= costOf(event);
    return taken;
  }

  #indexAfter(revision: number): number {
    let low = 0;
    let high = this.#events.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (revisionOf(this.#events[middle]!) <= revision) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
