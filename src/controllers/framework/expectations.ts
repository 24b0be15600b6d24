// Creations and deletions per key that the cache does not show yet. A controller that counts its children waits for them:
// counting earlier would create or delete twice. Expectations expire after five minutes, as upstream's
// ControllerExpectations (pkg/controller/controller_utils.go).
import type { Clock } from '../../kit/clock.ts';

interface Expected {
  creations: number;
  readonly deletions: Set<string>;
  since: number;
}

const GIVE_UP_MS = 5 * 60_000;

export class Expectations {
  readonly #clock: Pick<Clock, 'monotonic'>;
  readonly #byKey = new Map<string, Expected>();

  constructor(clock: Pick<Clock, 'monotonic'>) {
    this.#clock = clock;
  }

  /** True when the cache has shown all writes for `key`, or when they have expired. */
  satisfied(key: string): boolean {
    const expected = this.#byKey.get(key);
    if (!expected) return true;
    if (expected.creations <= 0 && expected.deletions.size === 0) return true;
    return this.#clock.monotonic() - expected.since > GIVE_UP_MS;
  }

  /** Call before the first write is sent: its watch event may come before its answer. */
  expect(key: string, creations: number, deletions: Iterable<string>): void {
    this.#byKey.set(key, { creations, deletions: new Set(deletions), since: this.#clock.monotonic() });
  }

  expectCreations(key: string, count: number): void {
    this.expect(key, count, []);
  }

  expectDeletions(key: string, uids: Iterable<string>): void {
    this.expect(key, 0, uids);
  }

  /** A creation was seen in the cache, or failed. */
  creationObserved(key: string, count = 1): void {
    const expected = this.#byKey.get(key);
    if (expected) expected.creations -= count;
  }

  deletionObserved(key: string, uid: string): void {
    this.#byKey.get(key)?.deletions.delete(uid);
  }

  forget(key: string): void {
    this.#byKey.delete(key);
  }
}
