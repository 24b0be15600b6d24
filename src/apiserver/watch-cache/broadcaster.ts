// Delivers the changes of one resource to its watchers: every change exactly once and in revision order. One watch on the
// store serves all of them. Watchers of one object, node or namespace are indexed by it; only the others are matched one by
// one. Deliveries run in slices, so that a write with thousands of watchers does not block other requests.
// Called by ResourceCache and watch-session.ts. Upstream: staging/src/k8s.io/apiserver/pkg/storage/cacher/cacher.go.

import { nextTurn } from '../../kit/clock.ts';
import { addAll } from '../../kit/lists.ts';
import type { StoreEvent, Watch } from '../../store/store.ts';
import { Change, type WatchEvent } from './change.ts';
import { InOrder } from './in-order.ts';
import type { ItemSource } from './item.ts';
import type { Selection } from './selection.ts';

export interface WatchSink {
  /** Events in order. Called from a slice of its own, never from within a write. Must not throw. */
  send(events: readonly WatchEvent[]): void;
  /** No more events will come. */
  end(): void;
  /** An event cannot be shown: it must end the watch, which would have a gap. */
  fail(error: unknown): void;
}

/** Watchers served in one turn of the event loop. */
const SLICE = 100;

export class Watcher {
  readonly selection: Selection;
  readonly sink: WatchSink;
  /** It is in this process, and reads the parsed objects. */
  readonly objects: boolean;
  /** Every change up to this revision has been queued or does not match the selection. */
  seen: number;
  queue: WatchEvent[] = [];
  /** Past events that a webhook has to convert first, and later changes meanwhile. */
  past: InOrder | undefined;
  later: Change[] = [];

  constructor(selection: Selection, sink: WatchSink, seen: number, objects: boolean) {
    this.selection = selection;
    this.sink = sink;
    this.objects = objects;
    this.seen = seen;
  }
}

export class Broadcaster {
  readonly #cache: ItemSource;
  readonly #groups = new Map<string, Set<Watcher>>();
  #size = 0;
  #readers = 0;
  #watch: Watch | undefined;
  #dirty: Watcher[] = [];
  #scheduled = false;
  /** Only while there are watchers of objects that a webhook converts. */
  #inOrder: InOrder | undefined;

  constructor(cache: ItemSource) {
    this.#cache = cache;
  }

  /** Whether everything that was written has been delivered to a watcher, or queued for it. */
  isCurrent({ past, queue }: Watcher): boolean {
    return queue.length === 0 && !past && this.#inOrder?.isIdle !== false;
  }

  get size(): number {
    return this.#size;
  }

  /** Whether somebody in this process is going to read the object of a new version: informers do, and keep it. */
  get feedsObjects(): boolean {
    return this.#readers > 0;
  }

  /** How many watchers may be told of a write to one object, or to an object of unknown name. Watchers of a node are left out:
   *  each of them sees few of the objects. */
  interested(namespace: string, name: string): number {
    if (this.#size === 0) return 0;
    const sizeOf = (group: string) => this.#groups.get(group)?.size ?? 0;
    return (
      sizeOf('') + (namespace ? sizeOf(`namespace/${namespace}`) : 0) + (name ? sizeOf(`name/${name}`) : 0)
    );
  }

  /** Adds a watcher that has seen everything up to `from`. Throws the store's CompactedError. Synchronous, as is the store's
   *  delivery of past events: no commit can come between the past changes and the shared watch. */
  add(selection: Selection, from: number, sink: WatchSink, objects = false): Watcher {
    const { store, prefix } = this.#cache;
    const watcher = new Watcher(selection, sink, from, objects);
    const past: StoreEvent[] = [];
    if (from < store.revision)
      store.watch(prefix, from, { events: (events) => addAll(past, events) }).close();
    this.#watch ??= store.watch(prefix, store.revision, { events: (events) => this.#publish(events) });
    if (this.#cache.isRemote && past.length > 0) this.#catchUp(watcher, past, from);
    else for (const event of past) this.#offer(watcher, new Change(this.#cache, event));
    watcher.seen = Math.max(from, store.revision);
    const group = groupOf(selection);
    this.#groups.set(group, (this.#groups.get(group) ?? new Set()).add(watcher));
    this.#size++;
    if (objects) this.#readers++;
    return watcher;
  }

  remove(watcher: Watcher): void {
    const name = groupOf(watcher.selection);
    const group = this.#groups.get(name);
    if (!group?.delete(watcher)) return;
    if (group.size === 0) this.#groups.delete(name);
    if (watcher.objects) this.#readers--;
    watcher.queue = [];
    watcher.past?.close();
    if (--this.#size > 0) return;
    this.#watch?.close();
    this.#watch = undefined;
    this.#inOrder?.close();
    this.#inOrder = undefined;
  }

  /** Ends all watches, because the objects are no longer served in this form. */
  end(): void {
    for (const group of [...this.#groups.values()]) for (const { sink } of [...group]) sink.end();
  }

  #publish(events: readonly StoreEvent[]): void {
    if (!this.#cache.isRemote) return this.#deliver(events);
    this.#inOrder ??= new InOrder({
      ready: (entries) => this.#cache.ready(entries),
      deliver: (ready) => this.#deliver(ready),
      fail: (event, error) => this.#fail(event, error),
    });
    this.#inOrder.push(events);
  }

  /** The past events of one watcher, before the changes that come meanwhile. */
  #catchUp(watcher: Watcher, past: readonly StoreEvent[], from: number): void {
    watcher.past = new InOrder({
      ready: (entries) => this.#cache.ready(entries),
      deliver: (events) => {
        for (const event of events) this.#show(watcher, new Change(this.#cache, event), from);
      },
      fail: (_event, error) => watcher.sink.fail(error),
      idle: () => {
        watcher.past = undefined;
        for (const change of watcher.later.splice(0)) this.#show(watcher, change, watcher.seen);
      },
    });
    watcher.past.push(past);
  }

  /** Ends the watches of all that might have been told of an event. */
  #fail(event: StoreEvent, error: unknown): void {
    const { namespace, name } = this.#cache.identityOf(event.type === 'put' ? event.entry.key : event.key);
    for (const group of ['', `namespace/${namespace}`, `name/${name}`])
      for (const { sink } of [...(this.#groups.get(group) ?? [])]) sink.fail(error);
  }

  #deliver(events: readonly StoreEvent[]): void {
    for (const event of events) {
      const change = new Change(this.#cache, event);
      for (const name of groupsOf(change))
        for (const watcher of this.#groups.get(name) ?? []) this.#offer(watcher, change);
    }
  }

  #offer(watcher: Watcher, change: Change): void {
    if (watcher.past) watcher.later.push(change);
    else this.#show(watcher, change, watcher.seen);
  }

  #show(watcher: Watcher, change: Change, seen: number): void {
    // A watcher may be newer than the change, or start at a revision that is still to come.
    if (change.revision <= seen) return;
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
