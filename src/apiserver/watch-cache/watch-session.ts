// One watch from its initial events to its end: initial state, changes, bookmarks, timeout. Created by StoredResource; opened
// by http/send.ts for a stream and by in-process.ts for an iterator, which only deliver the events.
// Upstream: staging/src/k8s.io/apiserver/pkg/storage/cacher/cache_watcher.go.
import { failure } from '../../api/status/status-error.ts';
import type { Clock, Timer } from '../../kit/clock.ts';
import { CompactedError } from '../../store/store.ts';
import type { Eventual } from '../registry/eventual.ts';
import type { Watcher, WatchSink } from './broadcaster.ts';
import { type View, WatchEvent } from './change.ts';
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

/** The state at the start of a watch, to be sent before any event. */
export interface InitialEvents {
  /** Objects to be sent as ADDED events. */
  readonly items: readonly Item[];
  /** The bookmark that ends a streaming list. */
  readonly end: WatchEvent | undefined;
}

export interface OpenWatch {
  /** A promise, which does not reject, if a webhook converts the objects. Events that are delivered before it resolves come
   *  after it. */
  readonly initial: Eventual<InitialEvents>;
  close(): void;
}

/** Delivers events to one caller; null ends the watch. `objects`: the caller reads the parsed objects, not the bytes. */
export type Deliver = (events: readonly WatchEvent[] | null) => void;

export interface WatchOpener {
  readonly view: View | undefined;
  open(deliver: Deliver, objects?: boolean): OpenWatch;
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
  return {
    view,
    open: (deliver, objects = false) =>
      new Session(cache, selection, { ...options, objects }, clock, deliver),
  };
}

const NOTHING: InitialEvents = { items: [], end: undefined };

interface SessionOptions extends WatchOptions {
  readonly objects: boolean;
}

class Session implements OpenWatch, WatchSink {
  initial: Eventual<InitialEvents> = NOTHING;
  readonly #cache: ResourceCache;
  readonly #clock: Clock;
  readonly #deliver: Deliver;
  readonly #timers: Timer[] = [];
  #watcher: Watcher | undefined;
  #ended = false;

  constructor(
    cache: ResourceCache,
    selection: Selection,
    options: SessionOptions,
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
    this.#timers.push(clock.after(options.timeoutMs, () => this.end()));
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

  #start(selection: Selection, options: SessionOptions): void {
    const { store, broadcaster } = this.#cache;
    const now = store.revision;
    // No write can come between the state and the first event: the state is taken synchronously.
    const items = options.from === undefined ? this.#items(selection) : [];
    const isList = options.endOfInitialEvents && options.bookmarks;
    const end = isList ? this.#bookmarkEvent(now, true) : undefined;
    this.initial = items instanceof Promise ? this.#converted(items, end) : { items, end };
    this.#watcher = broadcaster.add(selection, options.from ?? now, this, options.objects);
  }

  /** Of a whole namespace or resource, the array that the cache shares among its readers. */
  #items({ namespace, name, everything, matches }: Selection): Eventual<readonly Item[]> {
    const cache = this.#cache;
    const isOne = name !== undefined && (namespace !== '' || !cache.kind.resource.namespaced);
    if (!isOne && !cache.isRemote) {
      const items = cache.items(namespace);
      return everything ? items : items.filter(matches);
    }
    const one = isOne ? cache.entry(namespace, name) : undefined;
    const entries = isOne ? (one ? [one] : []) : cache.entries(namespace);
    const items = () => entries.map((entry) => cache.itemOf(entry)).filter(matches);
    const waiting = cache.ready(entries);
    return waiting ? waiting.then(items) : items();
  }

  /** A failure is told after the caller has taken the initial events, of which there are none then. */
  #converted(items: Promise<readonly Item[]>, end: WatchEvent | undefined): Promise<InitialEvents> {
    return items.then(
      (converted) => ({ items: converted, end }),
      (error: unknown) => {
        void this.#clock.turn().then(() => this.fail(error));
        return NOTHING;
      },
    );
  }

  #bookmark(): void {
    // A bookmark promises that everything up to its revision was sent.
    const { broadcaster, store } = this.#cache;
    if (this.#watcher && broadcaster.isCurrent(this.#watcher))
      broadcaster.push(this.#watcher, this.#bookmarkEvent(store.revision, false));
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
    const { status } = failure(410, 'Expired', `too old resource version: ${from} (${compacted})`);
    this.#ended = true;
    void this.#clock.turn().then(() => {
      this.#deliver([new WatchEvent('ERROR', plain(status))]);
      this.#deliver(null);
    });
  }

  /** Upstream: parseError in staging/src/k8s.io/apiserver/pkg/storage/etcd3/watcher.go. */
  fail(error: unknown): void {
    if (this.#ended) return;
    const message = error instanceof Error ? error.message : String(error);
    const { status } = failure(500, 'InternalError', message);
    const before = this.#watcher?.queue ?? [];
    this.close();
    this.#deliver([...before, new WatchEvent('ERROR', plain(status))]);
    this.#deliver(null);
  }

  end(): void {
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
