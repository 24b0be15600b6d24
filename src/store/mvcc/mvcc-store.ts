// The Store over a Journal: accepts writes against the newest accepted version, hands them to the journal in
// groups, and shows them to readers and watchers in revision order once they are durable.
// Called through openMemoryStore and openSqliteStore, which differ only in the journal.
import type { Clock } from '../../kit/clock.ts';
import { type AlarmKind, DiskAlarmError, StoreClosedError, StoreFailedError } from '../failures.ts';
import type { Capture } from '../snapshot/save.ts';
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
import { Compaction } from './compaction.ts';
import { DiskAlarm } from './disk-alarm.ts';
import type { Journal } from './journal.ts';
import type { KeyRecord } from './key-record.ts';
import { type Lease, LeaseTimer } from './lease-timer.ts';
import type { MvccState } from './mvcc-state.ts';
import { ownBytes } from './own-bytes.ts';
import { Watchers } from './watchers.ts';
import type { Write } from './write.ts';

export interface StoreLimits {
  /** Bytes of memory for old versions; beyond them the oldest are compacted before their time. */
  historyBytes?: number;
  /** Bytes of data on disk, old versions included; beyond them writes that add are refused (etcd's --quota-backend-bytes). */
  quotaBytes?: number;
}

/** The quota is etcd's default (DefaultQuotaBytes in server/storage/quota.go). */
const DEFAULT_LIMITS = { historyBytes: 64 << 20, quotaBytes: 2 * 2 ** 30 };
/** The part of the quota below which the alarm is cleared. */
const CLEARED_AT = 0.95;
/** Bytes of values in one transaction: the write-ahead log must find room for all of it. */
const GROUP_BYTES = 4 << 20;
/** When the disk is first asked for a reserve: not while a cluster starts. */
const FIRST_PROBE_MS = 3_000;
/** When a deletion of an expired version is tried again that the disk did not take. */
const RETRY_MS = 60_000;

export interface MvccStoreOptions {
  clock: Clock;
  state: MvccState;
  journal: Journal;
  leases?: Iterable<Lease>;
  /** Revisions that the journal still has and nothing shows. */
  forgotten?: readonly number[];
  limits?: StoreLimits;
  /** Called once, when a commit fails; the store serves reads only from then on. */
  onFailure?: (error: Error) => void;
  /** Called when the disk takes no more writes, and with undefined when it takes them again. */
  onAlarm?: (error: DiskAlarmError | undefined) => void;
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
  readonly #limits: Required<StoreLimits>;
  readonly #alarm: DiskAlarm;
  readonly #compaction: Compaction;
  #committing = false;
  #gathering = false;
  /** Why writes are refused: closed, or failed. */
  #refusal: Error | undefined;
  #idle: (() => void) | undefined;
  #closed: Promise<void> | undefined;

