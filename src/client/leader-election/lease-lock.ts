// A Lease as a lock that runs out: who holds it, since when we have known that, and how to take, renew and give it back.
// Called by leader-election.ts. Every write names the version that it was decided on, so two candidates cannot both succeed.
import { Lease } from '../../api/kinds/coordination/v1/lease.ts';
import type { ObjectReference } from '../../api/kinds/core/v1/references.ts';
import { isAlreadyExists, isConflict, isNotFound } from '../../api/status/status-error.ts';
import { type Clock, rfc3339Micro } from '../../kit/clock.ts';
import type { Client } from '../client.ts';
import { referenceTo } from '../events/events.ts';

export interface LeaseLockOptions {
  readonly client: Client;
  readonly clock: Clock;
  readonly namespace: string;
  readonly name: string;
  readonly identity: string;
}

type LeaseSpec = NonNullable<Lease['spec']>;

export class LeaseLock {
  readonly #options: LeaseLockOptions;
  readonly #durationMs: number;
  /** The Lease as last seen or written. */
  #lease: Lease | undefined;
  /** When its record was seen to change. */
  #observedAt = Number.NEGATIVE_INFINITY;
  /** When the last write that succeeded was sent. */
  renewedAt = Number.NEGATIVE_INFINITY;
  #released = false;

  constructor(options: LeaseLockOptions, durationMs: number) {
    this.#options = options;
    this.#durationMs = durationMs;
  }

  get holder(): string {
    return this.#lease?.spec?.holderIdentity ?? '';
  }

  get heldByOther(): boolean {
    return this.holder !== '' && this.holder !== this.#options.identity;
  }

  /** True when the Lease is ours now. Conflicts are false, other failures are thrown. */
  async tryAcquireOrRenew(): Promise<boolean> {
    try {
      if (await this.#renewUnread()) return true;
      await this.#read();
      if (this.#released) return false;
      if (!this.#lease) return await this.#create();
      if (this.heldByOther && !this.#ranOut()) return false;
      return await this.#write(this.#lease, this.#taken(this.#lease.spec));
    } catch (error) {
      if (isConflict(error) || isAlreadyExists(error)) return false;
      throw error;
    }
  }

  /**
   * In coordinated leader election: true when the Lease was given to us, has not run out, and is renewed now. False also when
   * another holder is preferred: then it must run out. Conflicts are false, other failures are thrown.
   */
  async tryRenewElected(): Promise<boolean> {
    try {
      await this.#read();
      const lease = this.#lease;
      if (!lease || this.#released || this.holder !== this.#options.identity) return false;
      if (this.#ranOut() || lease.spec?.preferredHolder) return false;
      const { strategy } = lease.spec ?? {};
      return await this.#write(lease, { ...this.#taken(lease.spec), ...(strategy && { strategy }) });
    } catch (error) {
      if (isConflict(error)) return false;
      throw error;
    }
  }

  /** Does nothing unless the Lease is ours. Later attempts that are still under way do not take it again. */
  async release(): Promise<boolean> {
    const { clock, identity } = this.#options;
    this.#released = true;
    await this.#read();
    if (!this.#lease || this.holder !== identity) return true;
    const now = rfc3339Micro(clock.now());
    const { leaseTransitions = 0 } = this.#lease.spec ?? {};
    return this.#write(this.#lease, {
      leaseDurationSeconds: 1,
      acquireTime: now,
      renewTime: now,
      leaseTransitions,
    });
  }

  reference(): ObjectReference {
    const { name, namespace } = this.#options;
    return referenceTo(Lease, this.#lease ?? { metadata: { name, namespace } });
  }

  /** Renews without reading first, as long as what we have written stands; whatever fails here is tried again by reading. */
  async #renewUnread(): Promise<boolean> {
    const lease = this.#lease;
    if (!lease || this.holder !== this.#options.identity || this.#ranOut()) return false;
    try {
      return await this.#write(lease, this.#taken(lease.spec));
    } catch {
      return false;
    }
  }

  async #read(): Promise<void> {
    const { client, namespace, name } = this.#options;
    try {
      this.#observe(await client.get(Lease, name, namespace));
    } catch (error) {
      if (!isNotFound(error)) throw error;
      this.#lease = undefined;
    }
  }

  async #create(): Promise<boolean> {
    const { client, clock, namespace, name } = this.#options;
    const sent = clock.monotonic();
    const metadata = { name, namespace };
    const spec = this.#taken(undefined);
    this.#observe(
      await client.create(Lease, { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata, spec }),
    );
    this.renewedAt = sent;
    return true;
  }

  /** The metadata's resourceVersion makes the write fail if another candidate has written since. */
  async #write(lease: Lease, spec: LeaseSpec): Promise<boolean> {
    const sent = this.#options.clock.monotonic();
    this.#observe(await this.#options.client.update(Lease, { ...lease, spec }));
    this.renewedAt = sent;
    return true;
  }

  #observe(lease: Lease): void {
    if (JSON.stringify(lease.spec ?? {}) !== JSON.stringify(this.#lease?.spec ?? {}) || !this.#lease)
      this.#observedAt = this.#options.clock.monotonic();
    this.#lease = lease;
  }

  /** Whether the record has stood unchanged for as long as it says that it is good for. */
  #ranOut(): boolean {
    const seconds = this.#lease?.spec?.leaseDurationSeconds;
    const duration = seconds === undefined ? this.#durationMs : seconds * 1000;
    return this.#options.clock.monotonic() - this.#observedAt >= duration;
  }

  /** The record with us as the holder. It is no longer coordinated, as with client-go. */
  #taken(before: LeaseSpec | undefined): LeaseSpec {
    const { clock, identity } = this.#options;
    const now = rfc3339Micro(clock.now());
    const ours = before?.holderIdentity === identity;
    const transitions = before?.leaseTransitions ?? 0;
    const { strategy: _strategy, preferredHolder: _preferred, ...rest } = before ?? {};
    return {
      ...rest,
      holderIdentity: identity,
      leaseDurationSeconds: this.#durationMs / 1000,
      acquireTime: ours ? (before.acquireTime ?? now) : now,
      renewTime: now,
      leaseTransitions: ours || !before ? transitions : transitions + 1,
    };
  }
}
