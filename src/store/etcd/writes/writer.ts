// Writes as transactions that compare the key's revision. Writes of one key follow each other; a write ends when the replica shows
// it, or the one that won. When its answer is lost, the fence decides what became of it: it is then answered, or made again,
// and never twice. Called by etcd-store.ts.
import type { Clock } from '../../../kit/clock.ts';
import { DiskAlarmError, EngineTimeoutError } from '../../failures.ts';
import { ConflictError, type Entry, KeyExistsError, type WriteOptions } from '../../store.ts';
import type { EtcdCodec } from '../codec.ts';
import type { Layout } from '../layout.ts';
import { ATTEMPT_MS, FIRST_ATTEMPT_MS, REQUEST_MS } from '../limits.ts';
import type { EtcdMetrics } from '../metrics.ts';
import type { Pending, Replica } from '../replica/replica.ts';
import type { Waiters } from '../replica/waiters.ts';
import type { Endpoints } from '../rpc/endpoints.ts';
import { engineError, isLeaseLost, isRefused } from '../rpc/errors.ts';
import type { RequestOp, TxnResponse, WatchEvent } from '../rpc/messages.ts';
import { TXN } from '../rpc/methods.ts';
import type { Fence } from './fence.ts';
import type { Leases } from './leases.ts';

export interface WriterOptions {
  readonly clock: Clock;
  readonly codec: EtcdCodec;
  readonly layout: Layout;
  readonly endpoints: Endpoints;
  readonly leases: Leases;
  readonly waiters: Waiters;
  readonly fence: Fence;
  readonly replica: Replica;
  readonly metrics: EtcdMetrics;
  /** Resolves when the replica shows a revision, whether or not it is one of the store's keys. */
  readonly shown: (revision: number, ms: number) => Promise<void>;
  readonly onNoSpace: (error: DiskAlarmError) => void;
}

export interface Change {
  readonly key: string;
  /** The revision of the version that is replaced; 0 for a creation. */
  readonly expected: number;
  /** The bytes in etcd; undefined for a deletion. */
  readonly stored: Buffer | undefined;
  readonly options: WriteOptions;
}

/** What a write came to. */
interface Outcome {
  readonly revision: number;
  readonly entry: Entry | undefined;
}

/** A write that etcd has carried out. */
interface Made {
  readonly revision: number;
  readonly lease: bigint;
}

const AGAIN_MS = 50;

export class Writer {
  readonly #options: WriterOptions;
  readonly #last = new Map<string, Promise<unknown>>();
  #count = 0;
  #idle: (() => void) | undefined;

  constructor(options: WriterOptions) {
    this.#options = options;
  }

  async write(change: Change): Promise<Outcome> {
    this.#count++;
    const { key } = change;
    const before = this.#last.get(key);
    const mine = before ? before.then(() => this.#make(change)) : this.#make(change);
    const settled = mine.catch(() => {});
    this.#last.set(key, settled);
    try {
      return await mine;
    } finally {
      if (this.#last.get(key) === settled) this.#last.delete(key);
      if (--this.#count === 0) this.#idle?.();
    }
  }

  /** Resolves when no write is under way. */
  idle(): Promise<void> {
    if (this.#count === 0) return Promise.resolve();
    return new Promise((resolve) => {
      this.#idle = resolve;
    });
  }

  async #make(change: Change): Promise<Outcome> {
    const { replica } = this.#options;
    const { promise: shown, resolve } = Promise.withResolvers<Outcome>();
    const state = { over: false };
    const pending: Pending = {
      stored: change.stored,
      revision: 0,
      accepted: (entry) => change.options.onEntry?.(entry),
      shown: (revision, entry) => {
        state.over = true;
        resolve({ revision, entry });
      },
    };
    replica.expect(change.key, pending);
    const trying = this.#try(change, pending, state);
    try {
      return await Promise.race([shown, trying]);
    } catch (error) {
      const known = engineErrorUnlessLost(error);
      if (known instanceof DiskAlarmError) this.#options.onNoSpace(known);
      throw known;
    } finally {
      state.over = true;
      replica.forget(change.key, pending);
      trying.catch(() => {});
    }
  }

  /** Attempts until one is answered, or the time is over. */
  async #try(change: Change, pending: Pending, state: { readonly over: boolean }): Promise<Outcome> {
    const { clock, leases } = this.#options;
    const end = clock.monotonic() + REQUEST_MS;
    const left = () => Math.max(1, end - clock.monotonic());
    const { ttlSeconds } = change.options;
    this.#refuseKnown(change);
    for (let again = false; ; again = true) {
      try {
        const timeout = Math.min(again ? ATTEMPT_MS : FIRST_ATTEMPT_MS, left());
        const lease = ttlSeconds ? await leases.for(ttlSeconds, timeout) : 0n;
        const answer = await this.#send(change, lease, timeout);
        const { revision } = answer.header;
        if (answer.succeeded) return await this.#succeeded(change, pending, { revision, lease }, left());
        await this.#refuse(change, answer, left());
        // Nobody else has written the key: it is the fence that has moved.
        await this.#options.shown(answer.header.revision, left());
      } catch (error) {
        if (isLeaseLost(error) && ttlSeconds && !again) leases.lost(ttlSeconds);
        else if (isRefused(error) || isOutcome(error) || left() <= AGAIN_MS) throw error;
        else await this.#settle(change, left, error);
      }
      if (state.over) return never();
      if (left() <= AGAIN_MS) throw new EngineTimeoutError();
      await clock.sleep(AGAIN_MS);
    }
  }

  /** Revisions only grow: what lost here already has lost there, too. */
  #refuseKnown({ key, expected }: Change): void {
    const current = this.#options.replica.state.get(key);
    if (expected > 0 && current && current.revision > expected) throw new ConflictError(key, current);
  }

  #send({ key, expected, stored }: Change, lease: bigint, timeout: number): Promise<TxnResponse> {
    const { endpoints, layout, fence, metrics, codec } = this.#options;
    const at = layout.keyOf(key);
    const op: RequestOp = stored
      ? { request_put: { key: at, value: stored, lease } }
      : { request_delete_range: { key: at } };
    const request = {
      compare: [{ target: 'mod' as const, key: at, mod_revision: expected }, fence.condition],
      success: [op],
      failure: [{ request_range: { key: at, keys_only: true } }],
    };
    const operation = stored ? (expected === 0 ? 'create' : 'update') : 'delete';
    return metrics.measured(operation, codec.resourceOf(key), endpoints.call(TXN, request, timeout));
  }

