// The port of the store: keys to bytes under one global revision, as in etcd.
// Called by the API server only. Every engine passes contract/store.contract.ts.
//
// Guarantees:
// - Every write (create, update, delete) gets the next revision; revisions never repeat or run backwards.
// - Reads and watches see a write only once it is durable, in revision order, and never half of one.
// - A write's promise resolves after it is durable and visible to reads; an acknowledged write survives kill -9.
// - Preconditions are checked against the newest accepted write, durable or not, so two racing writers never both win.

import type { AlarmKind } from './failures.ts';

/** One version of one key. `value` is owned by the store: never change its bytes. A version is the same Entry object in
 *  every read, range, watch and answer to a write, so that callers can keep what they decoded of it in a WeakMap. */
export interface Entry {
  readonly key: string;
  readonly value: Buffer;
  /** Revision of the write that made this version. */
  readonly revision: number;
  /** Revision at which the key was created. */
  readonly created: number;
  /** An update must write the version again even if it changes nothing: it is encrypted with a key that is being replaced.
   *  Never set by an engine; see apiserver/encryption. */
  readonly stale?: boolean;
}

export type StoreEvent =
  | { readonly type: 'put'; readonly entry: Entry; readonly previous: Entry | undefined }
  | { readonly type: 'delete'; readonly key: string; readonly revision: number; readonly previous: Entry };

export interface RangeOptions {
  /** Read as of this revision; the newest when left out. Throws CompactedError or FutureRevisionError. */
  revision?: number;
  /** At most this many entries. */
  limit?: number;
  /** Only keys greater than this one (exclusive start, for pages). */
  after?: string;
}

export interface Range {
  readonly entries: readonly Entry[];
  /** The revision that this answer shows. */
  readonly revision: number;
  /** How many more entries follow beyond the limit. */
  readonly remaining: number;
}

export interface WriteOptions {
  /** Seconds until the key is deleted by the store itself (Events and the like). */
  ttlSeconds?: number;
  /** Called with the new version once it is accepted, before any read or watch can see it: it is durable if any write that comes
   *  after this call is. */
  onEntry?: (entry: Entry) => void;
  /** A step of a deletion, which leads to more room: it is accepted under the alarm NOSPACE, as delete() is. */
  frees?: boolean;
}

/** Encodes a version once its revision is known: an object's resourceVersion is that revision. */
export type Encode = (revision: number) => Buffer;

export interface Watch {
  /** Ends the watch; the listener is not called again. */
  close(): void;
}

export interface WatchListener {
  /** Events of one commit, in revision order. Called synchronously; must not throw. */
  events(events: readonly StoreEvent[]): void;
  /** Called after events(): every revision up to this one has been delivered. */
  progress?(revision: number): void;
}

export interface Store {
  /** The newest visible revision. A new store starts at 1. */
  readonly revision: number;
  /** Revisions below this one can no longer be read or watched from. */
  readonly compacted: number;
  /** Why writes are refused with a DiskAlarmError for now; undefined when they are accepted. */
  readonly alarm: AlarmKind | undefined;
  /** Why the engine cannot be reached for now; reads go on. Never set by an embedded one. */
  readonly problem?: string | undefined;
  /** The engine compacts at intervals by itself: servers that share it agree which of them does. */
  readonly compactsItself?: boolean;
  /** Resolves when reads here show everything acknowledged by any server; undefined when they already do. */
  barrier(): Promise<void> | undefined;

  get(key: string, revision?: number): Entry | undefined;
  /** Keys that start with `prefix`, in byte order. */
  range(prefix: string, options?: RangeOptions): Range;
  /** How many keys start with `prefix` now. */
  count(prefix: string): number;

  /** Rejects with KeyExistsError. */
  create(key: string, encode: Encode, options?: WriteOptions): Promise<Entry>;
  /** Replaces the version at `expected`. Rejects with ConflictError (which carries the current entry, if any). */
  update(key: string, expected: number, encode: Encode, options?: WriteOptions): Promise<Entry>;
  /** Deletes the version at `expected`; resolves with the revision of the deletion. Rejects with ConflictError. */
  delete(key: string, expected: number): Promise<number>;

  /** Delivers every event on keys with `prefix` after revision `from` (exclusive): past events first, then new ones.
   *  Throws CompactedError when `from` has been compacted. */
  watch(prefix: string, from: number, listener: WatchListener): Watch;

  /** Removes versions older than `revision` that are not the newest of their key. The store itself does so earlier when
   *  old versions take more memory than it may use for them. */
  compact(revision: number): Promise<void>;
  /** Bytes used on disk (0 for memory). */
  size(): Promise<number>;
  close(): Promise<void>;
}

export class KeyExistsError extends Error {
  constructor(key: string) {
    super(`key exists: ${key}`);
  }
}

export class ConflictError extends Error {
  readonly current: Entry | undefined;
  constructor(key: string, current: Entry | undefined) {
    super(current ? `key ${key} is at revision ${current.revision}` : `key ${key} does not exist`);
    this.current = current;
  }
}

export class CompactedError extends Error {
  readonly compacted: number;
  constructor(compacted: number) {
    super(`the requested revision has been compacted; the oldest kept is ${compacted}`);
    this.compacted = compacted;
  }
}

export class FutureRevisionError extends Error {
  readonly current: number;
  constructor(asked: number, current: number) {
    super(`revision ${asked} is in the future; the current one is ${current}`);
    this.current = current;
  }
}
