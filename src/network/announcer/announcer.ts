// Keeps every address of the pool on the node that is elected for it, among the nodes that this process runs. An address is taken
// from one of them before it is given to another; a node that answers no more keeps it in vain, behind a link that leads nowhere.
// Made by start-announcer.ts, which says when something may have changed.
import type { Service } from '../../api/kinds/core/v1/service.ts';
import type { Clock } from '../../kit/clock.ts';
import type { Logger } from '../../kit/log.ts';
import { messageOf } from '../../kit/message-of.ts';
import { elect, type Situation, servicesByAddress } from './election.ts';

export interface OwnNode {
  readonly name: string;
  /** Takes away what is not wanted. */
  withdraw(wanted: ReadonlySet<string>): Promise<void>;
  /** Adds and announces what is missing; resolves with that. */
  add(wanted: ReadonlySet<string>): Promise<string[]>;
  announce(addresses: readonly string[]): Promise<void>;
}

export interface AnnouncerOptions {
  readonly nodes: readonly OwnNode[];
  readonly situation: () => Situation;
  /** Makes the machine find the addresses. */
  readonly lead: (addresses: ReadonlySet<string>) => Promise<void>;
  /** The node has begun to announce an address of the Service. */
  readonly onAssigned: (service: Service, node: string) => void;
  readonly clock: Clock;
  readonly log: Logger;
}

/** After the first time: a frame may be lost. */
const REPEATED_AFTER_MS = [1_000, 3_000];
const RETRY_MS = 1_000;

export class Announcer {
  readonly #options: AnnouncerOptions;
  #elected = new Map<string, string>();
  /** What was done last, whole. */
  #done: string | undefined;
  #work: Promise<void> | undefined;
  #again = false;
  #stopped = false;

  constructor(options: AnnouncerOptions) {
    this.#options = options;
  }

  /** Something may have changed. Resolves when what was so at this call is done. */
  changed(): Promise<void> {
    this.#again = true;
    this.#work ??= this.#run().finally(() => {
      this.#work = undefined;
    });
    return this.#work;
  }

  /** Addresses stay where they are. */
  stop(): void {
    this.#stopped = true;
  }

  async #run(): Promise<void> {
    const { clock, log } = this.#options;
    while (this.#again && !this.#stopped) {
      this.#again = false;
      try {
        await this.#round();
      } catch (error) {
        log.warn('addresses of load balancers could not be announced', { error: messageOf(error) });
        this.#done = undefined;
        clock.after(RETRY_MS, () => void this.changed());
      }
    }
  }

  async #round(): Promise<void> {
    const { nodes, situation, lead, onAssigned } = this.#options;
    const now = situation();
    this.#elected = elect(now);
    const wanted = JSON.stringify([...this.#elected].sort());
    if (wanted === this.#done) return;
    const of = ({ name }: OwnNode) =>
      new Set([...this.#elected].flatMap(([address, node]) => (node === name ? address : [])));
    await all(nodes.map((node) => node.withdraw(of(node))));
    await all(
      nodes.map(async (node) => {
        const added = await node.add(of(node));
        if (added.length === 0) return;
        this.#repeat(node, added);
        const services = servicesByAddress(now);
        const told = new Set(added.flatMap((address) => services.get(address) ?? []));
        for (const service of told) onAssigned(service, node.name);
      }),
    );
    await lead(new Set(this.#elected.keys()));
    this.#done = wanted;
  }

  #repeat(node: OwnNode, addresses: readonly string[]): void {
    const { clock, log } = this.#options;
    for (const ms of REPEATED_AFTER_MS)
      clock.after(ms, () => {
        const still = addresses.filter((address) => this.#elected.get(address) === node.name);
        if (this.#stopped || still.length === 0) return;
        node
          .announce(still)
          .catch((error) => log.warn('an announcement failed', { node: node.name, error: messageOf(error) }));
      });
  }
}

/** Each is tried, whatever becomes of the others. */
async function all(work: readonly Promise<void>[]): Promise<void> {
  const failed = (await Promise.allSettled(work)).find((result) => result.status === 'rejected');
  if (failed) throw failed.reason;
}
