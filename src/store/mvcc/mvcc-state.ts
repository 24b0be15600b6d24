// The visible state: keys in byte order with their versions since the compacted revision, and the event log.
// Only durable writes are added, in revision order. Called by MvccStore; has no promises and no disk access.
import {
  CompactedError,
  type Entry,
  FutureRevisionError,
  type Range,
  type RangeOptions,
  type StoreEvent,
} from '../store.ts';
import { EventLog, keyOf } from './event-log.ts';
import { KeyCounts } from './key-counts.ts';
import { sortForm } from './key-order.ts';
import { KeyRecord } from './key-record.ts';
import { SortedKeys } from './sorted-keys.ts';

/** How many events one step of a compaction takes: a step blocks readers. */
const STRIDE = 2_000;

export class MvccState {
  revision = 1;
  compacted = 0;
  readonly #records = new Map<string, KeyRecord>();
  readonly #live = new SortedKeys<KeyRecord>();
  /** Deleted keys that revisions since the compacted one still show. */
  readonly #dead = new SortedKeys<KeyRecord>();
  readonly #counts = new KeyCounts();
  readonly #log = new EventLog();

  find(key: string): KeyRecord | undefined {
    return this.#records.get(key);
  }

  /** The record of `key`, made when there is none. */
  record(key: string): KeyRecord {
    let record = this.#records.get(key);
    if (!record) {
      record = new KeyRecord(key);
      this.#records.set(key, record);
    }
    return record;
  }

  get(key: string, revision?: number): Entry | undefined {
    if (revision !== undefined) this.#check(revision);
    const record = this.#records.get(key);
    return revision === undefined ? record?.current : record?.at(revision);
  }

  range(prefix: string, options: RangeOptions): Range {
    const after = options.after === undefined ? undefined : sortForm(options.after);
    const limit = options.limit || Number.POSITIVE_INFINITY;
    const { revision = this.revision } = options;
    this.#check(revision);
    return revision === this.revision
      ? this.#rangeNow(sortForm(prefix), after, limit)
      : this.#rangeAt(sortForm(prefix), after, limit, revision);
  }

  count(prefix: string): number {
    return this.#counts.of(prefix, () => this.#live.window(sortForm(prefix)).count);
  }

  /** Makes a version or deletion visible and returns its event. */
  apply(record: KeyRecord, revision: number, entry: Entry | undefined): StoreEvent {
    const previous = record.current;
    if (!previous && record.changed > 0) this.#dead.remove(record);
    if (previous && !entry) {
      this.#live.remove(record);
      this.#counts.changed(record.key, -1);
    }
    record.advance(revision, entry);
    if (!previous && entry) {
      this.#live.add(record);
      this.#counts.changed(record.key, 1);
    }
    if (!entry) this.#dead.add(record);
    this.revision = revision;
    return this.#remember(record.key, revision, entry, previous);
  }

  /** Forgets the record of a write that was not made, if nothing else is in it. */
  abandon(record: KeyRecord): void {
    record.head = undefined;
    if (record.isEmpty) this.#records.delete(record.key);
  }

  /** Bytes of memory that old versions take. */
  get historyBytes(): number {
    return this.#log.cost;
  }

  /** The revision to compact to so that old versions take `bytes` at most; 0 for none. */
  compactionFor(bytes: number): number {
    return this.#log.excess(bytes);
  }

  /** Events after `from`. That may be the compacted revision itself: only events up to it are forgotten. */
  past(prefix: string, from: number): StoreEvent[] {
    if (from < this.compacted) throw new CompactedError(this.compacted);
    return this.#log.after(from, prefix);
  }

  /** Refuses reads below `revision` from now on; trim() then frees what only they showed. */
  compact(revision: number): void {
    if (revision > this.revision) throw new FutureRevisionError(revision, this.revision);
    this.compacted = Math.max(this.compacted, revision);
  }

  /** One step of freeing memory after compact(): the revisions forgotten, undefined when nothing is left. */
  trim(): number[] | undefined {
    const events = this.#log.take(this.compacted, STRIDE);
    if (events.length === 0) return undefined;
    const dropped: number[] = [];
    for (const event of events) {
      const record = this.#records.get(keyOf(event));
      if (record) this.#trimRecord(record, (revision) => dropped.push(revision));
    }
    return dropped;
  }

  /** Adds what an engine has stored, in revision order; nothing can be read before restored(). */
  restore(key: string, revision: number, entry: Entry | undefined): void {
    const record = this.record(key);
    const previous = record.current;
    record.advance(revision, entry);
    this.revision = revision;
    if (revision > this.compacted) this.#remember(key, revision, entry, previous);
  }

  /** Sorts the restored keys. Returns the revisions that the engine can delete. */
  restored(): number[] {
    this.revision = Math.max(this.revision, this.compacted);
    const dropped: number[] = [];
    const live: KeyRecord[] = [];
    const dead: KeyRecord[] = [];
    for (const record of this.#records.values()) {
      record.trim(this.compacted, (revision) => dropped.push(revision));
      if (record.isEmpty) this.#records.delete(record.key);
      else (record.current ? live : dead).push(record);
    }
    this.#live.fill(live);
    this.#counts.forget();
    this.#dead.fill(dead);
    return dropped;
  }

  #trimRecord(record: KeyRecord, dropped: (revision: number) => void): void {
    const wasDead = !record.current && record.changed > 0;
    record.trim(this.compacted, dropped);
    if (wasDead && record.changed === 0) this.#dead.remove(record);
    if (record.isEmpty) this.#records.delete(record.key);
  }

  #rangeNow(prefix: string, after: string | undefined, limit: number): Range {
    const window = this.#live.window(prefix, after);
    const entries: Entry[] = [];
    const count = Math.min(limit, window.count);
    this.#live.visit(window, count, (record) => entries.push(record.current!));
    return { entries, revision: this.revision, remaining: window.count - count };
  }

  /** Visits the whole window, also beyond the limit: which keys existed at an old revision is not indexed. */
  #rangeAt(prefix: string, after: string | undefined, limit: number, revision: number): Range {
    const entries: Entry[] = [];
    let remaining = 0;
    for (const record of this.#merged(prefix, after)) {
      const entry = record.at(revision);
      if (!entry) continue;
      if (entries.length < limit) entries.push(entry);
      else remaining++;
    }
    return { entries, revision, remaining };
  }

  /** Existing and deleted keys of a window, in order. */
  #merged(prefix: string, after: string | undefined): KeyRecord[] {
    const all: KeyRecord[] = [];
    const dead = this.#dead.window(prefix, after);
    const live = this.#live.window(prefix, after);
    this.#live.visit(live, live.count, (record) => all.push(record));
    this.#dead.visit(dead, dead.count, (record) => all.push(record));
    return dead.count === 0 ? all : all.sort((a, b) => (a.sort < b.sort ? -1 : 1));
  }

  #remember(
    key: string,
    revision: number,
    entry: Entry | undefined,
    previous: Entry | undefined,
  ): StoreEvent {
    const event: StoreEvent = entry
      ? { type: 'put', entry, previous }
      : { type: 'delete', key, revision, previous: previous! };
    this.#log.push(event);
    return event;
  }

  #check(revision: number): void {
    if (revision > this.revision) throw new FutureRevisionError(revision, this.revision);
    if (revision < this.compacted) throw new CompactedError(this.compacted);
  }
}
