// The copy of etcd's keys in memory, from which reads and watches are answered: versions since the compacted revision, and the
// event log. It is loaded once and then fed by one watch, in revision order. Writes of this server learn here that they succeeded,
// by their bytes. Called by feed.ts (in) and etcd-store.ts (out).
import type { Clock } from '../../../kit/clock.ts';
import type { Logger } from '../../../kit/log.ts';
import { messageOf } from '../../../kit/message-of.ts';
import { Compaction } from '../../mvcc/compaction.ts';
import type { Journal } from '../../mvcc/journal.ts';
import { MvccState } from '../../mvcc/mvcc-state.ts';
import { ownBytes } from '../../mvcc/own-bytes.ts';
import { Watchers } from '../../mvcc/watchers.ts';
import type { Entry, StoreEvent } from '../../store.ts';
import type { EtcdCodec } from '../codec.ts';
import type { Layout } from '../layout.ts';
import type { EtcdMetrics } from '../metrics.ts';
import type { KeyValue, WatchEvent } from '../rpc/messages.ts';
import type { Expiry } from './expiry.ts';
import type { Waiters } from './waiters.ts';

/** A write of this server that is under way: how its event is recognised. */
export interface Pending {
  /** The bytes in etcd; undefined for a deletion. */
  readonly stored: Buffer | undefined;
  /** The revision that etcd answered; 0 as long as it has not. */
  revision: number;
  /** Called before the version is visible. */
  readonly accepted: (entry: Entry) => void;
  /** Called once it is visible. */
  readonly shown: (revision: number, entry: Entry | undefined) => void;
}

export interface ReplicaOptions {
  readonly clock: Clock;
  readonly log: Logger;
  readonly codec: EtcdCodec;
  readonly layout: Layout;
  readonly expiry: Expiry;
  readonly waiters: Waiters;
  readonly metrics: EtcdMetrics;
  /** Bytes of memory that old versions may take. */
  readonly historyBytes: number;
  /** An event of a key that is not the store's. */
  readonly foreign: (event: WatchEvent) => void;
}

/** Nothing here is on a disk. */
const NO_JOURNAL: Journal = {
  append: () => {},
  gather: () => {},
  forget: async () => {},
  shrink: async () => {},
  used: 0,
  tight: false,
  size: async () => 0,
  close: async () => {},
};

type Done = () => void;

/** A version that is to be shown. */
interface Version {
  readonly entry: Entry;
  /** The write of this server that made it. */
  readonly own: Pending | undefined;
}

/** What all keys of one revision differ in from what is shown. Only that is held: the rest is in memory already. */
export class Anew {
  /** All keys of the store. */
  readonly there = new Set<string>();
  readonly changed: Version[] = [];
}

export class Replica {
  readonly #options: ReplicaOptions;
  readonly #pending = new Map<string, Pending>();
  readonly watchers = new Watchers();
  readonly compaction: Compaction;
  readonly state = new MvccState();
  closed = false;

  constructor(options: ReplicaOptions) {
    this.#options = options;
    this.compaction = new Compaction({
      clock: options.clock,
      state: this.state,
      journal: NO_JOURNAL,
      historyBytes: options.historyBytes,
      forgotten: [],
      ended: () => this.closed,
      diskRefused: () => {},
    });
  }

  get revision(): number {
    return this.state.revision;
  }

  /** Only one write of a key is under way at a time. */
  expect(key: string, pending: Pending): void {
    this.#pending.set(key, pending);
  }

