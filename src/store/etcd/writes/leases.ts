// Leases for keys with a time to live. Keys written within a short time share one, as many leases are a burden to etcd.
// Called by writer.ts. Upstream: staging/src/k8s.io/apiserver/pkg/storage/etcd3/lease_manager.go.
import type { Clock } from '../../../kit/clock.ts';
import type { Endpoints } from '../rpc/endpoints.ts';
import { LEASE_GRANT } from '../rpc/methods.ts';

/** How long a lease is given to further keys: a twentieth of its time, a minute at most. */
const MOST_SHARED_SECONDS = 60;
const SHARED_PART = 0.05;
const MOST_KEYS = 1_000;

interface Granted {
  readonly lease: Promise<bigint>;
  /** Monotonic milliseconds until which it outlives a key's time to live. */
  readonly until: number;
  keys: number;
}

export class Leases {
  readonly #clock: Clock;
  readonly #endpoints: Endpoints;
  readonly #bySeconds = new Map<number, Granted>();

  constructor(clock: Clock, endpoints: Endpoints) {
    this.#clock = clock;
    this.#endpoints = endpoints;
  }

  /** A lease that ends after `seconds`, and at most a minute later. */
  for(seconds: number, timeout: number): Promise<bigint> {
    const now = this.#clock.monotonic();
    const known = this.#bySeconds.get(seconds);
    if (known && now < known.until && known.keys < MOST_KEYS) {
      known.keys++;
      return known.lease;
    }
    const shared = Math.floor(Math.min(MOST_SHARED_SECONDS, seconds * SHARED_PART));
    const lease = this.#endpoints
      .call(LEASE_GRANT, { TTL: seconds + shared, ID: 0n }, timeout)
      .then(({ ID }) => ID);
    const granted = { lease, until: now + shared * 1000, keys: 1 };
    this.#bySeconds.set(seconds, granted);
    lease.catch(() => this.#forget(granted, seconds));
    return lease;
  }

  /** The lease has ended before its time: it was revoked, or etcd was restored. */
  lost(seconds: number): void {
    this.#bySeconds.delete(seconds);
  }

  #forget(granted: Granted, seconds: number): void {
    if (this.#bySeconds.get(seconds) === granted) this.#bySeconds.delete(seconds);
  }
}
