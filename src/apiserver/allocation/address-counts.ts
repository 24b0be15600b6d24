// How many addresses of each range are taken, so that a full range is known to be full without looking at each of its
// addresses. Counts follow the store; a range is counted when it is first asked for. Called by ip-allocator.ts.
import { type Address, addressOf } from '../../api/addresses/prefix.ts';
import type { ResourceCache } from '../watch-cache/resource-cache.ts';
import type { AddressRange } from './address-range.ts';

export interface Taken {
  lower: number;
  upper: number;
}

interface Counted {
  readonly range: AddressRange;
  readonly taken: Taken;
}

export class AddressCounts {
  readonly #cache: ResourceCache;
  readonly #counted = new Map<string, Counted>();

  /** `cache` is that of IPAddresses. */
  constructor(cache: ResourceCache) {
    this.#cache = cache;
    cache.store.watch(cache.prefix, cache.store.revision, {
      events: (events) => {
        for (const event of events) {
          if (event.type === 'delete') this.#count(event.key, -1);
          else if (!event.previous) this.#count(event.entry.key, 1);
        }
      },
    });
  }

  of(range: AddressRange): Readonly<Taken> {
    const known = this.#counted.get(range.cidr);
    if (known) return known.taken;
    const counted = { range, taken: { lower: 0, upper: 0 } };
    for (const { key } of this.#cache.store.range(this.#cache.prefix).entries) {
      const address = this.#addressOf(key);
      if (address) add(counted, address, 1);
    }
    this.#counted.set(range.cidr, counted);
    return counted.taken;
  }

  /** Forgets ranges that no ServiceCIDR has any more. */
  keepOnly(cidrs: ReadonlySet<string>): void {
    for (const cidr of this.#counted.keys()) if (!cidrs.has(cidr)) this.#counted.delete(cidr);
  }

  #count(key: string, by: number): void {
    if (this.#counted.size === 0) return;
    const address = this.#addressOf(key);
    if (address) for (const counted of this.#counted.values()) add(counted, address, by);
  }

  #addressOf(key: string): Address | undefined {
    return addressOf(key.slice(this.#cache.prefix.length));
  }
}

function add({ range, taken }: Counted, { family, value }: Address, by: number): void {
  if (family !== range.prefix.family || value < range.first || value > range.last) return;
  if (value < range.upper) taken.lower += by;
  else taken.upper += by;
}
