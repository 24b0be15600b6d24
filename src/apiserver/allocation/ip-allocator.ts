// Allocates cluster IPs: creating the IPAddress object of an address takes it, for all servers that share the store; deleting the
// object gives it back. An address is taken from any ready range of the ServiceCIDRs. What a crash leaves behind is repaired by
// repair/ip-repair.ts. Called by strategies/service.ts. Upstream: pkg/registry/core/service/ipallocator/cidrallocator.go.
import { type Address, addressOf, addressText, type Family, holds } from '../../api/addresses/prefix.ts';
import type { Service } from '../../api/kinds/core/v1/service.ts';
import type { IPAddress } from '../../api/kinds/networking/v1/ip-address.ts';
import type { ServiceCIDR } from '../../api/kinds/networking/v1/service-cidr.ts';
import { isAlreadyExists, isNotFound } from '../../api/status/status-error.ts';
import type { Clock } from '../../kit/clock.ts';
import type { Random } from '../../kit/random.ts';
import type { StoredResource } from '../registry/stored/stored-resource.ts';
import { ownWrite } from '../registry/write-context.ts';
import { AddressCounts } from './address-counts.ts';
import { type AddressRange, addressesFrom } from './address-range.ts';
import { AllocationError, addressTaken, noSuchRange, rangeFull } from './allocation-error.ts';
import { newIPAddress, refersTo } from './ip-address-object.ts';
import type { AllocationMetrics, Scope } from './metrics.ts';
import { readyRanges } from './service-cidrs.ts';

export interface IpAllocatorOptions {
  readonly addresses: StoredResource<IPAddress>;
  readonly cidrs: StoredResource<ServiceCIDR>;
  readonly clock: Clock;
  readonly random: Random;
  readonly metrics: AllocationMetrics['addresses'];
}

export class IpAllocator {
  readonly #options: IpAllocatorOptions;
  readonly #counts: AddressCounts;

  constructor(options: IpAllocatorOptions) {
    this.#options = options;
    this.#counts = new AddressCounts(options.addresses.cache);
  }

  /** Takes the address that a user named. Throws an AllocationError. */
  async take(text: string, service: Service): Promise<void> {
    const address = addressOf(text);
    const range = address && this.#rangeOf(address);
    if (!address || !range) throw noSuchRange();
    await this.#take(range, addressText(address), service, 'static');
  }

  /** Takes any free address: of each range first from its upper part. Throws an AllocationError. */
  async takeAny(family: Family, service: Service): Promise<string> {
    for (const range of this.#ranges(family)) {
      const taken = await this.#takeFrom(range, service);
      if (taken) return taken;
      this.#options.metrics.errors.add({ cidr: range.cidr, scope: 'dynamic' });
    }
    throw rangeFull();
  }

  /** What a dry run answers: as upstream, a named address has to be in a range, and any address is the network's own. */
  tryTake(text: string): void {
    const address = addressOf(text);
    if (!address || !this.#rangeOf(address)) throw noSuchRange();
  }

  tryTakeAny(family: Family): string {
    const [range] = this.#ranges(family);
    if (!range) throw new AllocationError('allocator not ready');
    return addressText({ family, value: range.prefix.network });
  }

  /** Gives an address back, unless another service has it meanwhile. */
  async release(text: string, service: Service): Promise<void> {
    const { addresses, clock } = this.#options;
    const parent = addresses.cache.get('', text)?.object.spec.parentRef;
    if (!refersTo(parent, service)) return;
    await addresses.delete(text, {}, ownWrite(clock, '')).catch((error) => {
      if (!isNotFound(error)) throw error;
    });
  }

  /** Sets the gauges of every ready range: called before metrics are read. */
  measure(): void {
    const { allocated, available } = this.#options.metrics;
    for (const range of this.#ready()) {
      const { lower, upper } = this.#counts.of(range);
      allocated.set({ cidr: range.cidr }, lower + upper);
      available.set({ cidr: range.cidr }, Number(range.size) - lower - upper);
    }
  }

  /** In the order of chance, so that no range is used up before the others. */
  #ranges(family: Family): AddressRange[] {
    const ranges = this.#ready(family);
    if (ranges.length < 2) return ranges;
    const start = Math.floor(this.#options.random.float() * ranges.length);
    return [...ranges.slice(start), ...ranges.slice(0, start)];
  }

  #ready(family?: Family): AddressRange[] {
    const items = this.#options.cidrs.cache.items();
    const ranges = readyRanges(
      items.map(({ object }) => object),
      family,
    );
    this.#counts.keepOnly(new Set(ranges.map(({ cidr }) => cidr)));
    return ranges;
  }

  #rangeOf(address: Address): AddressRange | undefined {
    return this.#ready().find(({ prefix }) => holds(prefix, address));
  }

  async #takeFrom(range: AddressRange, service: Service): Promise<string | undefined> {
    const { family } = range.prefix;
    const { random } = this.#options;
    const taken = this.#counts.of(range);
    const parts = [
      { from: range.upper, to: range.last, taken: taken.upper },
      { from: range.first, to: range.upper - 1n, taken: taken.lower },
    ];
    for (const { from, to, taken } of parts) {
      if (BigInt(taken) >= to - from + 1n) continue;
      for (const address of addressesFrom(family, from, to, random)) {
        const text = addressText(address);
        if (this.#options.addresses.cache.entry('', text)) continue;
        // Another service may take it at the same moment, here or on another server: then the next one is tried.
        if (await this.#tryToTake(range, text, service)) return text;
      }
    }
    return undefined;
  }

  async #tryToTake(range: AddressRange, text: string, service: Service): Promise<boolean> {
    try {
      await this.#take(range, text, service, 'dynamic');
      return true;
    } catch (error) {
      if (error instanceof AllocationError) return false;
      throw error;
    }
  }

  async #take(range: AddressRange, text: string, service: Service, scope: Scope): Promise<void> {
    const { metrics, clock } = this.#options;
    const { cidr } = range;
    const began = clock.monotonic();
    try {
      await this.#create(newIPAddress(text, service));
    } catch (error) {
      metrics.errors.add({ cidr, scope });
      throw isAlreadyExists(error) ? addressTaken() : error;
    }
    metrics.seconds.observe({ cidr }, (clock.monotonic() - began) / 1000);
    metrics.allocations.add({ cidr, scope });
  }

  /** Resolves once the store has accepted the object: it is durable before any write that comes after it, so that the service may
   *  be written in the same commit. */
  #create(object: IPAddress): Promise<void> {
    const { addresses, clock } = this.#options;
    return new Promise((resolve, reject) => {
      const write = { ...ownWrite(clock, ''), onAccepted: resolve };
      addresses.create(object, write).then(() => resolve(), reject);
    });
  }
}
