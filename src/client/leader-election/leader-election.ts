// Of several candidates, the one that holds a Lease and keeps renewing it leads. Called by components of which there may be
// more than one: controller manager, scheduler. Timings and records are those of client-go's tools/leaderelection.
//
// Time is judged by our own monotonic clock from when a record was seen, never by the times written in it, so that wrong
// clocks do no harm; clocks that run at different speeds do. As with client-go there is no fencing: a leader whose process
// was stopped may still act before it notices.

import type { Clock } from '../../kit/clock.ts';
import type { Logger } from '../../kit/log.ts';
import { messageOf } from '../../kit/message-of.ts';
import type { MetricsRegistry } from '../../kit/metrics.ts';
import type { Random } from '../../kit/random.ts';
import type { Client } from '../client.ts';
import type { EventRecorder } from '../events/events.ts';
import { LeaseLock } from './lease-lock.ts';

export interface LeaderElectionOptions {
  readonly client: Client;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  readonly namespace: string;
  readonly name: string;
  /** Unique among the candidates: see candidateIdentity. */
  readonly identity: string;
  /** Records on the Lease who became and who stopped being the leader. */
  readonly events?: EventRecorder;
  /** Gets client-go's metrics of leader election. */
  readonly metrics?: MetricsRegistry;
  /** The Lease is not taken but given, by the controller that looks at the candidates: see lease-candidate.ts. */
  readonly coordinated?: boolean;
  /** How long others wait for a holder that does not renew; 15 s when left out. */
  readonly leaseDurationMs?: number;
  /** How long the leader tries to renew before it gives up; 10 s when left out. */
  readonly renewDeadlineMs?: number;
  /** Between attempts; 2 s when left out. */
  readonly retryPeriodMs?: number;
}

const LEASE_DURATION_MS = 15_000;
const RENEW_DEADLINE_MS = 10_000;
const RETRY_PERIOD_MS = 2_000;
/** A candidate's waits are stretched by up to this share, so that candidates do not ask all at once. */
const JITTER = 1.2;

/** As upstream's components name themselves: the host's name and a UUID. */
export const candidateIdentity = (hostname: string, random: Random): string => `${hostname}_${random.uuid()}`;

/**
 * Waits for the lead, then runs `lead`, whose signal aborts when the lead is lost or `signal` aborts. Resolves when `lead`
 * has ended, and rejects when `lead` does; the Lease is given back then unless it was lost. Others may lead while `lead` still
 * winds down after a loss: upstream's components end their process for that reason. To be a candidate again, call again.
 */
export async function runAsLeader(
  options: LeaderElectionOptions,
  lead: (signal: AbortSignal) => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  const candidate = new Candidate(options);
  if (!(await candidate.acquire(signal))) return;
  const over = new AbortController();
  const stop = () => over.abort(signal.reason);
  signal.addEventListener('abort', stop, { once: true });
  if (signal.aborted) stop();
  const leading = lead(over.signal).finally(() => over.abort(new Error('the leader has finished')));
  leading.catch(() => {});
  let lost = false;
  try {
    await candidate.renewUntilLost(over.signal);
    lost = !over.signal.aborted;
    over.abort(new Error('leader election lost'));
    await leading;
  } finally {
    signal.removeEventListener('abort', stop);
    // A lost Lease is not ours to give back, and the caller, who may still be at work, must learn of it at once.
    if (!lost) await candidate.release();
  }
}

class Candidate {
  readonly #options: LeaderElectionOptions;
  readonly #leaseDurationMs: number;
  readonly #renewDeadlineMs: number;
  readonly #retryPeriodMs: number;
  readonly #lock: LeaseLock;
  #leader = '';