  constructor(options: MvccStoreOptions) {
    const { clock, state, journal, leases = [], onFailure = () => {}, onAlarm = () => {} } = options;
    this.#clock = clock;
    this.#limits = { ...DEFAULT_LIMITS, ...options.limits };
    this.#alarm = new DiskAlarm({ clock, probe: () => this.#probe(), changed: onAlarm });
    if (journal.probe) this.#alarm.probeAfter(FIRST_PROBE_MS);
    if (journal.tight) this.#alarm.raise(new DiskAlarmError('NOSPACE'));
    this.#compaction = new Compaction({
      clock,
      state,
      journal,
      historyBytes: this.#limits.historyBytes,
      forgotten: options.forgotten ?? [],
      ended: () => this.#refusal !== undefined,
      diskRefused: (error) => this.#alarm.raise(error),
    });
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

  get alarm(): AlarmKind | undefined {
    return this.#alarm.raised?.kind;
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
    this.#checkWritable(options?.frees);
    const found = this.#state.find(key);
    if (found?.accepted) return this.#reject(found, () => new KeyExistsError(key));
    const revision = this.#head + 1;
    return this.#put({ key, value: ownBytes(encode(revision)), revision, created: revision }, options);
  }

  async update(key: string, expected: number, encode: Encode, options?: WriteOptions): Promise<Entry> {
    this.#checkWritable(options?.frees);
    const record = this.#state.find(key);
    const accepted = record?.accepted;
    if (accepted?.revision !== expected) return this.#reject(record, () => new ConflictError(key, accepted));
    const revision = this.#head + 1;
    return this.#put(
      { key, value: ownBytes(encode(revision)), revision, created: accepted.created },
      options,
    );
  }

  async delete(key: string, expected: number): Promise<number> {
    this.#checkWritable(true);
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
    await this.#compaction.to(revision);
  }

  /** Under the alarm old versions go first: their room on the disk may be all that is needed. */
  async #probe(): Promise<void> {
    if (this.alarm === 'NOSPACE' && this.revision > this.compacted) await this.compact(this.revision);
    await this.#journal.probe?.();
    if (this.#journal.used > this.#limits.quotaBytes * CLEARED_AT) throw new DiskAlarmError('NOSPACE');
  }

  /** What the newest revision shows, for a snapshot: later writes do not change it. */
  capture(): Capture {
    const { entries, revision } = this.range('');
    const due = this.#leases.due();
    return { revision, entries, dueOf: (of) => due.get(of) ?? 0 };
  }

  /** Reads some of what is on disk, which nothing reads otherwise until the next start; true when there is more. */
  async check(): Promise<boolean> {
    this.#checkOpen();
    return (await this.#journal.check?.()) ?? false;
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
    this.#alarm.close();
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

  #checkWritable(frees = false): void {
    this.#checkOpen();
    const alarm = this.#alarm.raised;
    if (alarm && !(frees && alarm.kind === 'NOSPACE')) throw alarm;
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
    // Writes that arrive during this commit form the next group: the slower the disk, the larger the groups.
    const writes = this.#queue.splice(0, groupLength(this.#queue));
    this.#committing = true;
    this.#journal.append(writes, (error) => {
      if (error instanceof DiskAlarmError) this.#rollBack(error, writes);
      else if (error) return this.#fail(error, writes);
      else this.#commit(writes);
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
    if (this.#journal.tight || this.#journal.used > this.#limits.quotaBytes)
      this.#alarm.raise(new DiskAlarmError('NOSPACE'));
    this.#compaction.bound();
  }

  /** The disk took none of the writes. Those accepted since then build on them, and on their revisions: they go, too. */
  #rollBack(error: DiskAlarmError, writes: readonly Write[]): void {
    this.#alarm.raise(error);
    const undone = [...writes, ...this.#queue.splice(0)];
    for (const { record } of undone) this.#state.abandon(record);
    this.#head = this.revision;
    for (const write of undone) write.failed(error);
  }

  /**
   * Whether the failed writes are on disk is unknown, so nothing may be built on them, or on the state without them: reads
   * show the last durable state and writes are refused until a restart has read the disk.
   */
  #fail(cause: Error, writes: readonly Write[]): void {
    const error = new StoreFailedError(cause);
    this.#refusal = error;
    this.#leases.close();
    this.#alarm.close();
    for (const write of [...writes, ...this.#queue.splice(0)]) write.failed(error);
    this.#committing = false;
    this.#idle?.();
    this.#onFailure(error);
  }

  /** Deletes an expired version, unless a newer one has been accepted. */
  #expire(lease: Lease): void {
    const { key, revision } = lease;
    if (this.#state.find(key)?.accepted?.revision !== revision) return;
    this.delete(key, revision).catch((error) => {
      if (error instanceof DiskAlarmError) this.#leases.add({ ...lease, due: this.#clock.now() + RETRY_MS });
    });
  }
}

/** How many of the first writes go into one transaction: at least one. */
function groupLength(writes: readonly Write[]): number {
  let length = 0;
  let bytes = 0;
  do bytes += writes[length++]?.entry?.value.length ?? 0;
  while (length < writes.length && bytes + (writes[length]!.entry?.value.length ?? 0) <= GROUP_BYTES);
  return length;
}
