// Load balancers with addresses of a pool that the user gives, which nodes announce (announcer/). Asked by the loop that writes the
// status of Services (cluster/node-agent/local-cloud.ts).
import type { LoadBalancerStatus, Service } from '../../api/kinds/core/v1/service.ts';
import { isBeingDeleted, keyOf } from '../../api/meta/v1/object.ts';
import { AddressBook } from './address-book.ts';
import type { Range } from './ranges.ts';
import { isOurs, sharesByKey, shownAddresses, wishOf } from './wishes.ts';

export type Ensured = { readonly status: LoadBalancerStatus } | { readonly problem: string };

export interface PoolOptions {
  readonly ranges: readonly Range[];
  readonly services: () => readonly Service[];
}

export class PoolBalancers {
  readonly #book: AddressBook;
  readonly #services: PoolOptions['services'];

  constructor({ ranges, services }: PoolOptions) {
    this.#book = new AddressBook({ ranges, mayShare: sharesByKey });
    this.#services = services;
  }

  exists(service: Readonly<Service>): boolean {
    return this.#book.addressesOf(keyOf(service)).length > 0;
  }

  ensure(service: Readonly<Service>): Ensured {
    this.#adopt();
    const wish = wishOf(service);
    const needsAll = service.spec?.ipFamilyPolicy === 'RequireDualStack';
    const families = needsAll
      ? wish.families
      : wish.families.filter((family) => this.#book.families.has(family));
    if (families.length === 0) return { problem: `the pool has no ${wish.families.join(' or ')} addresses` };
    const assigned = this.#book.assign({ ...wish, families });
    if ('problem' in assigned) return assigned;
    return { status: { ingress: assigned.addresses.map((ip) => ({ ip, ipMode: 'VIP' })) } };
  }

  remove(service: Readonly<Service>): void {
    this.#book.release(keyOf(service));
  }

  /** Services that show an address of the pool have it, before anybody else may: after a new start, too. */
  #adopt(): void {
    for (const service of this.#services()) {
      const shown = shownAddresses(service).filter((address) => this.#book.contains(address));
      if (shown.length === 0 || this.exists(service) || !isOurs(service) || isBeingDeleted(service)) continue;
      const families = shown.map((address) =>
        address.includes(':') ? ('IPv6' as const) : ('IPv4' as const),
      );
      this.#book.assign({ ...wishOf(service), asked: shown, families });
    }
  }
}
