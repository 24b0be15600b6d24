// Waits until the replica shows what any server has been promised: a linearizable read says which revision that is. Callers that
// wait at the same time share one read. When no event brings that revision, because what was written last is none of the store's,
// a key of this server's own is: its event comes after everything before it. (etcd's own progress notifications are no help: before
// 3.4.31 and 3.5.13 they may overtake events, https://github.com/etcd-io/etcd/issues/15220.)
// Called by etcd-store.ts and watchdog.ts.
import type { Clock } from '../../kit/clock.ts';
import { EngineTimeoutError } from '../failures.ts';
import { ATTEMPT_MS, REQUEST_MS } from './limits.ts';
import { type EtcdMetrics, NO_RESOURCE } from './metrics.ts';
import type { Waiters } from './replica/waiters.ts';
import type { Endpoints } from './rpc/endpoints.ts';
import { engineError, isRefused } from './rpc/errors.ts';
import { RANGE } from './rpc/methods.ts';
import type { Fence } from './writes/fence.ts';

/** How long an event may be on its way before the mark is written. */
const ON_ITS_WAY_MS = 50;
const AGAIN_MS = 100;

export interface BarrierOptions {
  readonly clock: Clock;
  readonly endpoints: Endpoints;
  readonly waiters: Waiters;
  readonly metrics: EtcdMetrics;
  /** Not the fence of writes: those under way must not fail for it. */
  readonly mark: Fence;
}

export class Barrier {
  readonly #options: BarrierOptions;
  /** The round that has not begun yet, and that which has. */
  #next: Promise<void> | undefined;
  #running: Promise<void> | undefined;

  constructor(options: BarrierOptions) {
    this.#options = options;
  }

  pass(): Promise<void> {
    if (this.#next) return this.#next;
    const after = this.#running;
    const begin = async () => {
      // Those who call in this turn of the event loop go with it.
      await (after ? after.catch(() => {}) : undefined);
      this.#next = undefined;
      this.#running = this.#round();
      return this.#running;
    };
    this.#next = begin();
    // A caller that has gone leaves its promise.
    this.#next.catch(() => {});
    return this.#next;
  }

  /** The newest revision that etcd has, by a quorum. */
  async head(ms: number): Promise<number> {
    const { endpoints, mark, metrics } = this.#options;
    const request = endpoints.call(RANGE, { key: mark.key, count_only: true }, ms);
    const { header } = await metrics.measured('get', NO_RESOURCE, request);
    return header.revision;
  }

  /** Resolves when the replica shows `revision`, if need be with the help of the mark, after `patience`. */
  async shown(revision: number, ms: number, patience = ON_ITS_WAY_MS): Promise<void> {
    const { waiters, mark, clock } = this.#options;
    const end = clock.monotonic() + ms;
    if (await waiters.shown(revision, patience)) return;
    mark.renew(ms).catch(() => {});
    await waiters.until(revision, Math.max(0, end - clock.monotonic()));
  }

  async #round(): Promise<void> {
    const { clock } = this.#options;
    const end = clock.monotonic() + REQUEST_MS;
    const left = () => Math.max(1, end - clock.monotonic());
    for (;;) {
      try {
        const revision = await this.head(Math.min(ATTEMPT_MS, left()));
        return await this.shown(revision, left());
      } catch (error) {
        if (isRefused(error) || error instanceof EngineTimeoutError || left() <= AGAIN_MS)
          throw engineError(error);
        await clock.sleep(AGAIN_MS);
      }
    }
  }
}
