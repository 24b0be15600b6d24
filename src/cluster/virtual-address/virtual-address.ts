// `tiphys server --virtual-address`: an address for kubectl and load balancers that one living server has, and another one within three
// seconds of its end. Servers ask one another whether they are ready, and need no agreement for the rest: the election is the same
// everywhere. Which server had the address last stands in a Lease, so that a server that comes back leaves it where it is.
// Started by control-plane.ts.
import { Lease } from '../../api/kinds/coordination/v1/lease.ts';
import { EndpointSlice } from '../../api/kinds/discovery/v1/endpoint-slice.ts';
import { isNotFound } from '../../api/status/status-error.ts';
import type { Client } from '../../client/client.ts';
import type { InformerFactory } from '../../client/informer/factory.ts';
import type { Clock } from '../../kit/clock.ts';
import type { Logger } from '../../kit/log.ts';
import { messageOf } from '../../kit/message-of.ts';
import type { NodeExec } from '../../network/node-exec.ts';
import { serversOf } from '../server-balancer/addresses.ts';
import { ServerHealth } from '../server-balancer/health.ts';
import type { Prober } from '../server-balancer/probe.ts';
import { elect } from './election.ts';
import { HeldAddress } from './held-address.ts';

export interface VirtualAddressOptions {
  readonly address: string;
  /** This server, as `host:port`. */
  readonly self: string;
  /** Its own address. */
  readonly own: string;
  /** With the rights of the API server. */
  readonly client: Client;
  /** Started and stopped by the caller. */
  readonly informers: InformerFactory;
  readonly prober: Prober;
  readonly exec: NodeExec;
  readonly clock: Clock;
  readonly log: Logger;
}

const NAMESPACE = 'kube-system';
export const LEASE = 'tiphys-virtual-address';
/** Without a majority of the store a server knows by then that it is not ready. */
const PROVEN_MS = 6_000;
/** How often the address is renewed, and said again, in milliseconds. */
const EVERY_MS = 2_000;
/** The other server learns of it by its watch of the Lease. */
const HANDED_OVER_MS = 400;
/** After the first time: a frame may be lost, and the kernel of a server that was killed answers until the address runs out there. */
const REPEATED_AFTER_MS = [500, 1_000, 2_000, 4_000, 6_000, 8_000];

export interface RunningAddress {
  /** Resolves when it is decided for the first time who has the address. */
  readonly decided: Promise<void>;
  /** The address is handed over, and taken away then. */
  stop(): Promise<void>;
}

export function startVirtualAddress(options: VirtualAddressOptions): RunningAddress {
  return new VirtualAddress(options);
}

class VirtualAddress implements RunningAddress {
  readonly #options: VirtualAddressOptions;
  readonly #held: HeldAddress;
  readonly #health: ServerHealth;
  readonly #removals: (() => void)[];
  readonly decided: Promise<void>;
  #servers: readonly string[];
  #last: string | undefined;
  #holds = false;
  /** Monotonic. */
  #aloneSince: number | undefined;
  #waiting = false;
  #work: Promise<void> = Promise.resolve();
  #stopped = false;

