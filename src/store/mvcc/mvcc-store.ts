// The Store over a Journal: accepts writes against the newest accepted version, hands them to the journal in
// groups, and shows them to readers and watchers in revision order once they are durable.
// Called through openMemoryStore and openSqliteStore, which differ only in the journal.
import type { Clock } from '../../kit/clock.ts';
import { StoreClosedError, StoreFailedError } from '../failures.ts';
import {
  ConflictError,
  type Encode,
  type Entry,
  KeyExistsError,
  type Range,
  type RangeOptions,
  type Store,
  type Watch,
  type WatchListener,
  type WriteOptions,
} from '../store.ts';
import type { Journal } from './journal.ts';
import type { KeyRecord } from './key-record.ts';
import { type Lease, LeaseTimer } from './lease-timer.ts';
import type { MvccState } from './mvcc-state.ts';
import { Watchers } from './watchers.ts';
import type { Write } from './write.ts';

export interface MvccStoreOptions {
  clock: Clock;
  state: MvccState;
  journal: Journal;
  leases?: Iterable<Lease>;
  /** Called once, when a commit fails; the store serves reads only from then on. */
  onFailure?: (error: Error) => void;
}

export class MvccStore implements Store {
  readonly #clock: Clock;
  readonly #state: MvccState;
  readonly #journal: Journal;
  readonly #onFailure: (error: Error) => void;
  readonly #watchers = new Watchers();
  readonly #leases: LeaseTimer;
  /** Revision of the newest accepted write; ahead of `revision` by the writes that are not durable yet. */
  #head: number;
  #queue: Write[] = [];
  #committing = false;
  #gathering = false;
  /** Why writes are refused: closed, or failed. */
  #refusal: Error | undefined;
  #idle: (() => void) | undefined;
  #closed: Promise<void> | undefined;

  constructor({ clock, state, journal, leases = [], onFailure = () => {} }: MvccStoreOptions) {
    this.#clock = clock;
    this.#state = state;
    this.#journal = journal;
    this.#onFailure = onFailure;
    this.#head = state.revision;
    this.#leases = new LeaseTimer(clock, (lease) => this.#expire(lease), leases);
  }

  get revision(): number {
    return this.#state.revision;
  }

  get compacted(): number {
    return this.#state.compacted;
  }

  barrier(): undefined {
    return undefined;
  }

  get(key: string, revision?: number): Entry | undefined {
    return this.#state.get(key, revision);
  }

  range(prefix: string, options: RangeOptions = {}): Range {
    return this.#state.range(prefix, options);
  }

  count(prefix: string): number {
    return this.#state.count(prefix);
  }

  async create(key: string, encode: Encode, options?: WriteOptions): Promise<Entry> {
    this.#checkOpen();
    const found = this.#state.find(key);
    if (found?.accepted) return this.#reject(found, () => new KeyExistsError(key));
    const revision = this.#head + 1;
    return this.#put({ key, value: encode(revision), revision, created: revision }, options);
  }

  async update(key: string, expected: number, encode: Encode, options?: WriteOptions): Promise<Entry> {
    this.#checkOpen();
    const record = this.#state.find(key);
    const accepted = record?.accepted;
    if (accepted?.revision !== expected) return this.#reject(record, () => new ConflictError(key, accepted));
    const revision = this.#head + 1;
    return this.#put({ key, value: encode(revision), revision, created: accepted.created }, options);
  }

  async delete(key: string, expected: number): Promise<number> {
    this.#checkOpen();
    const record = this.#state.find(key);
    const accepted = record?.accepted;
    if (!record || accepted?.revision !== expected)
      return this.#reject(record, () => new ConflictError(key, accepted));
    const revision = this.#head + 1;
    return this.#accept(record, revision, undefined, 0, revision);
  }

  watch(prefix: string, from: number, listener: WatchListener): Watch {
    if (this.#closed) throw new StoreClosedError();
    return this.#watchers.add(prefix, from, listener, this.#state.past(prefix, from), this.revision);
  }

  async compact(revision: number): Promise<void> {
    this.#checkOpen();
    if (revision <= this.compacted) return;
    this.#state.compact(revision);
    for (let dropped = this.#state.trim(); dropped && !this.#refusal; dropped = this.#state.trim()) {
      await this.#journal.forget(this.compacted, dropped);
      await this.#clock.turn();
    }
    if (!this.#refusal) await this.#journal.shrink();
  }

  size(): Promise<number> {
    return this.#journal.size();
  }

  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    this.#refusal ??= new StoreClosedError();
    this.#leases.close();
    if (this.#committing || this.#queue.length > 0)
      await new Promise<void>((resolve) => {
        this.#idle = resolve;
      });
    this.#watchers.close();
    await this.#journal.close();
  }

  #checkOpen(): void {
    if (this.#refusal) throw this.#refusal;
  }

  /** Rejects a write once the version that won is durable: no answer may show what a crash can undo, and a caller
   *  that reads and tries again must read the winner. */
  async #reject(record: KeyRecord | undefined, error: () => Error): Promise<never> {
    const reason = error();
    await record?.head?.settled;
    throw reason;
  }

  #put(entry: Entry, options: WriteOptions | undefined): Promise<Entry> {
    options?.onEntry?.(entry);
    const due = options?.ttlSeconds ? this.#clock.now() + options.ttlSeconds * 1000 : 0;
    return this.#accept(this.#state.record(entry.key), entry.revision, entry, due, entry);
  }

  #accept<T>(
    record: KeyRecord,
    revision: number,
    entry: Entry | undefined,
    due: number,
    result: T,
  ): Promise<T> {
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    const write: Write = {
      record,
      revision,
      entry,
      due,
      settled: promise,
      done: () => resolve(result),
      failed: reject,
    };
    this.#head = revision;
    record.head = write;
    this.#queue.push(write);
    this.#gather();
    return promise;
  }

  #gather(): void {
    if (this.#committing || this.#gathering) return;
    this.#gathering = true;
    this.#journal.gather(() => {
      this.#gathering = false;
      this.#flush();
    });
  }

  #flush(): void {
    const writes = this.#queue;
    // Writes that arrive during this commit form the next group: the slower the disk, the larger the groups.
    this.#queue = [];
    this.#committing = true;
    this.#journal.append(writes, (error) => {
      if (error) return this.#fail(error, writes);
      this.#commit(writes);
      this.#committing = false;
      if (this.#queue.length > 0) this.#flush();
      else this.#idle?.();
    });
  }

  #commit(writes: readonly Write[]): void {
    const events = writes.map((write) => {
      const { record, revision, entry, due } = write;
      if (record.head === write) record.head = undefined;
      if (due) this.#leases.add({ due, key: record.key, revision });
      return this.#state.apply(record, revision, entry);
    });
    // Watchers first: a caller whose write has been answered may rely on its own watch having seen it.
    this.#watchers.publish(events, this.revision);
    for (const write of writes) write.done();
  }

  /**
   * Whether the failed writes are on disk is unknown, so nothing may be built on them, or on the state without them: reads
   * show the last durable state and writes are refused until a restart has read the disk.
   */
  #fail(cause: Error, writes: readonly Write[]): void {
    const error = new StoreFailedError(cause);
    this.#refusal = error;
    this.#leases.close();
    for (const write of [...writes, ...this.#queue.splice(0)]) write.failed(error);
    this.#committing = false;
    this.#idle?.();
    this.#onFailure(error);
  }

  /** Deletes an expired version, unless a newer one has been accepted. */
  #expire({ key, revision }: Lease): void {
    if (this.#state.find(key)?.accepted?.revision === revision) this.delete(key, revision).catch(() => {});
  }
}
