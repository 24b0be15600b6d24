// The events after the compacted revision, in revision order. A watch from an earlier revision starts with them.
import type { StoreEvent } from '../store.ts';

export const revisionOf = (event: StoreEvent): number =>
  event.type === 'put' ? event.entry.revision : event.revision;

export const keyOf = (event: StoreEvent): string => (event.type === 'put' ? event.entry.key : event.key);

export class EventLog {
  #events: StoreEvent[] = [];
  /** Events before this index have been taken; the array is shortened only now and then. */
  #first = 0;

  push(event: StoreEvent): void {
    this.#events.push(event);
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
    const end = Math.min(this.#indexAfter(revision), this.#first + limit);
    const taken = this.#events.slice(this.#first, end);
    this.#first = end;
    if (this.#first * 2 >= this.#events.length) {
      this.#events = this.#events.slice(this.#first);
      this.#first = 0;
    }
    return taken;
  }

  #indexAfter(revision: number): number {
    let low = this.#first;
    let high = this.#events.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (revisionOf(this.#events[middle]!) <= revision) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
