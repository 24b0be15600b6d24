// Ends the doubt about writes whose answer was lost. Each write of this server succeeds only while a key of the server's own, the
// fence, is at the revision that was known when it was sent. Writing the fence makes every earlier write that etcd has not carried
// out yet fail, however late it arrives; once the replica shows the new fence, it shows all of them that succeeded.
// The barrier has a second one, for the sake of its event. The key does not exist until it is needed, and expires.
// Called by writer.ts and barrier.ts.

import { FENCE_TTL_SECONDS } from '../limits.ts';
import type { Waiters } from '../replica/waiters.ts';
import type { Endpoints } from '../rpc/endpoints.ts';
import type { Compare, WatchEvent } from '../rpc/messages.ts';
import { TXN } from '../rpc/methods.ts';
import type { Leases } from './leases.ts';

export interface FenceOptions {
  readonly key: Buffer;
  readonly endpoints: Endpoints;
  readonly leases: Leases;
  readonly waiters: Waiters;
}

export class Fence {
  readonly #options: FenceOptions;
  /** The revision of the key as the replica shows it; 0 while there is none. */
  #revision = 0;
  #next: Promise<void> | undefined;

  constructor(options: FenceOptions) {
    this.#options = options;
  }

  get key(): Buffer {
    return this.#options.key;
  }

  get revision(): number {
    return this.#revision;
  }

  /** What a write adds to its conditions. */
  get condition(): Compare {
    return { target: 'mod', key: this.#options.key, mod_revision: this.#revision };
  }

  /** Called by the replica for each event that is not of the store. */
  seen({ type, kv }: WatchEvent): void {
    if (kv.key.equals(this.#options.key)) this.#revision = type === 'put' ? kv.mod_revision : 0;
  }

  /** Resolves when the fence has been written after this call and the replica shows it; rejects when it does not within `ms`. */
  renew(ms: number): Promise<void> {
    // A round that is already under way may have been sent before the caller's doubt began.
    this.#next ??= Promise.resolve(this.#running)
      .catch(() => {})
      .then(() => {
        this.#next = undefined;
        this.#running = this.#write(ms);
        return this.#running;
      });
    return this.#next;
  }

  #running: Promise<void> | undefined;

  async #write(ms: number): Promise<void> {
    const { key, endpoints, leases, waiters } = this.#options;
    const lease = await leases.for(FENCE_TTL_SECONDS, ms);
    const put = { request_put: { key, value: Buffer.from('fence'), lease } };
    try {
      const { header } = await endpoints.call(TXN, { compare: [], success: [put], failure: [] }, ms);
      await waiters.until(header.revision, ms);
    } catch (error) {
      leases.lost(FENCE_TTL_SECONDS);
      throw error;
    }
  }
}