  forget(key: string, pending: Pending): void {
    if (this.#pending.get(key) === pending) this.#pending.delete(key);
  }

  /** Takes a page of the first load; nothing is read before loaded(). */
  load(kvs: readonly KeyValue[], at: number): void {
    this.state.compacted = at;
    for (const kv of kvs) {
      const key = this.#options.layout.storeKeyOf(kv.key);
      const entry = key === undefined ? undefined : this.#entryOf(key, kv);
      if (entry) this.state.restore(entry.key, entry.revision, entry);
    }
  }

  /** All pages of revision `at` are here. */
  loaded(at: number): void {
    this.state.compacted = at;
    this.state.restored();
    this.#options.waiters.reached(this.revision);
  }

  /** Makes visible what an answer of the watch contains, which is all of each of its revisions. */
  apply(events: readonly WatchEvent[]): void {
    const before = this.revision;
    let revision = before;
    const shown: StoreEvent[] = [];
    const done: Done[] = [];
    for (const event of events) {
      const { kv } = event;
      // A watch that was resumed may begin with what is known.
      if (kv.mod_revision <= before) continue;
      revision = kv.mod_revision;
      const key = this.#options.layout.storeKeyOf(kv.key);
      if (key === undefined) this.#options.foreign(event);
      else this.#take(event, key, shown, done);
    }
    this.#publish(shown, revision, done);
  }

  /** Every event up to `revision` has been applied. */
  advance(revision: number): void {
    if (revision > this.revision) this.#publish([], revision, []);
  }

  /** Compares keys of a revision, the events until which are lost, with what is shown; part of `anew`, with which replace() ends. */
  compare(kvs: readonly KeyValue[], { there, changed }: Anew): void {
    for (const kv of kvs) {
      const key = this.#options.layout.storeKeyOf(kv.key);
      if (key === undefined) continue;
      there.add(key);
      if (this.state.get(key)?.revision === kv.mod_revision) continue;
      const version = this.#versionOf(key, kv);
      if (version) changed.push(version);
    }
  }

  /**
   * Brings the replica to the state of revision `at`, all keys of which have been compared, as if each had been written once: watches go
   * on with that, and no earlier revision can be read any more.
   */
  replace({ there, changed }: Anew, at: number): void {
    changed.sort((a, b) => a.entry.revision - b.entry.revision);
    const gone = this.state.range('', {}).entries.filter(({ key }) => !there.has(key));
    const shown: StoreEvent[] = [];
    const done: Done[] = [];
    for (const version of changed) {
      const { key, created } = version.entry;
      const known = this.state.get(key);
      if (known && known.created !== created) this.#delete(key, created, shown, done);
      this.#put(version, shown, done);
    }
    for (const { key } of gone) this.#delete(key, at, shown, done);
    this.#publish(shown, at, done);
    this.state.compact(at);
    void this.compaction.to(at);
  }

  #take({ type, kv }: WatchEvent, key: string, shown: StoreEvent[], done: Done[]): void {
    const { metrics, codec } = this.#options;
    metrics.received(codec.resourceOf(key));
    if (type === 'delete') return this.#delete(key, kv.mod_revision, shown, done);
    const version = this.#versionOf(key, kv);
    if (version) this.#put(version, shown, done);
  }

  /** Undefined if it cannot be read. */
  #versionOf(key: string, kv: KeyValue): Version | undefined {
    const pending = this.#pending.get(key);
    const own =
      pending?.stored &&
      (pending.revision ? pending.revision === kv.mod_revision : pending.stored.equals(kv.value));
    const entry = this.#entryOf(key, kv);
    return entry && { entry, own: own ? pending : undefined };
  }

  #put({ entry, own }: Version, shown: StoreEvent[], done: Done[]): void {
    if (own) {
      own.accepted(entry);
      done.push(() => own.shown(entry.revision, entry));
    }
    shown.push(this.state.apply(this.state.record(entry.key), entry.revision, entry));
  }

  #delete(key: string, revision: number, shown: StoreEvent[], done: Done[]): void {
    this.#options.expiry.gone(key);
    const pending = this.#pending.get(key);
    if (pending && !pending.stored && pending.revision === revision)
      done.push(() => pending.shown(revision, undefined));
    const record = this.state.find(key);
    // A version that could not be read was never shown.
    if (record?.current) shown.push(this.state.apply(record, revision, undefined));
  }

  #publish(events: readonly StoreEvent[], revision: number, done: readonly Done[]): void {
    this.state.revision = Math.max(this.state.revision, revision);
    this.watchers.publish(events, this.revision);
    for (const each of done) each();
    this.#options.waiters.reached(this.revision);
    this.compaction.bound();
  }

  #entryOf(key: string, kv: KeyValue): Entry | undefined {
    const { codec, expiry, log } = this.#options;
    const { mod_revision: revision, create_revision: created } = kv;
    try {
      const value = ownBytes(codec.decode(key, kv.value, revision));
      expiry.seen(key, revision, kv.lease);
      return { key, value, revision, created };
    } catch (error) {
      this.#options.metrics.unreadable(codec.resourceOf(key));
      log.error('an object in etcd cannot be read', { key, revision, error: messageOf(error) });
      return undefined;
    }
  }
}
