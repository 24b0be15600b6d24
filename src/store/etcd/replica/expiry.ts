// When versions expire, for snapshots: etcd deletes them itself. A version has a lease, which many share; how long a lease lasts is
// asked once. Called by replica.ts and etcd-store.ts.
import type { Clock } from '../../../kit/clock.ts';
import type { Endpoints } from '../rpc/endpoints.ts';
import { LEASE_TIME_TO_LIVE } from '../rpc/methods.ts';

const ASK_MS = 5_000;

interface Leased {
  readonly revision: number;
  readonly lease: bigint;
}

export class Expiry {
  readonly #clock: Clock;
  readonly #endpoints: Endpoints;
  readonly #byKey = new Map<string, Leased>();
  /** Wall time in milliseconds, by lease; undefined while it is being asked. */
  readonly #ends = new Map<bigint, number | undefined>();

  constructor(clock: Clock, endpoints: Endpoints) {
    this.#clock = clock;
    this.#endpoints = endpoints;
  }

  /** The lease of a key's newest version, 0 for none. */
  seen(key: string, revision: number, lease: bigint): void {
    if (lease === 0n) {
      this.#byKey.delete(key);
      return;
    }
    this.#byKey.set(key, { revision, lease });
    if (!this.#ends.has(lease)) void this.#ask(lease);
  }

  gone(key: string): void {
    this.#byKey.delete(key);
    if (this.#byKey.size === 0) this.#ends.clear();
  }

  /** Wall times of expiry by revision. */
  due(): ReadonlyMap<number, number> {
    const due = new Map<number, number>();
    for (const { revision, lease } of this.#byKey.values()) {
      const end = this.#ends.get(lease);
      if (end !== undefined) due.set(revision, end);
    }
    return due;
  }

  async #ask(lease: bigint): Promise<void> {
    this.#ends.set(lease, undefined);
    try {
      const { TTL } = await this.#endpoints.call(LEASE_TIME_TO_LIVE, { ID: lease }, ASK_MS);
      if (this.#ends.has(lease)) this.#ends.set(lease, this.#clock.now() + Math.max(0, TTL) * 1000);
    } catch {
      // It is asked again for the next version that has it.
      this.#ends.delete(lease);
    }
  }
}
