// Objects of one collection as they are now: listed, then watched, again after a loss. Used for the pods and the workloads of a project.
import type { Clock } from '../../../kit/clock.ts';
import { readJsonLines } from '../../../kit/http1/json-lines.ts';
import type { KubeObject } from '../../../kubectl/resources/object.ts';
import type { Requests } from '../../../kubectl/session/requests.ts';

interface List<T> {
  readonly apiVersion?: string;
  /** That of the items with List behind it; they do not say it themselves. */
  readonly kind?: string;
  readonly metadata?: { readonly resourceVersion?: string };
  readonly items?: readonly T[];
}

interface WatchEvent<T> {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR';
  readonly object: T;
}

export interface LiveOptions {
  readonly requests: Requests;
  readonly path: string;
  /** Selectors. */
  readonly query: Readonly<Record<string, string>>;
  readonly clock: Pick<Clock, 'sleep'>;
  readonly signal: AbortSignal;
  /** After each change. */
  readonly onChange: () => void;
}

const AGAIN_MS = 500;

export class LiveObjects<T extends KubeObject> {
  readonly #options: LiveOptions;
  #objects = new Map<string, T>();

  constructor(options: LiveOptions) {
    this.#options = options;
  }

  get all(): readonly T[] {
    return [...this.#objects.values()];
  }

  /** Resolves with the first list; what follows arrives until the signal aborts. */
  async start(): Promise<void> {
    const version = await this.#list();
    void this.#follow(version);
  }

  async #list(): Promise<string> {
    const { requests, path, query, signal } = this.#options;
    const list = await requests.json<List<T>>({ path, query, signal });
    const { apiVersion, kind = '', items = [] } = list;
    const type = { apiVersion, kind: kind.replace(/List$/, '') };
    this.#objects = new Map(items.map((object) => [keyOf(object), { ...type, ...object }]));
    this.#options.onChange();
    return list.metadata?.resourceVersion ?? '';
  }

  async #follow(from: string): Promise<void> {
    const { signal, clock } = this.#options;
    let version: string | undefined = from;
    while (!signal.aborted) {
      try {
        version = await this.#watch(version ?? (await this.#list()));
      } catch {
        version = undefined;
        if (!signal.aborted) await clock.sleep(AGAIN_MS, signal).catch(() => {});
      }
    }
  }

  /** The version until which events have come when the server ends the watch. */
  async #watch(from: string): Promise<string> {
    const { requests, path, query, signal, onChange } = this.#options;
    let resourceVersion = from;
    const parameters = { ...query, watch: 'true', allowWatchBookmarks: 'true', resourceVersion };
    const events = await requests.stream({ path, query: parameters }, signal);
    for await (const { type, object } of readJsonLines<WatchEvent<T>>(events, signal)) {
      if (type === 'ERROR') throw new Error('the version is gone');
      resourceVersion = object.metadata?.resourceVersion ?? resourceVersion;
      if (type === 'BOOKMARK') continue;
      if (type === 'DELETED') this.#objects.delete(keyOf(object));
      else this.#objects.set(keyOf(object), object);
      onChange();
    }
    return resourceVersion;
  }
}

const keyOf = ({ metadata }: KubeObject): string => metadata?.uid ?? '';
