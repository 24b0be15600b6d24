// A list that stays as the server has it: listed in pages, then watched from there; watched again from the last event when the
// connection was lost, listed again when the server has forgotten that far. Changes are shown once a frame.
import { type ReadonlySignal, signal } from '@preact/signals';
import { systemClock, type Timer } from '../../../kit/clock.ts';
import { ApiError, api, type Query, withQuery } from './client.ts';
import { connections, openWatch } from './streams.ts';

export type LiveState = 'loading' | 'live' | 'lost' | 'refused';

export interface WatchFrame {
  readonly type: string;
  readonly object: unknown;
}

/** How the server's lists and events become items. */
export interface Shape<Item> {
  readonly accept: string;
  /** Further parameters of lists and watches. */
  readonly query: Query;
  /** What a list says about all of its items. */
  headOf?(list: unknown): unknown;
  itemsOf(list: unknown): readonly Item[];
  /** Undefined for what has no object: a bookmark. */
  itemOf(object: unknown): Item | undefined;
  keyOf(item: Item): string;
}

interface ListMeta {
  readonly metadata?: { readonly resourceVersion?: string; readonly continue?: string };
}

/** The first page is small, so that something is seen at once. */
const FIRST_PAGE = 250;
const NEXT_PAGE = 2500;
/** Changes are shown this often, milliseconds. */
const SHOWN_EVERY = 50;
const RETRY_MS = 3000;
const GONE = 410;

export class LiveSource<Item> {
  readonly items = signal<readonly Item[]>([]);
  readonly state = signal<LiveState>('loading');
  readonly error = signal<ApiError | undefined>(undefined);
  readonly head = signal<unknown>(undefined);
  readonly #path: string;
  readonly #shape: Shape<Item>;
  readonly #byKey = new Map<string, Item>();
  readonly #over = new AbortController();
  readonly #stopWaiting: () => void;
  #version: string | undefined;
  #endWatch: (() => void) | undefined;
  #showing: Timer | undefined;
  #retrying: Timer | undefined;
  #busy = false;

  constructor(path: string, shape: Shape<Item>) {
    this.#path = path;
    this.#shape = shape;
    this.#stopWaiting = connections.subscribe(() => this.#goOn());
  }

  close(): void {
    this.#stopWaiting();
    this.#over.abort();
    this.#endWatch?.();
    this.#showing?.cancel();
    this.#retrying?.cancel();
  }

  /** Whatever is to be done next. */
  #goOn(): void {
    if (this.#over.signal.aborted || this.#busy || this.#endWatch) return;
    if (this.#version === undefined) void this.#list();
    else this.#watch(this.#version);
  }

  async #list(): Promise<void> {
    this.#busy = true;
    const { accept, query, headOf, itemsOf, keyOf } = this.#shape;
    const signal = this.#over.signal;
    const found = new Map<string, Item>();
    const isFirst = this.#byKey.size === 0;
    try {
      let limit = FIRST_PAGE;
      let next: string | undefined;
      let version: string | undefined;
      do {
        const page = await api.get<ListMeta>(
          this.#path,
          { ...query, limit, continue: next },
          { accept, signal },
        );
        if (version === undefined) this.head.value = headOf?.(page);
        for (const item of itemsOf(page)) {
          found.set(keyOf(item), item);
          if (isFirst) this.#byKey.set(keyOf(item), item);
        }
        if (isFirst) this.#show();
        version ??= page.metadata?.resourceVersion;
        next = page.metadata?.continue || undefined;
        limit = NEXT_PAGE;
      } while (next);
      this.#byKey.clear();
      for (const [key, item] of found) this.#byKey.set(key, item);
      this.#version = version;
      this.#show();
      this.state.value = 'live';
      this.error.value = undefined;
    } catch (error) {
      this.#failed(error);
    } finally {
      this.#busy = false;
    }
    if (this.#version !== undefined) this.#goOn();
  }

  #failed(error: unknown): void {
    if (this.#over.signal.aborted) return;
    if (error instanceof ApiError && error.status !== GONE && error.status < 500 && error.status !== 429) {
      this.error.value = error;
      this.state.value = 'refused';
      return;
    }
    this.state.value = this.#byKey.size > 0 ? 'lost' : 'loading';
    this.#retry();
  }

  #retry(): void {
    this.#retrying?.cancel();
    this.#retrying = systemClock.after(RETRY_MS, () => this.#goOn());
  }

  #watch(resourceVersion: string): void {
    const { accept, query } = this.#shape;
    const path = withQuery(this.#path, { ...query, resourceVersion, allowWatchBookmarks: true });
    this.#endWatch = openWatch(path, accept, {
      lines: (text) => this.#take(text),
      ended: (error) => {
        this.#endWatch = undefined;
        if (error?.status === GONE) this.#version = undefined;
        if (error) this.#failed(error);
        else this.#goOn();
      },
      lost: () => {
        this.#endWatch = undefined;
        if (this.state.value === 'live') this.state.value = 'lost';
      },
    });
    if (this.#endWatch && this.state.value === 'lost') this.state.value = 'live';
  }

  #take(text: string): void {
    for (const line of text.split('\n')) {
      const { type, object } = JSON.parse(line) as WatchFrame;
      if (type === 'ERROR') return this.#lostTrack();
      const version = versionOf(object);
      if (version) this.#version = version;
      const item = type === 'BOOKMARK' ? undefined : this.#shape.itemOf(object);
      if (item === undefined) continue;
      const key = this.#shape.keyOf(item);
      if (type === 'DELETED') this.#byKey.delete(key);
      else this.#byKey.set(key, item);
    }
    this.#showing ??= systemClock.after(SHOWN_EVERY, () => this.#show());
  }

  /** What the server no longer remembers: everything is listed anew. */
  #lostTrack(): void {
    this.#version = undefined;
    this.#endWatch?.();
    this.#endWatch = undefined;
    this.#retry();
  }

  #show(): void {
    this.#showing?.cancel();
    this.#showing = undefined;
    this.items.value = [...this.#byKey.values()];
  }
}

/** Of an object, or of the object in the row of a table. */
function versionOf(object: unknown): string | undefined {
  const { metadata, rows } = object as {
    metadata?: { resourceVersion?: string };
    rows?: { object?: { metadata?: { resourceVersion?: string } } }[];
  };
  return rows?.[0]?.object?.metadata?.resourceVersion || metadata?.resourceVersion;
}

export interface Live<Item> {
  readonly items: ReadonlySignal<readonly Item[]>;
  readonly state: ReadonlySignal<LiveState>;
  readonly error: ReadonlySignal<ApiError | undefined>;
  readonly head: ReadonlySignal<unknown>;
}
