// Keeps every address of the pool on the node that is elected for it, among the nodes that this process runs. An address is taken
// from one of them before it is given to another; what cannot be taken away is tried again, and announced anew where it belongs.
// Made by start-announcer.ts, which says when something may have changed.
import type { Service } from '../../api/kinds/core/v1/service.ts';
import { Backoff } from '../../kit/backoff.ts';
import type { Clock } from '../../kit/clock.ts';
import type { Logger } from '../../kit/log.ts';
import { messageOf } from '../../kit/message-of.ts';
import { elect, type Situation, servicesByAddress } from './election.ts';

export interface OwnNode {
  readonly name: string;
  /** Somebody else may have changed it: it is read anew. */
  forget(): void;
  /** Nothing but Services is reached through these addresses, wherever they are. */
  guard(announced: ReadonlySet<string>): Promise<void>;
  /** Takes away what is not wanted. */
  withdraw(wanted: ReadonlySet<string>): Promise<void>;
  /** Adds and announces what is missing; resolves with that. */
  add(wanted: ReadonlySet<string>): Promise<string[]>;
  /** Tells the neighbours again where those of the addresses are that the node has. */
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
const RETRY_MS = { base: 1_000, cap: 30_000 };

export class Announcer {
  readonly #options: AnnouncerOptions;
  #elected = new Map<string, string>();
  /** What was done last, whole. */
  #done: string | undefined;
  #work: Promise<void> | undefined;
  readonly #backoff = new Backoff<'round'>(RETRY_MS);
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

  /** Looks at the nodes although nothing has changed: somebody else may have changed them. */
  look(): Promise<void> {
    this.#forget();
    return this.changed();
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
        this.#forget();
        clock.after(this.#backoff.next('round'), () => void this.changed());
      }
    }
  }

  async #round(): Promise<void> {
    const { nodes, situation, lead } = this.#options;
    const now = situation();
    this.#elected = elect(now);
    const wanted = JSON.stringify([...this.#elected].sort());
    if (wanted === this.#done) return;
    const announced = new Set(this.#elected.keys());
    // What cannot be taken from one node is given to another all the same: that node may be gone for good. Nobody waits for those that
    // do not answer.
    const [alive, silent] = [true, false].map((is) => nodes.filter(({ name }) => now.isAlive(name) === is));
    const vain = each(silent!, (node) => node.withdraw(this.#addressesOf(node)));
    const withdrawn = await each(alive!, (node) => node.withdraw(this.#addressesOf(node)));
    const added = await each(nodes, (node) => this.#add(node, now));
    const failures = [...withdrawn, ...added, ...(await vain)];
    await lead(announced);
    if (failures.length > 0) throw failures[0];
    // A node that had lost an address in vain until now may have been believed by neighbours.
    if (this.#backoff.failures('round') > 0)
      for (const node of nodes) await node.announce([...this.#addressesOf(node)]);
    this.#backoff.forget('round');
    this.#done = wanted;
  }

  #forget(): void {
    for (const node of this.#options.nodes) node.forget();
    this.#done = undefined;
  }

  #addressesOf({ name }: OwnNode): Set<string> {
    return new Set([...this.#elected].flatMap(([address, node]) => (node === name ? address : [])));
  }

  async #add(node: OwnNode, now: Situation): Promise<void> {
    await node.guard(new Set(this.#elected.keys()));
    const added = await node.add(this.#addressesOf(node));
    if (added.length === 0) return;
    this.#repeat(node, added);
    const services = servicesByAddress(now);
    const told = new Set(added.flatMap((address) => services.get(address) ?? []));
    for (const service of told) this.#options.onAssigned(service, node.name);
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

/** All are tried; resolves with the errors. */
async function each<T>(list: readonly T[], work: (one: T) => Promise<void>): Promise<unknown[]> {
  const results = await Promise.allSettled(list.map(work));
  return results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []));
}
