// Which LoadBalancer Service has which address. A Service keeps what it has as long as it can; several share an address where the
// rules of the place allow it and no port is on it twice. In memory: the record is the status of the Services. Pure.
import { addressText, type Family } from '../../api/addresses/prefix.ts';
import { inRange, type Range } from './ranges.ts';

export interface Wish {
  /** `namespace/name` of the Service. */
  readonly service: string;
  /** One address of each is wanted. */
  readonly families: readonly Family[];
  /** As `TCP 80`. */
  readonly ports: readonly string[];
  /** Addresses that its user asks for. */
  readonly asked: readonly string[];
  /** Addresses that it shows. */
  readonly shown: readonly string[];
  /** With whom an address may be shared. */
  readonly sharing?: Sharing;
}

export interface Sharing {
  /** Only Services of one key share an address. */
  readonly key: string;
  /** Where the traffic may go: equal for all that share. */
  readonly path: string;
}

export interface BookRules {
  /** In the order in which addresses are taken. */
  readonly ranges: readonly Range[];
  /** Whether two Services without a common port may have one address. */
  readonly mayShare: (one: Wish, other: Wish) => boolean;
  /** False for a port that something else than a load balancer has. */
  readonly isFree?: (address: string, port: string, service: string) => boolean;
}

export type Assigned = { readonly addresses: readonly string[] } | { readonly problem: string };

export class AddressBook {
  readonly #rules: BookRules;
  readonly #holders = new Map<string, Map<string, Wish>>();
  readonly #held = new Map<string, readonly string[]>();

  constructor(rules: BookRules) {
    this.#rules = rules;
  }

  addressesOf(service: string): readonly string[] {
    return this.#held.get(service) ?? [];
  }

  contains(address: string): boolean {
    return this.#rules.ranges.some((range) => inRange(range, address));
  }

  /** The families of which there are addresses at all. */
  get families(): ReadonlySet<Family> {
    return new Set(this.#rules.ranges.map(({ family }) => family));
  }

  /** Gives the Service an address of each family that it wants, or, when one is missing, none. */
  assign(wish: Wish): Assigned {
    const had = this.addressesOf(wish.service);
    this.release(wish.service);
    const foreign = wish.asked.find((address) => !this.contains(address));
    if (foreign) return { problem: `${foreign} is not in a range for load balancers` };
    const addresses: string[] = [];
    for (const family of wish.families) {
      const found = this.#choose(family, wish, [...had, ...wish.shown]);
      if (typeof found === 'object') return found;
      addresses.push(found);
    }
    for (const address of addresses) {
      const holders = this.#holders.get(address) ?? new Map<string, Wish>();
      this.#holders.set(address, holders.set(wish.service, wish));
    }
    this.#held.set(wish.service, addresses);
    return { addresses };
  }

  release(service: string): void {
    for (const address of this.addressesOf(service)) {
      const holders = this.#holders.get(address);
      holders?.delete(service);
      if (holders?.size === 0) this.#holders.delete(address);
    }
    this.#held.delete(service);
  }

  #choose(family: Family, wish: Wish, kept: readonly string[]): string | { problem: string } {
    const isOf = (address: string) => address.includes(':') === (family === 'IPv6');
    const asked = wish.asked.find(isOf);
    if (asked) {
      const obstacle = this.#obstacle(asked, wish);
      return obstacle ? { problem: obstacle } : asked;
    }
    const own = kept.find((address) => isOf(address) && this.contains(address));
    if (own && !this.#obstacle(own, wish)) return own;
    for (const { first, last } of this.#rules.ranges.filter((range) => range.family === family))
      for (let value = first; value <= last; value++) {
        const address = addressText({ family, value });
        if (!this.#obstacle(address, wish)) return address;
      }
    return { problem: `there is no ${family} address left for a load balancer` };
  }

  /** Why the Service cannot have the address; only those that have holders, or ports that are not free, have one. */
  #obstacle(address: string, wish: Wish): string | undefined {
    const { mayShare, isFree } = this.#rules;
    for (const other of this.#holders.get(address)?.values() ?? []) {
      const port = wish.ports.find((one) => other.ports.includes(one));
      if (port) return `port ${port} of ${address} belongs to Service ${other.service}`;
      if (!mayShare(wish, other)) return `${address} belongs to Service ${other.service}`;
    }
    const taken = isFree && wish.ports.find((port) => !isFree(address, port, wish.service));
    return taken && `port ${taken} of ${address} is in use`;
  }
}
