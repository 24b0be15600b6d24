// The listeners of commits, by key prefix: each gets every event once, in revision order. A listener may open and close watches,
// and write, while it is called.
import type { StoreEvent, Watch, WatchListener } from '../store.ts';
import { keyOf, revisionOf } from './event-log.ts';

interface Watcher {
  readonly listener: WatchListener;
  /** Every event up to here has been delivered. */
  delivered: number;
}

export class Watchers {
  readonly #byPrefix = new Map<string, Set<Watcher>>();

  /** Adds a listener that has seen events up to `from`; `past` are the events since then. */
  add(prefix: string, from: number, listener: WatchListener, past: StoreEvent[], revision: number): Watch {
    const watcher = { listener, delivered: from };
    const group = this.#byPrefix.get(prefix) ?? new Set();
    this.#byPrefix.set(prefix, group.add(watcher));
    deliver(watcher, past, revision);
    return {
      close: () => {
        watcher.delivered = Number.POSITIVE_INFINITY;
        group.delete(watcher);
        if (group.size === 0 && this.#byPrefix.get(prefix) === group) this.#byPrefix.delete(prefix);
      },
    };
  }

  /** Delivers one commit, which ends at `revision`, to every listener. */
  publish(events: readonly StoreEvent[], revision: number): void {
    for (const [prefix, group] of this.#byPrefix) {
      const matching = events.filter((event) => keyOf(event).startsWith(prefix));
      for (const watcher of group) deliver(watcher, matching, revision);
    }
  }

  close(): void {
    for (const group of this.#byPrefix.values())
      for (const watcher of group) watcher.delivered = Number.POSITIVE_INFINITY;
    this.#byPrefix.clear();
  }
}

function deliver(watcher: Watcher, events: readonly StoreEvent[], revision: number): void {
  const first = events.findIndex((event) => revisionOf(event) > watcher.delivered);
  // Set before the listener is called: it may close the watch, which sets Infinity, or cause another delivery.
  if (watcher.delivered < revision) watcher.delivered = revision;
  if (first >= 0) watcher.listener.events(first === 0 ? events : events.slice(first));
  if (watcher.delivered !== Number.POSITIVE_INFINITY) watcher.listener.progress?.(revision);
}