  constructor(options: VirtualAddressOptions) {
    this.#options = options;
    const { clock, informers, self, prober } = options;
    this.#servers = [self];
    this.#held = new HeldAddress(options);
    this.#health = new ServerHealth({ clock, probe: prober.probe, onChange: () => this.#look() });
    const slices = informers.informer(EndpointSlice, {
      namespace: 'default',
      fieldSelector: 'metadata.name=kubernetes',
    });
    const leases = informers.informer(Lease, {
      namespace: NAMESPACE,
      fieldSelector: `metadata.name=${LEASE}`,
    });
    const onSlice = (slice: Readonly<EndpointSlice>) => {
      this.#servers = [...new Set([...serversOf([slice]), self])].sort();
      this.#health.watch(this.#servers);
      this.#look();
    };
    const onLease = (lease: Readonly<Lease>) => {
      this.#last = lease.spec?.holderIdentity ?? undefined;
      this.#look();
    };
    const ticks = clock.every(EVERY_MS, () => this.#look());
    this.#removals = [
      slices.addHandler({ onAdd: onSlice, onUpdate: onSlice }),
      leases.addHandler({ onAdd: onLease, onUpdate: onLease }),
      () => ticks.cancel(),
    ];
    // Before the first look it is known who else there is, and who has the address.
    this.decided = Promise.all([slices.synced(), leases.synced()]).then(() => this.#round());
    this.#work = this.decided;
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    for (const remove of this.#removals) remove();
    await this.#work;
    if (this.#holds) await this.#handOver();
    this.#health.stop();
    this.#options.prober.close();
    await this.#held.release().catch((error) => this.#complain(error));
  }

  /** Another server has the address before this one lets go: in between, clients would wait for a second until they dial again. */
  async #handOver(): Promise<void> {
    const { self, clock } = this.#options;
    const next = elect({
      servers: this.#servers.filter((server) => server !== self),
      healthOf: (server) => this.#health.of(server),
      last: undefined,
    });
    if (next) await Promise.race([this.#note(next), clock.sleep(HANDED_OVER_MS)]);
    if (next) await clock.sleep(HANDED_OVER_MS);
  }

  /** Rounds follow one another; those that wait are one. */
  #look(): void {
    if (this.#waiting || this.#stopped) return;
    this.#waiting = true;
    this.#work = this.#work.then(() => {
      this.#waiting = false;
      return this.#round();
    });
  }

  async #round(): Promise<void> {
    if (this.#stopped) return;
    const { self, log, address } = this.#options;
    const elected = elect({
      servers: this.#servers,
      healthOf: (server) => this.#health.of(server),
      last: this.#last,
    });
    const alone = this.#isAlone();
    this.#aloneSince = alone ? (this.#aloneSince ?? this.#options.clock.monotonic()) : undefined;
    try {
      if (elected === self && (this.#holds || !alone || this.#isProven())) {
        const fresh = await this.#held.hold();
        if (!this.#holds || fresh) await this.#tell();
        // Somebody may have been believed meanwhile who should not have been.
        else if (!alone) await this.#held.announce();
        if (!this.#holds) log.info('this server has the virtual address', { address });
        this.#holds = true;
        if (this.#last !== self) void this.#note(self);
      } else {
        await this.#held.release();
        if (this.#holds) log.info('this server gives up the virtual address', { address, to: elected });
        this.#holds = false;
      }
    } catch (error) {
      this.#complain(error);
    }
  }

  /** It hears no other server: they may have ended, or it is deaf itself, and what it says would be believed. */
  #isAlone(): boolean {
    const others = this.#servers.filter((server) => server !== this.#options.self);
    return others.length > 0 && others.every((server) => this.#health.of(server) === 'silent');
  }

  /** Being alone and still ready for so long, it has a store that answers. */
  #isProven(): boolean {
    const { clock } = this.#options;
    return this.#aloneSince !== undefined && clock.monotonic() - this.#aloneSince >= PROVEN_MS;
  }

  async #tell(): Promise<void> {
    await this.#held.announce();
    for (const ms of REPEATED_AFTER_MS)
      this.#options.clock.after(ms, () => {
        if (this.#holds && !this.#stopped) this.#held.announce().catch((error) => this.#complain(error));
      });
  }

  /** Nothing waits for it: without a majority of the store it cannot be written. */
  async #note(holder: string): Promise<void> {
    const { client } = this.#options;
    this.#last = holder;
    try {
      const spec = { holderIdentity: holder };
      await client.patch(Lease, LEASE, NAMESPACE, 'merge', { spec }).catch(async (error) => {
        if (!isNotFound(error)) throw error;
        const metadata = { name: LEASE, namespace: NAMESPACE };
        await client.create(Lease, { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata, spec });
      });
    } catch (error) {
      this.#complain(error);
    }
  }

  #complain(error: unknown): void {
    this.#options.log.warn('the virtual address', { error: messageOf(error) });
  }
}
