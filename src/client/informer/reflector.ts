// Keeps a target equal to what the API server holds: the whole state once, then each change from its version on, and the
// whole state again when the server no longer has that version (410). Asks for a streaming list (WatchList) first, and for a
// plain list when the server answers that with an error. A broken connection or a restarted server costs a watch from the last
// version, after a wait.
import type { AnyResource, KubeObject } from '../../api/meta/v1/resource.ts';
import { isExpired, isTooManyRequests, StatusError } from '../../api/status/status-error.ts';
import { Backoff } from '../../kit/backoff.ts';
import type { Clock } from '../../kit/clock.ts';
import type { Logger } from '../../kit/log.ts';
import { messageOf } from '../../kit/message-of.ts';
import type { Random } from '../../kit/random.ts';
import type { Client, ListQuery } from '../client.ts';
import { errorOfFrame } from '../rest/failure.ts';
import type { WatchFrame } from '../transport/transport.ts';

/** What a reflector fills. Calls come one after another, in the order of revisions. */
export interface ReflectorTarget {
  /** The whole contents, as of one revision. */
  replace(objects: readonly KubeObject[]): void;
  put(object: KubeObject): void;
  remove(object: KubeObject): void;
  /** An attempt failed; another one follows. */
  failed(error: unknown): void;
}

export interface ReflectorOptions {
  readonly client: Client;
  readonly kind: AnyResource;
  readonly filter?: Pick<ListQuery, 'namespace' | 'labelSelector' | 'fieldSelector'>;
  readonly clock: Clock;
  /** Stretches the waits between failed attempts, so that the clients of a restarted server do not reconnect all at once. */
  readonly random: Random;
  readonly log: Logger;
}

/** The annotation of the bookmark that ends the initial events of a streaming list. */
const INITIAL_EVENTS_END = 'k8s.io/initial-events-end';
/** A watch that ends sooner without a frame counts as a failure. */
const SHORT_WATCH_MS = 1_000;
/** As client-go's reflector: 800 ms doubling up to 30 s, each wait stretched by up to its own length. */
const BACKOFF = { base: 800, cap: 30_000 };

export class Reflector {
  readonly #options: ReflectorOptions;
  readonly #target: ReflectorTarget;
  readonly #backoff = new Backoff<string>(BACKOFF);
  #version = '';
  /** While it waits after a failure. */
  #wait: AbortController | undefined;

  constructor(options: ReflectorOptions, target: ReflectorTarget) {
    this.#options = options;
    this.#target = target;
  }

  /** Runs until the signal aborts. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        await this.#follow(signal);
      } catch (error) {
        if (signal.aborted) return;
        await this.#recover(error, signal);
      }
    }
  }

  /** Tries at once if it waits after a failure, and waits shortly after the next one. */
  retry(): void {
    if (!this.#wait) return;
    this.#backoff.forget('failed');
    this.#wait.abort();
  }

  async #follow(signal: AbortSignal): Promise<void> {
    if (this.#version) return this.#watch(signal);
    try {
      return await this.#watchList(signal);
    } catch (error) {
      if (this.#version || signal.aborted || !listsAfter(error)) throw error;
    }
    return this.#list();
  }

  async #list(): Promise<void> {
    const { client, kind, filter } = this.#options;
    const { items, resourceVersion } = await client.list(kind, { ...filter });
    const objects: readonly unknown[] = items;
    this.#target.replace(objects as readonly KubeObject[]);
    this.#version = resourceVersion;
  }

  async #recover(error: unknown, signal: AbortSignal): Promise<void> {
    if (isExpired(error)) {
      // The first 410 is normal after a long pause, so the list follows at once; a second one in a row waits.
      this.#version = '';
      if (this.#backoff.failures('expired') === 0) {
        this.#backoff.next('expired');
        return;
      }
    }
    const { kind, log, clock, random } = this.#options;
    const wait = Math.round(this.#backoff.next('failed') * (1 + random.float()));
    this.#target.failed(error);
    log.warn('watch failed, trying again', { kind: kind.resource.kind, wait, error: messageOf(error) });
    this.#wait = new AbortController();
    await clock.sleep(wait, AbortSignal.any([signal, this.#wait.signal])).catch(() => {});
    this.#wait = undefined;
  }

  /** One watch that begins with the whole state, which a bookmark ends. */
  async #watchList(signal: AbortSignal): Promise<void> {
    const { client, kind, filter } = this.#options;
    const query = { ...filter, sendInitialEvents: true, allowWatchBookmarks: true };
    const began = this.#options.clock.monotonic();
    const frames = await client.watch(kind, query, signal);
    let initial: Map<string, KubeObject> | undefined = new Map();
    for await (const frame of frames) {
      if (!initial) {
        this.#take(frame);
        continue;
      }
      const object = objectOf(frame);
      if (frame.type !== 'BOOKMARK') gather(initial, frame.type, object);
      else if (object.metadata.annotations?.[INITIAL_EVENTS_END] === 'true') {
        this.#target.replace([...initial.values()]);
        this.#succeeded(object);
        initial = undefined;
      }
    }
    if (initial) this.#checkShortWatch(began, signal);
  }

  async #watch(signal: AbortSignal): Promise<void> {
    const { client, kind, filter } = this.#options;
    const query = { ...filter, resourceVersion: this.#version, allowWatchBookmarks: true };
    const began = this.#options.clock.monotonic();
    let frames = 0;
    for await (const frame of await client.watch(kind, query, signal)) {
      this.#take(frame);
      frames++;
    }
    if (frames === 0) this.#checkShortWatch(began, signal);
  }

  /** Makes the caller wait: a server that ends watches at once would otherwise be asked again without a pause. */
  #checkShortWatch(began: number, signal: AbortSignal): void {
    if (!signal.aborted && this.#options.clock.monotonic() - began < SHORT_WATCH_MS)
      throw new Error('very short watch: it ended before anything came');
  }

  #take(frame: WatchFrame): void {
    const object = objectOf(frame);
    if (frame.type === 'DELETED') this.#target.remove(object);
    else if (frame.type !== 'BOOKMARK') this.#target.put(object);
    this.#succeeded(object);
  }

  #succeeded(object: KubeObject): void {
    this.#version = object.metadata.resourceVersion ?? this.#version;
    this.#backoff.forget('failed');
    this.#backoff.forget('expired');
  }
}

function objectOf(frame: WatchFrame): KubeObject {
  if (frame.type === 'ERROR') throw errorOfFrame(frame);
  return frame.object as KubeObject;
}

function gather(initial: Map<string, KubeObject>, type: WatchFrame['type'], object: KubeObject): void {
  const key = `${object.metadata.namespace ?? ''}/${object.metadata.name ?? ''}`;
  if (type === 'DELETED') initial.delete(key);
  else initial.set(key, object);
}

/**
 * A server without streaming lists, or one that cannot serve them (its etcd reports no progress), answers with an error that a plain
 * list does not meet. As client-go's reflector: whatever the error, unless the server asks to wait or no longer has the version.
 */
const listsAfter = (error: unknown): boolean =>
  error instanceof StatusError && !isTooManyRequests(error) && !isExpired(error);
