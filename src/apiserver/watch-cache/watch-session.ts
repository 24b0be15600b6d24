// One watch from its initial events to its end: initial state, changes, bookmarks, timeout. Created by StoredResource; opened
// by http/send.ts for a stream and by in-process.ts for an iterator, which only deliver the events.
// Upstream: staging/src/k8s.io/apiserver/pkg/storage/cacher/cache_watcher.go.
import type { Clock, Timer } from '../../kit/clock.ts';
import { CompactedError } from '../../store/store.ts';
import type { Watcher, WatchSink } from './broadcaster.ts';
import { WatchEvent } from './change.ts';
import { Item } from './item.ts';
import type { ResourceCache } from './resource-cache.ts';
import type { Selection } from './selection.ts';

export interface WatchOptions {
  /** Events after this revision; undefined starts with the current state as ADDED events. */
  readonly from: number | undefined;
  readonly bookmarks: boolean;
  /** Sends a bookmark with the annotation k8s.io/initial-events-end after the initial state (streaming lists). */
  readonly endOfInitialEvents: boolean;
  readonly timeoutMs: number;
}

export interface OpenWatch {
  close(): void;
}

/** Delivers events to one caller; null ends the watch. */
export type Deliver = (events: readonly WatchEvent[] | null) => void;

/** Another form of the objects in events: a Table or partial metadata. `name` identifies the form in WatchEvent's cache. */
export interface View {
  readonly name: string;
  readonly make: (item: Item) => Buffer;
}

export interface WatchOpener {
  readonly view: View | undefined;
  open(deliver: Deliver): OpenWatch;
}

/** Milliseconds; as upstream, about a minute. */
const BOOKMARK_INTERVAL = 60_000;

export function watchSession(
  cache: ResourceCache,
  selection: Selection,
  options: WatchOptions,
  clock: Clock,
  view?: View,
): WatchOpener {
  return { view, open: (deliver) => new Session(cache, selection, options, clock, deliver) };
}

class Session implements OpenWatch, WatchSink {
  readonly #cache: ResourceCache;
  readonly #clock: Clock;
  readonly #deliver: Deliver;
  readonly #timers: Timer[] = [];
  #watcher: Watcher | undefined;
  #ended = false;

  constructor(
    cache: ResourceCache,
    selection: Selection,
    options: WatchOptions,
    clock: Clock,
    deliver: Deliver,
  ) {
    this.#cache = cache;
    this.#clock = clock;
    this.#deliver = deliver;
    try {
      this.#start(selection, options);
    } catch (error) {
      if (!(error instanceof CompactedError)) throw error;
      this.#refuse(options.from!, error.compacted);
      return;
    }
    this.#timers.push(clock.after(options.timeoutMs, () => this.#end()));
    if (options.bookmarks) this.#timers.push(clock.every(BOOKMARK_INTERVAL, () => this.#bookmark()));
  }

  send(events: readonly WatchEvent[]): void {
    this.#deliver(events);
  }

  close(): void {
    this.#ended = true;
    if (this.#watcher) this.#cache.broadcaster.remove(this.#watcher);
    for (const timer of this.#timers) timer.cancel();
  }

  #start(selection: Selection, options: WatchOptions): void {
    const { store, broadcaster } = this.#cache;
    const now = store.revision;
    const initial = options.from === undefined ? this.#initial(selection) : [];
    this.#watcher = broadcaster.add(selection, options.from ?? now, this);
    if (options.endOfInitialEvents && options.bookmarks) initial.push(this.#bookmarkEvent(now, true));
    // Initial events are queued before any change: all of this is synchronous, so nothing was written since `now`.
    for (const event of initial) broadcaster.push(this.#watcher, event);
  }

  #initial({ namespace, name, matches }: Selection): WatchEvent[] {
    const one = name !== undefined && (namespace || !this.#cache.kind.resource.namespaced);
    const found = one ? [this.#cache.get(namespace, name)].filter((i) => i !== undefined) : undefined;
    const items = found ?? this.#cache.items(namespace);
    return items.filter(matches).map((item) => new WatchEvent('ADDED', item));
  }

  #bookmark(): void {
    // A bookmark promises that everything up to its revision was sent: true only if the watcher's queue is empty.
    if (this.#watcher?.queue.length === 0)
      this.#cache.broadcaster.push(this.#watcher, this.#bookmarkEvent(this.#cache.store.revision, false));
  }

  #bookmarkEvent(revision: number, initialEnd: boolean): WatchEvent {
    const { group, version, kind } = this.#cache.kind.resource;
    const object = {
      kind,
      apiVersion: group ? `${group}/${version}` : version,
      metadata: {
        resourceVersion: String(revision),
        creationTimestamp: null,
        ...(initialEnd && { annotations: { 'k8s.io/initial-events-end': 'true' } }),
      },
    };
    return new WatchEvent('BOOKMARK', plain(object));
  }

  #refuse(from: number, compacted: number): void {
    const status = {
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Failure',
      message: `too old resource version: ${from} (${compacted})`,
      reason: 'Expired',
      code: 410,
    };
    this.#ended = true;
    void this.#clock.turn().then(() => {
      this.#deliver([new WatchEvent('ERROR', plain(status))]);
      this.#deliver(null);
    });
  }

  #end(): void {
    if (this.#ended) return;
    this.close();
    this.#deliver(null);
  }
}

/** The object of a bookmark or error event. */
function plain(object: object): Item {
  const bytes = Buffer.from(JSON.stringify(object));
  return new Item(bytes, { metadata: {} }, {});
}
