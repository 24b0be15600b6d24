// What an implementation passes to the contract suite, and the helpers that its tests share.

import type { SteppedClock } from '../../kit/clock.fake.ts';
import type { Entry, Store, StoreEvent } from '../store.ts';

export interface Subject {
  /** Opens a store of its own for one test. */
  open(clock: SteppedClock): Promise<Store>;
  /** Closes a store and reopens it on the same data; left out when it keeps none. */
  reopen?(store: Store, clock: SteppedClock): Promise<Store>;
  /** Ends what a test's store was on, after it was closed. */
  release?(store: Store): Promise<void>;
  /** Several servers share the data. Then versions expire by the time of a machine that no test can set, reads that promise the
   *  newest state wait, and writes of several keys at once come in any order. */
  readonly isShared?: true;
  /** Why the tests are left out on this machine. */
  readonly skip?: string | false;
}

/** Runs a test against a fresh store and closes it afterwards. */
export type WithStore = (
  body: (store: Store, clock: SteppedClock) => Promise<void> | void,
) => () => Promise<void>;

export const encoded = (text: string) => () => Buffer.from(text);

export const text = (entry: Entry | undefined): string | undefined => entry?.value.toString();

export const keys = (entries: readonly Entry[]): string[] => entries.map((entry) => entry.key);

/** Creates the key, or replaces whatever it holds. */
export function put(store: Store, key: string, value: string): Promise<Entry> {
  const current = store.get(key);
  return current ? store.update(key, current.revision, encoded(value)) : store.create(key, encoded(value));
}

/** An event in one line: `put key@revision value (was value)` or `delete key@revision (was value)`. */
export function line(event: StoreEvent): string {
  const was = event.previous ? ` (was ${text(event.previous)})` : '';
  return event.type === 'put'
    ? `put ${event.entry.key}@${event.entry.revision} ${text(event.entry)}${was}`
    : `delete ${event.key}@${event.revision}${was}`;
}

/** Watches into an array of lines. */
export function record(store: Store, prefix: string, from: number) {
  const lines: string[] = [];
  const watch = store.watch(prefix, from, { events: (events) => lines.push(...events.map(line)) });
  return { lines, watch };
}

/** Resolves once the store shows `revision`. */
export function reached(store: Store, revision: number): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const watch = store.watch('', store.revision, {
    events() {},
    progress(now) {
      if (now >= revision) resolve();
    },
  });
  return promise.finally(() => watch.close());
}
