// One of several takes the lead by holding a Lease and renewing it; the others wait for it to run out.
// Timings are upstream's. Used by controllers and scheduler when there may be more than one of them.
import { Lease } from '../../api/kinds/coordination/v1/lease.ts';
import { isAlreadyExists, isConflict, isNotFound } from '../../api/status/status-error.ts';
import { type Clock, rfc3339Micro } from '../../kit/clock.ts';
import type { Logger } from '../../kit/log.ts';
import type { Random } from '../../kit/random.ts';
import type { Client } from '../client.ts';

export interface LeaderElectionOptions {
  readonly client: Client;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  readonly namespace: string;
  readonly name: string;
  /** Who we are: unique among the candidates. */
  readonly identity: string;
  readonly leaseDurationMs?: number;
  readonly renewDeadlineMs?: number;
  readonly retryPeriodMs?: number;
}

const LEASE_DURATION_MS = 15_000;
const RENEW_DEADLINE_MS = 10_000;
const RETRY_PERIOD_MS = 2_000;
/** Waits are stretched by up to this share, so that candidates do not march in step. */
const JITTER = 1.2;

interface Held {
  readonly record: string;
  readonly seenAt: number;
}

/**
 * Waits for the lead, then runs `lead` until it is lost or `signal` aborts; `lead` gets a signal that aborts then.
 * Resolves when the lead is over; a candidate that wants another turn calls again.
 */
export async function runAsLeader(
  options: LeaderElectionOptions,
  lead: (signal: AbortSignal) => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  const candidate = new Candidate(options);
  await candidate.acquire(signal);
  if (signal.aborted) return;
  const over = new AbortController();
  const stop = () => over.abort(signal.reason);
  signal.addEventListener('abort', stop, { once: true });
  const leading = lead(over.signal);
  try {
    await candidate.renewUntilLost(over.signal);
  } finally {
    signal.removeEventListener('abort', stop);
    over.abort(new Error('leader election lost'));
    await leading.catch(() => {});
    if (signal.aborted) await candidate.release();
  }
}

class Candidate {
  readonly #options: LeaderElectionOptions;
  #held: Held | undefined;

  constructor(options: LeaderElectionOptions) {
    this.#options = options;
  }

  async acquire(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      if (await this.#try()) return;
      await this.#wait(signal);
    }
  }

  async renewUntilLost(signal: AbortSignal): Promise<void> {
    const { clock, renewDeadlineMs = RENEW_DEADLINE_MS, retryPeriodMs = RETRY_PERIOD_MS } = this.#options;
    let renewed = clock.monotonic();
    while (!signal.aborted && clock.monotonic() - renewed < renewDeadlineMs) {
      await clock.sleep(retryPeriodMs, signal).catch(() => {});
      if (!signal.aborted && (await this.#try())) renewed = clock.monotonic();
    }
  }

  /** Lets go at once, so that the next leader need not wait for the lease to run out. */
  async release(): Promise<void> {
    const { client, namespace, name, identity, clock } = this.#options;
    try {
      const lease = await client.get(Lease, name, namespace);
      if (lease.spec?.holderIdentity !== identity) return;
      const now = rfc3339Micro(clock.now());
      const { leaseTransitions = 0 } = lease.spec;
      const spec = { leaseTransitions, leaseDurationSeconds: 1, renewTime: now, acquireTime: now };
      await client.update(Lease, { ...lease, spec });
    } catch (error) {
      this.#options.log.warn('lease not released', { name, error: String(error) });
    }
  }

  async #try(): Promise<boolean> {
    try {
      return await this.#acquireOrRenew();
    } catch (error) {
      if (!isConflict(error) && !isAlreadyExists(error))
        this.#options.log.warn('lease not taken', { name: this.#options.name, error: String(error) });
      return false;
    }
  }

  async #acquireOrRenew(): Promise<boolean> {
    const { client, namespace, name, identity } = this.#options;
    const lease = await this.#read();
    if (!lease) {
      const metadata = { name, namespace };
      const spec = this.#spec(undefined);
      await client.create(Lease, { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata, spec });
      return true;
    }
    if (lease.spec?.holderIdentity !== identity && this.#heldByOther(lease)) return false;
    await client.update(Lease, { ...lease, spec: { ...lease.spec, ...this.#spec(lease) } });
    return true;
  }

  async #read(): Promise<Lease | undefined> {
    const { client, namespace, name } = this.#options;
    try {
      return await client.get(Lease, name, namespace);
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
  }

  /** True while the holder keeps renewing, judged by our own clock from when we saw the last change. */
  #heldByOther(lease: Lease): boolean {
    const { clock, leaseDurationMs = LEASE_DURATION_MS } = this.#options;
    const { spec } = lease;
    const record = JSON.stringify(spec ?? {});
    if (this.#held?.record !== record) this.#held = { record, seenAt: clock.monotonic() };
    if (!spec?.holderIdentity) return false;
    const duration = (spec.leaseDurationSeconds ?? leaseDurationMs / 1000) * 1000;
    return clock.monotonic() - this.#held.seenAt < duration;
  }

  #spec(lease: Lease | undefined): NonNullable<Lease['spec']> {
    const { clock, identity, leaseDurationMs = LEASE_DURATION_MS } = this.#options;
    const now = rfc3339Micro(clock.now());
    const mine = lease?.spec?.holderIdentity === identity;
    const before = lease?.spec?.leaseTransitions ?? 0;
    return {
      holderIdentity: identity,
      leaseDurationSeconds: leaseDurationMs / 1000,
      acquireTime: mine ? (lease?.spec?.acquireTime ?? now) : now,
      renewTime: now,
      leaseTransitions: mine || !lease ? before : before + 1,
    };
  }

  async #wait(signal: AbortSignal): Promise<void> {
    const { clock, random, retryPeriodMs = RETRY_PERIOD_MS } = this.#options;
    await clock.sleep(retryPeriodMs * (1 + JITTER * random.float()), signal).catch(() => {});
  }
}
