// Watches one resource through cuts and restarts: each stream resumes after the last revision delivered. When that has been
// compacted, it starts anew with a streaming list. Records all that is delivered.
import { systemClock } from '../../../src/kit/clock.ts';
import type { Stream, Watched, WatchItem } from '../history.ts';
import type { Connection } from './connection.ts';
import { pathOf, type Resource, versionOf } from './resources.ts';

/** Between two streams, in milliseconds. */
const PAUSE = 20;

export interface Watcher {
  readonly watched: Watched;
  /** Whether this value has been delivered. */
  saw(value: string): boolean;
  stop(): Promise<void>;
}

export interface WatcherOptions {
  readonly client: string;
  readonly connection: Connection;
  readonly resource: Resource;
  readonly namespace: string;
  /** Undefined begins with a streaming list. */
  readonly from: number | undefined;
  /** Ends each stream after this many seconds and resumes it. */
  readonly timeoutSeconds?: number;
}

export function startWatcher(options: WatcherOptions): Watcher {
  const over = new AbortController();
  const watched: Watched = { client: options.client, resource: options.resource.name, streams: [] };
  const values = new Set<string>();
  const done = follow(options, watched, values, over.signal);
  // Told by stop(): before, it would end the whole run.
  done.catch(() => {});
  return {
    watched,
    saw: (value) => values.has(value),
    stop: async () => {
      over.abort();
      await done;
      options.connection.close();
    },
  };
}

async function follow(
  options: WatcherOptions,
  watched: Watched,
  values: Set<string>,
  signal: AbortSignal,
): Promise<void> {
  let from = options.from;
  while (!signal.aborted) {
    const stream: Stream = { from, items: [] };
    watched.streams.push(stream);
    let expired = false;
    const line = (text: string) => {
      const item = itemOf(options.resource, JSON.parse(text));
      if (item === 'expired') expired = true;
      else if (item) {
        stream.items.push(item);
        if (item.type !== 'BOOKMARK') values.add(item.version.value);
      }
    };
    const status = await options.connection.stream(pathOfStream(options, from), line, signal);
    // A new list: what happened in between stays unseen, and the checks are told so by a stream without a beginning.
    from = expired || status === 410 ? undefined : reached(stream);
    if (!signal.aborted) await systemClock.sleep(PAUSE);
  }
}

function pathOfStream(
  { resource, namespace, timeoutSeconds }: WatcherOptions,
  from: number | undefined,
): string {
  const begin =
    from === undefined
      ? 'sendInitialEvents=true&resourceVersionMatch=NotOlderThan&resourceVersion='
      : `resourceVersion=${from}`;
  const timeout = timeoutSeconds ? `&timeoutSeconds=${timeoutSeconds}` : '';
  return `${pathOf(resource, namespace)}?watch=1&allowWatchBookmarks=true&${begin}${timeout}`;
}

// biome-ignore lint/suspicious/noExplicitAny: an event as it came over the wire
function itemOf(resource: Resource, { type, object }: any): WatchItem | 'expired' | undefined {
  if (type === 'ERROR') {
    if (object.code === 410) return 'expired';
    throw new Error(`a watch ended with ${JSON.stringify(object)}`);
  }
  if (type === 'BOOKMARK') {
    const initialEnd = object.metadata.annotations?.['k8s.io/initial-events-end'] === 'true';
    return { type, revision: Number(object.metadata.resourceVersion), initialEnd };
  }
  const version = versionOf(resource.name, object);
  return version && { type, version };
}

/** Where the next stream begins. Before the end of the initial state the order of events says nothing. */
function reached({ from, items }: Stream): number | undefined {
  if (from === undefined && !items.some((item) => item.type === 'BOOKMARK' && item.initialEnd))
    return undefined;
  const last = items.at(-1);
  if (!last) return from;
  return last.type === 'BOOKMARK' ? last.revision : last.version.revision;
}
