// Key sets that RoutePolicies have by URL: each is read again every five minutes, and those that were read last hold for a day while that
// fails. Made by ../gateway-part.ts with the first URL.
import type { Clock, Timer } from '../../kit/clock.ts';
import { messageOf } from '../../kit/message-of.ts';
import type { JwtKey } from '../model/policy.ts';
import { firstOfEach } from '../model/shares.ts';
import { keysOf } from '../routes/policies/key-set.ts';

/** Of all namespaces, which share them. */
const MOST = 100;
/** Milliseconds. */
const REFRESH = 300_000;
const [RETRY, LONGEST_RETRY] = [5_000, REFRESH];
const GOOD_FOR = 24 * 3_600_000;

export type RemoteKeySet = readonly JwtKey[] | string;

export interface RemoteKeysOptions {
  /** Rejects with what users may know. */
  readonly fetch: (url: string, signal: AbortSignal) => Promise<string>;
  readonly changed: () => void;
  readonly clock: Clock;
}

interface Source {
  readonly stop: AbortController;
  text?: string;
  keys?: readonly JwtKey[];
  /** When the keys were read. */
  since: number;
  problem: string;
  failures: number;
  timer?: Timer;
}

export class RemoteKeys {
  readonly #options: RemoteKeysOptions;
  readonly #sources = new Map<string, Source>();
  #beyond: ReadonlySet<string> = new Set();

  constructor(options: RemoteKeysOptions) {
    this.#options = options;
  }

  /** The keys, the same object while they are the same, or why there are none. */
  get(namespace: string, url: string): RemoteKeySet {
    if (this.#beyond.has(keyOf(namespace, url)))
      return `the door reads ${MOST} key sets, and the namespace names more than its share`;
    const source = this.#sources.get(url);
    return source ? (source.keys ?? source.problem) : NOT_YET;
  }

  /** `wanted`: namespace, space, URL. True if something else is to be said of one of them. */
  watch(wanted: ReadonlySet<string>): boolean {
    const all = [...wanted];
    const chosen = new Set(firstOfEach(all, (key) => key.slice(0, key.indexOf(' ')), MOST));
    const urls = new Set([...chosen].map((key) => key.slice(key.indexOf(' ') + 1)));
    for (const [url, source] of this.#sources)
      if (!urls.has(url)) {
        end(source);
        this.#sources.delete(url);
      }
    for (const url of urls) if (!this.#sources.has(url)) this.#start(url);
    const before = this.#beyond;
    this.#beyond = new Set(all.filter((key) => !chosen.has(key)));
    return before.size !== this.#beyond.size || [...before].some((key) => !this.#beyond.has(key));
  }

  stop(): void {
    for (const source of this.#sources.values()) end(source);
    this.#sources.clear();
  }

  #start(url: string): void {
    const source = { stop: new AbortController(), since: 0, problem: NOT_YET, failures: 0 };
    this.#sources.set(url, source);
    void this.#read(url, source);
  }

  async #read(url: string, source: Source): Promise<void> {
    const { fetch, changed, clock } = this.#options;
    const { keys, problem } = source;
    try {
      this.#take(source, await fetch(url, source.stop.signal));
    } catch (error) {
      source.failures++;
      source.problem = `the key set is not read: ${messageOf(error)}`;
      if (clock.monotonic() - source.since > GOOD_FOR) delete source.keys;
    }
    if (source.stop.signal.aborted) return;
    const retry = Math.min(LONGEST_RETRY, RETRY * 2 ** Math.min(source.failures - 1, 20));
    source.timer = clock.after(source.failures > 0 ? retry : REFRESH, () => void this.#read(url, source));
    if (source.keys !== keys || (!keys && source.problem !== problem)) changed();
  }

  /** Throws when it is none. */
  #take(source: Source, text: string): void {
    if (text !== source.text || !source.keys) {
      const keys = keysOf(text);
      if (typeof keys === 'string') throw new Error(keys);
      source.text = text;
      source.keys = keys;
    }
    source.since = this.#options.clock.monotonic();
    source.failures = 0;
  }
}

const NOT_YET = 'the key set has not been read yet';

const keyOf = (namespace: string, url: string): string => `${namespace} ${url}`;

function end({ stop, timer }: Source): void {
  stop.abort();
  timer?.cancel();
}