  constructor(options: LeaderElectionOptions) {
    this.#options = options;
    this.#leaseDurationMs = options.leaseDurationMs ?? LEASE_DURATION_MS;
    this.#renewDeadlineMs = options.renewDeadlineMs ?? RENEW_DEADLINE_MS;
    this.#retryPeriodMs = options.retryPeriodMs ?? RETRY_PERIOD_MS;
    if (this.#leaseDurationMs <= this.#renewDeadlineMs)
      throw new RangeError('leaseDuration must be greater than renewDeadline');
    if (this.#renewDeadlineMs <= this.#retryPeriodMs * JITTER)
      throw new RangeError('renewDeadline must be greater than retryPeriod*JitterFactor');
    this.#lock = new LeaseLock(options, this.#leaseDurationMs);
    this.#showLeading(0);
  }

  /** False when the signal aborts first. */
  async acquire(signal: AbortSignal): Promise<boolean> {
    const { clock, random, log, namespace, name } = this.#options;
    log.info('attempting to acquire leader lease', { lease: `${namespace}/${name}` });
    while (!signal.aborted) {
      if (await this.#attempt(this.#renewDeadlineMs)) {
        this.#record('became leader');
        this.#showLeading(1);
        return true;
      }
      await clock.sleep(this.#retryPeriodMs * (1 + JITTER * random.float()), signal).catch(() => {});
    }
    return false;
  }

  /** Renews until that has failed for the renew deadline, until another holds the Lease, or until the signal aborts. */
  async renewUntilLost(signal: AbortSignal): Promise<void> {
    const { clock } = this.#options;
    while (!signal.aborted) {
      await clock.sleep(this.#retryPeriodMs, signal).catch(() => {});
      if (!signal.aborted && !(await this.#renew(signal))) break;
    }
    this.#record('stopped leading');
    this.#showLeading(0);
  }

  /** Gives the Lease back if it is ours, so that the next leader need not wait for it to run out. */
  async release(): Promise<void> {
    const { log, name } = this.#options;
    const given = await this.#within(this.#renewDeadlineMs, this.#lock.release()).catch(String);
    if (given !== true) log.warn('lease not released', { name, error: given || 'no answer' });
  }

  async #renew(signal: AbortSignal): Promise<boolean> {
    const { clock } = this.#options;
    // Others may take the Lease when it has not changed for its duration. A renewal that was answered late has been written
    // early, so the duration counts from when it was sent.
    const runsOut = this.#lock.renewedAt + this.#leaseDurationMs;
    const deadline = Math.min(clock.monotonic() + this.#renewDeadlineMs, runsOut);
    for (;;) {
      const left = deadline - clock.monotonic();
      if (left <= 0 || this.#lock.heldByOther) return false;
      if (await this.#attempt(left)) return true;
      if (signal.aborted) return false;
      const pause = Math.min(this.#retryPeriodMs, Math.max(0, deadline - clock.monotonic()));
      if (!this.#lock.heldByOther) await clock.sleep(pause, signal).catch(() => {});
    }
  }

  /** One attempt to take or renew the Lease; false also when no answer comes within `ms`. */
  async #attempt(ms: number): Promise<boolean> {
    const { log, name, coordinated } = this.#options;
    try {
      const attempt = coordinated ? this.#lock.tryRenewElected() : this.#lock.tryAcquireOrRenew();
      return await this.#within(ms, attempt);
    } catch (error) {
      log.warn('lease not acquired or renewed', { name, error: messageOf(error) });
      return false;
    } finally {
      this.#noteLeader();
    }
  }

  /** The result of `work`, or false when it takes longer than `ms`. */
  async #within(ms: number, work: Promise<boolean>): Promise<boolean> {
    const late = Promise.withResolvers<false>();
    const timer = this.#options.clock.after(ms, () => late.resolve(false));
    try {
      return await Promise.race([work, late.promise]);
    } finally {
      timer.cancel();
    }
  }

  #noteLeader(): void {
    if (this.#lock.holder === this.#leader) return;
    this.#leader = this.#lock.holder;
    this.#options.log.info('new leader elected', { name: this.#options.name, identity: this.#leader });
  }

  #showLeading(value: 0 | 1): void {
    const { metrics, name } = this.#options;
    metrics
      ?.gauge(
        'leader_election_master_status',
        "Gauge of if the reporting system is master of the relevant lease, 0 indicates backup, 1 indicates master. 'name' is the string used to identify the lease. Please make sure to group by name.",
      )
      .set({ name }, value);
  }

  #record(what: string): void {
    const { log, events, identity, name } = this.#options;
    log.info(what, { name, identity });
    events?.record(this.#lock.reference(), 'Normal', 'LeaderElection', `${identity} ${what}`);
  }
}
