// Whether a workload's pods are rolled for a change of their configuration. Pure.

/** A change waits so long for others that come with it, and so long at most. */
export const SETTLED_MS = 2_000;
export const LONGEST_WAIT_MS = 10_000;

/** What is remembered of a workload. */
export interface Known {
  /** Of the configuration for which its pods were rolled last, or with which they were first seen. */
  readonly rolled: string;
  /** A configuration that differs, since when it is as it is, and since when any differed. */
  readonly pending?: { readonly hash: string; readonly since: number; readonly first: number };
}

export interface Seen {
  /** Of the configuration now. */
  readonly hash: string;
  /** The annotation of the workload, and that of its template. */
  readonly recorded: string | undefined;
  readonly stamp: string | undefined;
  /** Milliseconds, monotonic. */
  readonly now: number;
}

export type Decision =
  | { readonly type: 'nothing'; readonly known: Known }
  | { readonly type: 'wait'; readonly known: Known; readonly ms: number }
  /** The workload's annotation is written, and nothing is rolled. */
  | { readonly type: 'record'; readonly known: Known }
  /** Both annotations are written. */
  | { readonly type: 'roll'; readonly known: Known; readonly stamp: string };

/** `before` is undefined when the workload is seen for the first time since the controller started. */
export function decide(before: Known | undefined, { hash, recorded, stamp, now }: Seen): Decision {
  const rolled = before?.rolled ?? recorded ?? hash;
  if (rolled === hash) {
    const known = { rolled };
    // New, or brought back by a rollback: pods that it made have read what there is now.
    return recorded === hash ? { type: 'nothing', known } : { type: 'record', known };
  }
  const pending =
    before?.pending?.hash === hash
      ? before.pending
      : { hash, since: now, first: before?.pending?.first ?? now };
  const left = Math.min(pending.since + SETTLED_MS, pending.first + LONGEST_WAIT_MS) - now;
  if (left > 0) return { type: 'wait', known: { rolled, pending }, ms: left };
  return { type: 'roll', known: { rolled: hash }, stamp: otherThan(stamp, hash) };
}

/** A template that has this hash already, from before a rollback, needs another text to be rolled. */
function otherThan(stamp: string | undefined, hash: string): string {
  return stamp === hash ? `${hash}-again` : hash;
}
