// The keys that an external signer's tokens are verified with: fetched at start, when the signer said that they should be, and for a
// token whose key is not known. When they cannot be fetched, those of before stay. Used by external-signer.ts.
// Upstream: pkg/serviceaccount/externaljwt/plugin/keycache.go.
import type { Clock, Timer } from '../../../kit/clock.ts';
import type { Logger } from '../../../kit/log.ts';
import { messageOf } from '../../../kit/message-of.ts';
import { type ExternalKey, type Keys, keysOf } from './answers.ts';
import { FETCH_KEYS } from './api.ts';
import type { SignerMetrics } from './metrics.ts';
import type { SignerClient } from './signer-client.ts';

export interface KeyCacheOptions {
  readonly client: SignerClient;
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics: SignerMetrics;
}

/** Milliseconds of one fetch, and between attempts while it fails; as upstream. */
const FETCH_MS = 60_000;
const RETRY_MS = 10_000;
/** Anybody can send tokens with unknown keys: the signer is asked for them at most once in so many milliseconds. Upstream asks for
 *  each. */
const ASK_EVERY_MS = 1_000;
/** The longest that a timer takes. */
const MAX_TIMER_MS = 2 ** 31 - 1;

export class KeyCache {
  readonly #options: KeyCacheOptions;
  #keys: readonly ExternalKey[] = [];
  /** On the monotonic clock. */
  #refreshAt = 0;
  #askedAt = Number.NEGATIVE_INFINITY;
  #fetching: Promise<void> | undefined;
  #timer: Timer | undefined;
  #isClosed = false;

  constructor(options: KeyCacheOptions) {
    this.#options = options;
  }

  get keys(): readonly ExternalKey[] {
    return this.#keys;
  }

  /** Seconds for which the keys may be kept elsewhere. */
  get maxAge(): number {
    return Math.max(0, Math.floor((this.#refreshAt - this.#options.clock.monotonic()) / 1000));
  }

  /** Fetches keys for the first time, and then again and again until close(). Rejects if there are none. */
  async start(): Promise<void> {
    await this.#fetch();
    this.#schedule(this.#untilRefresh());
  }

  /** Asks for a key that is not known. Never rejects. */
  async ask(): Promise<void> {
    const now = this.#options.clock.monotonic();
    if (now - this.#askedAt < ASK_EVERY_MS) return this.#fetching?.catch(() => {});
    this.#askedAt = now;
    try {
      await this.#fetch();
    } catch (error) {
      this.#options.log.warn('Error while syncing keys', { error: messageOf(error) });
    }
  }

  close(): void {
    this.#isClosed = true;
    this.#timer?.cancel();
  }

  #schedule(ms: number): void {
    if (this.#isClosed) return;
    this.#timer = this.#options.clock.after(Math.min(ms, MAX_TIMER_MS), () => void this.#refresh());
  }

  async #refresh(): Promise<void> {
    try {
      if (this.#untilRefresh() <= 0) await this.#fetch();
      this.#schedule(this.#untilRefresh());
    } catch (error) {
      this.#options.log.error('when syncing supported public keys(Stale set of keys will be supported)', {
        error: messageOf(error),
      });
      this.#schedule(RETRY_MS);
    }
  }

  #untilRefresh(): number {
    return Math.max(0, this.#refreshAt - this.#options.clock.monotonic());
  }

  /** One at a time: whoever asks meanwhile gets the same answer. */
  #fetch(): Promise<void> {
    this.#fetching ??= this.#fetchNow().finally(() => {
      this.#fetching = undefined;
    });
    return this.#fetching;
  }

  async #fetchNow(): Promise<void> {
    const { clock, metrics } = this.#options;
    try {
      const { keys, dataTimestamp, refreshHint } = await this.#fetched();
      this.#keys = keys;
      this.#refreshAt = clock.monotonic() + refreshHint * 1000;
      metrics.fetchedKeys(clock.now(), dataTimestamp);
    } catch (error) {
      metrics.failedToFetchKeys(error);
      throw new Error(`while fetching token verification keys: ${messageOf(error)}`, { cause: error });
    }
  }

  async #fetched(): Promise<Keys> {
    const { client } = this.#options;
    const answer = await client.call(FETCH_KEYS, {}, FETCH_MS).catch((cause) => {
      throw new Error(`while getting externally supported jwt signing keys: ${messageOf(cause)}`, { cause });
    });
    return keysOf(answer);
  }
}
