// What this server says of itself to others, renewed every ten seconds: its Lease, and its address among the endpoints of the service
// `kubernetes`. What is written in one round goes to the disk in one commit. Started by api-server.ts.
import { Lease } from '../../api/kinds/coordination/v1/lease.ts';
import type { Clock, Timer } from '../../kit/clock.ts';
import type { Logger } from '../../kit/log.ts';
import type { Random } from '../../kit/random.ts';
import { ClockCheck } from './clock-check.ts';
import { IdentityLease } from './identity-lease.ts';
import { KubernetesService, type KubernetesServiceOptions } from './kubernetes-service.ts';

export interface PresenceOptions extends KubernetesServiceOptions {
  readonly random: Random;
  readonly hostname: string;
  /** Names and addresses under which this server is reached. */
  readonly names?: readonly string[];
  readonly log: Logger;
}

const INTERVAL = 10_000;
const COLLECTION_INTERVAL = 3_600_000;

export class Presence {
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #lease: IdentityLease;
  readonly #service: KubernetesService;
  readonly #clockCheck: ClockCheck;
  readonly #timers: Timer[] = [];
  #running: Promise<void> | undefined;

  constructor(options: PresenceOptions) {
    const { resources, clock, random, log, hostname, names } = options;
    this.#clock = clock;
    this.#log = log;
    this.#lease = new IdentityLease(resources.stored(Lease), clock, random, hostname, names);
    this.#service = new KubernetesService(options);
    this.#clockCheck = new ClockCheck(clock);
  }

  /** The name of this server's Lease. */
  get serverId(): string {
    return this.#lease.name;
  }

  /** Why the other servers' clocks make this one's a wrong one. */
  get clockProblem(): string | undefined {
    return this.#clockCheck.problem;
  }

  /** Resolves when others can find the server, or the first attempt has failed: on a full disk it serves all the same. */
  async start(): Promise<void> {
    await this.#round();
    this.#timers.push(
      this.#clock.every(INTERVAL, () => {
        this.#running ??= this.#round().finally(() => {
          this.#running = undefined;
        });
      }),
      this.#clock.every(COLLECTION_INTERVAL, () => this.#collect()),
    );
    this.#collect();
  }

  async stop(): Promise<void> {
    for (const timer of this.#timers.splice(0)) timer.cancel();
    await this.#running;
    await Promise.all([this.#lease.remove(), this.#service.leave()]).catch((error) =>
      this.#log.warn('the presence of this server was not withdrawn', { error }),
    );
  }

  async #round(): Promise<void> {
    const results = await Promise.allSettled([this.#lease.renew(), this.#service.keep()]);
    for (const result of results)
      if (result.status === 'rejected')
        this.#log.warn('the presence of this server was not renewed', { error: result.reason });
    this.#compareClocks();
  }

  #compareClocks(): void {
    const before = this.clockProblem;
    this.#clockCheck.look(this.#service.otherRenewals());
    this.#lease.look();
    const problem = this.clockProblem;
    if (problem && !before) this.#log.error(`${problem}: this server is not ready, and leads nothing`);
    if (!problem && before)
      this.#log.info('the clock of this machine agrees with those of most servers again');
  }

  #collect(): void {
    this.#lease
      .collectExpired()
      .catch((error) => this.#log.warn('expired leases of servers were not removed', { error }));
  }
}
