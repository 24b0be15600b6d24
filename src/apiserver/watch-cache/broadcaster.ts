// Delivers the changes of one resource to its watchers: every change exactly once and in revision order. One watch on the
// store serves all of them. Watchers of one object, node or namespace are indexed by it; only the others are matched one by
// one. Deliveries run in slices, so that a write with thousands of watchers does not block other requests.
// Called by ResourceCache and watch-session.ts. Upstream: staging/src/k8s.io/apiserver/pkg/storage/cacher/cacher.go.
import { nextTurn } from '../../kit/clock.ts';
import type { StoreEvent, Watch } from '../../store/store.ts';
import { Change, type WatchEvent } from './change.ts';
import type { ItemSource } from './item.ts';
import type { Selection } from './selection.ts';

export interface WatchSink {
  /** Events in order. Called from a slice of its own, never from within a write. Must not throw. */
  send(events: readonly WatchEvent[]): void;
}

/** Watchers served in one turn of the event loop. */
const SLICE = 250;

export class Watcher {
  readonly selection: Selection;
  readonly sink: WatchSink;
  /** Every change up to this revision has been queued or does not match the selection. */
  seen: number;
  queue: WatchEvent[] = [];

  constructor(selection: Selection, sink: WatchSink, seen: number) {
    this.selection = selection;
    this.sink = sink;
    this.seen = seen;
  }
}

export class Broadcaster {
  readonly #cache: ItemSource;
  readonly #groups = new Map<string, Set<Watcher>>();
  #size = 0;
  #watch: Watch | undefined;
  #dirty: Watcher[] = [];
  #scheduled = false;

  constructor(cache: ItemSource) {
    this.#cache = cache;
  }

  get size(): number {
    return this.#size;
  }

  /** Adds a watcher that has seen everything up to `from`. Throws the store's CompactedError. Synchronous, as is the store's
   *  delivery of past events: no commit can come between the past changes and the shared watch. */
  add(selection: Selection, from: number, sink: WatchSink): Watcher {
    const { store, prefix } = this.#cache;
    const watcher = new Watcher(selection, sink, from);
    const past: StoreEvent[] = [];
    if (from < store.revision)
      store.watch(prefix, from, { events: (events) => past.push(...events) }).close();
    this.#watch ??= store.watch(prefix, store.revision, { events: (events) => this.#publish(events) });
    for (const event of past) this.#offer(watcher, new Change(this.#cache, event));
    watcher.seen = Math.max(from, store.revision);
    const group = groupOf(selection);
    this.#groups.set(group, (this.#groups.get(group) ?? new Set()).add(watcher));
    this.#size++;
    return watcher;
  }

  remove(watcher: Watcher): void {
    const name = groupOf(watcher.selection);
    const group = this.#groups.get(name);
    if (!group?.delete(watcher)) return;
    if (group.size === 0) this.#groups.delete(name);
    watcher.queue = [];
    if (--this.#size > 0) return;
    this.#watch?.close();
    this.#watch = undefined;
  }

  #publish(events: readonly StoreEvent[]): void {
    for (const event of events) {
      const change = new Change(this.#cache, event);
      for (const name of groupsOf(change))
        for (const watcher of this.#groups.get(name) ?? []) this.#offer(watcher, change);
    }
  }

  #offer(watcher: Watcher, change: Change): void {
    // A watcher may be newer than the change, or start at a revision that is still to come.
    if (change.revision <= watcher.seen) return;
    const event = change.seenBy(watcher.selection);
    if (event) this.push(watcher, event);
  }

  /** Queues one event for one watcher. */
  push(watcher: Watcher, event: WatchEvent): void {
    if (watcher.queue.push(event) > 1) return;
    this.#dirty.push(watcher);
    if (this.#scheduled) return;
    this.#scheduled = true;
    void nextTurn().then(() => this.#serve());
  }

  #serve(): void {
    const turn = this.#dirty.splice(0, SLICE);
    for (const watcher of turn) {
      const events = watcher.queue;
      watcher.queue = [];
      if (events.length > 0) watcher.sink.send(events);
    }
    this.#scheduled = this.#dirty.length > 0;
    if (this.#scheduled) void nextTurn().then(() => this.#serve());
  }
}

const groupOf = ({ name, nodeName, namespace }: Selection): string => {
  if (name !== undefined) return `name/${name}`;
  if (nodeName !== undefined) return `node/${nodeName}`;
  return namespace ? `namespace/${namespace}` : '';
};

/** The groups whose watchers may match a change. An object that leaves a node matters to the watchers of both nodes. */
function groupsOf({ current, previous }: Change): Iterable<string> {
  const item = (current ?? previous)!;
  const groups = new Set(['', `namespace/${item.namespace}`, `name/${item.name}`]);
  for (const side of [current, previous]) {
    const node = side?.fields['spec.nodeName'];
    if (node !== undefined) groups.add(`node/${node}`);
  }
  return groups;
}
