// The load balancers of a cluster on one machine: a LoadBalancer Service answers on an address of the machine's loopback, under its own
// ports: 127.0.0.1 while those are free there, else one of the cluster's own. IPv6 has ::1 only.
// Asked by the loop that writes the status of Services (cluster/node-agent/local-cloud.ts).
import type { Service } from '../../api/kinds/core/v1/service.ts';
import { isBeingDeleted, keyOf } from '../../api/meta/v1/object.ts';
import { AddressBook, type Assigned, type Wish } from '../balanced-addresses/address-book.ts';
import type { Ensured } from '../balanced-addresses/pool-balancers.ts';
import type { Range } from '../balanced-addresses/ranges.ts';
import { isOurs, shownAddresses, wishOf } from '../balanced-addresses/wishes.ts';
import { idOf } from './host-port.ts';
import { balancedPorts } from './wanted.ts';

export interface BalancerOptions {
  /** In the order in which they are tried. */
  readonly ranges: readonly Range[];
  readonly services: () => readonly Service[];
  /** Opens and closes ports for the Services and addresses that there are now. */
  readonly sync: () => Promise<void>;
  /** The Service whose port of this id is open. */
  readonly holder: (id: string) => string | undefined;
}

/** Of one Service. Each is a socket of the node agent; without NodePorts nothing else bounds them. */
const MOST_PORTS = 256;
/** Addresses on which another process has a port of the Service, before the Service is told so. */
const MOST_TRIES = 3;

export class LocalBalancers {
  readonly #options: BalancerOptions;
  readonly #book: AddressBook;
  /** Ids of ports that another process was found to have. */
  readonly #taken = new Set<string>();

  constructor(options: BalancerOptions) {
    this.#options = options;
    this.#book = new AddressBook({
      ranges: options.ranges,
      mayShare: () => true,
      isFree: (address, port, service) => {
        const id = `${address} ${port}`;
        return !this.#taken.has(id) && (options.holder(id) ?? service) === service;
      },
    });
  }

  addressesOf(service: string): readonly string[] {
    return this.#book.addressesOf(service);
  }

  /** Services that show an address of ours have it, before anybody else may: after a new start, too. */
  adopt(): void {
    for (const service of this.#options.services()) {
      const shown = shownAddresses(service).filter((address) => this.#book.contains(address));
      if (shown.length === 0 || this.exists(service) || !isOurs(service) || isBeingDeleted(service)) continue;
      this.#book.assign({ ...wishOf(service), asked: shown, families: familiesOfAddresses(shown) });
    }
  }

  exists(service: Readonly<Service>): boolean {
    return this.addressesOf(keyOf(service)).length > 0;
  }

  async ensure(service: Readonly<Service>): Promise<Ensured> {
    const problem = refusal(service);
    if (problem) return this.#without(service, problem);
    this.adopt();
    this.#taken.clear();
    for (let tries = 0; tries < MOST_TRIES; tries++) {
      const assigned = this.#assign(wishOf(service));
      if ('problem' in assigned) return this.#without(service, this.#foreign() || assigned.problem);
      const { addresses } = assigned;
      if (this.#closed(service, addresses).length > 0) await this.#options.sync();
      const closed = this.#closed(service, addresses);
      if (closed.length === 0)
        return { status: { ingress: addresses.map((ip) => ({ ip, ipMode: 'Proxy' })) } };
      for (const port of closed) this.#taken.add(idOf(port));
    }
    return this.#without(service, this.#foreign());
  }

  /** What is known of ports that other processes have; empty when nothing is. */
  #foreign(): string {
    const ports = [...this.#taken].map((id) => id.split(' '));
    const which = ports
      .map(([address, protocol, port]) => `${protocol} port ${port} of ${address}`)
      .join(', ');
    return which === '' ? '' : `${which}: in use by another process`;
  }

  async remove(service: Readonly<Service>): Promise<void> {
    this.#book.release(keyOf(service));
    await this.#options.sync();
  }

  async #without(service: Readonly<Service>, problem: string): Promise<Ensured> {
    if (this.exists(service)) await this.remove(service);
    return { problem };
  }

  /** What is asked for elsewhere is ignored, as clouds do. Where ::1 cannot be had, IPv4 is enough: whoever connects is passed on. */
  #assign(given: Wish): Assigned {
    const wish = { ...given, asked: given.asked.filter((address) => this.#book.contains(address)) };
    const assigned = this.#book.assign(wish);
    if (!('problem' in assigned) || !wish.families.includes('IPv6')) return assigned;
    return this.#book.assign({ ...wish, families: ['IPv4'] });
  }

  #closed(service: Service, addresses: readonly string[]) {
    return balancedPorts(service, addresses).filter(
      (port) => this.#options.holder(idOf(port)) !== port.service,
    );
  }
}

const familiesOfAddresses = (addresses: readonly string[]) =>
  addresses.map((address) => (address.includes(':') ? ('IPv6' as const) : ('IPv4' as const)));

/** Why the Service cannot be served on loopback, whatever is free there. */
function refusal({ spec }: Readonly<Service>): string | undefined {
  const count = spec?.ports?.length ?? 0;
  if (count > MOST_PORTS)
    return `${count} ports: at most ${MOST_PORTS} are served on this machine's loopback addresses`;
  const other = spec?.ports?.find(({ protocol = 'TCP' }) => protocol !== 'TCP' && protocol !== 'UDP');
  return other && `port ${other.port}: ${other.protocol} is not served on this machine's loopback addresses`;
}
