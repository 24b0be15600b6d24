// What clients did and saw in one round: every operation with its times, and every watch. Recorded by traffic/, judged by
// check/, and written into a report when something is wrong.

/** One version of an object. `value` is unique to the write that made it. */
export interface Version {
  /** `resource/name`. */
  readonly key: string;
  readonly revision: number;
  readonly uid: string;
  readonly value: string;
}

export interface Refusal {
  readonly status: number;
  readonly reason: string;
}

/**
 * `refused`: the server says that the request had no effect. `unknown`: it may have taken effect, now or later, because the
 * connection was cut, nothing came in time, or the server had an error of its own.
 */
export type Outcome<Answer> =
  | { readonly is: 'ok'; readonly answer: Answer }
  | ({ readonly is: 'refused' } & Refusal)
  | { readonly is: 'unknown'; readonly error: string };

interface Timed {
  readonly client: string;
  /** Milliseconds, monotonic: before the request was sent, and after the answer was read. */
  readonly start: number;
  readonly end: number;
}

export interface Write extends Timed {
  readonly kind: 'write';
  readonly verb: 'create' | 'update' | 'patch' | 'apply';
  readonly key: string;
  readonly value: string;
  /** Only this version may be replaced. */
  readonly expected?: number;
  readonly outcome: Outcome<Version>;
}

export interface Delete extends Timed {
  readonly kind: 'delete';
  readonly key: string;
  readonly expected?: number;
  readonly outcome: Outcome<{ readonly uid: string }>;
}

export interface Get extends Timed {
  readonly kind: 'get';
  readonly key: string;
  readonly outcome: Outcome<Version>;
}

export interface List extends Timed {
  readonly kind: 'list';
  readonly resource: string;
  /** Whether it must show every write that was acknowledged before it began (no resourceVersion asked for). */
  readonly consistent: boolean;
  /** The resourceVersion asked for, and how it was meant. */
  readonly exactly?: number;
  readonly notOlderThan?: number;
  readonly outcome: Outcome<Listed>;
}

/** All pages together. */
export interface Listed {
  readonly revision: number;
  readonly versions: readonly Version[];
}

export type Operation = Write | Delete | Get | List;

export interface Event {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  /** For a deletion, the last state, with the revision of the deletion. */
  readonly version: Version;
}

export type WatchItem =
  | Event
  /** Everything up to `revision` has been delivered; `initialEnd` closes the initial state of a streaming list. */
  | { readonly type: 'BOOKMARK'; readonly revision: number; readonly initialEnd: boolean };

/** One stream: what one request delivered until it ended. */
export interface Stream {
  /** The resourceVersion it started after; undefined for a streaming list, which starts with the state. */
  readonly from: number | undefined;
  readonly items: WatchItem[];
}

/** A client's watch: each stream resumes where the one before it was cut. */
export interface Watched {
  readonly client: string;
  readonly resource: string;
  readonly streams: Stream[];
}

export interface History {
  readonly operations: Operation[];
  readonly watches: Watched[];
  /** The revision of the round's beginning: there was no object yet. */
  readonly from: number;
  /** Kinds whose objects the server deletes by itself, because their time is over. */
  readonly expiring: readonly string[];
}

export const resourceOf = (key: string): string => key.slice(0, key.indexOf('/'));

export const isEvent = (item: WatchItem): item is Event => item.type !== 'BOOKMARK';