  async #succeeded(
    change: Change,
    pending: Pending,
    { revision, lease }: Made,
    ms: number,
  ): Promise<Outcome> {
    const { waiters, replica, codec } = this.#options;
    pending.revision = revision;
    const created = change.expected === 0 ? revision : (replica.state.get(change.key)?.created ?? revision);
    // Nothing lies between what the replica shows and this write: its event is no news, and need not be waited for.
    if (replica.revision === revision - 1) replica.apply([this.#eventOf(change, revision, created, lease)]);
    else await waiters.until(revision, ms);
    if (!change.stored) return { revision, entry: undefined };
    // Shown by its event, unless the events were lost to a compaction and it has been overwritten.
    const known = replica.state.get(change.key, Math.max(revision, replica.state.compacted));
    if (known?.revision === revision) return { revision, entry: known };
    return {
      revision,
      entry: { key: change.key, value: codec.decode(change.key, change.stored, revision), revision, created },
    };
  }

  #eventOf({ key, stored }: Change, revision: number, created: number, lease: bigint): WatchEvent {
    const kv = {
      key: this.#options.layout.keyOf(key),
      create_revision: created,
      mod_revision: revision,
      version: 0,
      value: stored ?? Buffer.alloc(0),
      lease,
    };
    return { type: stored ? 'put' : 'delete', kv };
  }

  /** Throws if another write won; the replica shows it by then. */
  async #refuse({ key, expected }: Change, { header, responses }: TxnResponse, ms: number): Promise<void> {
    const { shown, replica } = this.#options;
    const found = responses[0]?.response_range?.kvs[0];
    if ((found?.mod_revision ?? 0) === expected) return;
    // Events after the key's are none of this write's business; without the key its deletion is somewhere before.
    await shown(found?.mod_revision ?? header.revision, ms);
    throw expected === 0 ? new KeyExistsError(key) : new ConflictError(key, replica.state.get(key));
  }

  /** The answer was lost. Returns if the write has certainly not been made, and may be made again; without the fence nothing is
   *  known, and nothing may be. */
  async #settle(change: Change, left: () => number, cause: unknown): Promise<void> {
    const { replica, fence, clock } = this.#options;
    for (;;) {
      try {
        await fence.renew(Math.min(FIRST_ATTEMPT_MS, left()));
        break;
      } catch {
        if (left() <= AGAIN_MS) throw cause;
        await clock.sleep(AGAIN_MS);
      }
    }
    const current = replica.state.get(change.key);
    if ((current?.revision ?? 0) === change.expected) return;
    // Whether it was this write that deleted the version cannot be seen, whatever was made there since.
    const deleted = !current || current.created > change.expected;
    if (!change.stored && deleted) throw new EngineTimeoutError(cause);
    throw change.expected === 0 ? new KeyExistsError(change.key) : new ConflictError(change.key, current);
  }
}

/** Errors that say what became of the write. */
const isOutcome = (error: unknown): boolean =>
  error instanceof KeyExistsError || error instanceof ConflictError || error instanceof EngineTimeoutError;

const engineErrorUnlessLost = (error: unknown): Error =>
  error instanceof KeyExistsError || error instanceof ConflictError ? error : engineError(error);

const never = <T>(): Promise<T> => new Promise(() => {});
