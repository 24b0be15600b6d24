// Repairs the relation between services and IPAddress objects, one to one: at the start, whenever one of them changes, and every three
// minutes. Made by assemble.ts. Upstream: pkg/registry/core/service/ipallocator/controller/repairip.go.
import { Service } from '../../../api/kinds/core/v1/service.ts';
import { IPAddress } from '../../../api/kinds/networking/v1/ip-address.ts';
import type { ServiceCIDR } from '../../../api/kinds/networking/v1/service-cidr.ts';
import type { KubeObject } from '../../../api/meta/v1/resource.ts';
import { isNotFound } from '../../../api/status/status-error.ts';
import type { Clock, Timer } from '../../../kit/clock.ts';
import type { Logger } from '../../../kit/log.ts';
import { WorkQueue } from '../../../kit/work-queue.ts';
import type { Watch } from '../../../store/store.ts';
import type { OwnEvents } from '../../own-events.ts';
import type { StoredResource } from '../../registry/stored/stored-resource.ts';
import { ownWrite } from '../../registry/write-context.ts';
import type { Item } from '../../watch-cache/item.ts';
import { newIPAddress } from '../ip-address-object.ts';
import type { AllocationMetrics } from '../metrics.ts';
import { type Finding, findingOfAddress, findingsOfService, type Stored } from './ip-findings.ts';

export interface IpRepairOptions {
  readonly services: StoredResource<Service>;
  readonly addresses: StoredResource<IPAddress>;
  readonly cidrs: StoredResource<ServiceCIDR>;
  readonly events: OwnEvents;
  readonly metrics: AllocationMetrics['addresses'];
  readonly clock: Clock;
  readonly log: Logger;
}

const INTERVAL = 3 * 60_000;
/** Objects looked at before other requests have their turn. */
const CHECKED_PER_TURN = 256;
/** Failures of one object before it is left to the next round. */
const MOST_TRIES = 15;

export class IpRepairer {
  readonly #options: IpRepairOptions;
  /** Services and IPAddresses, by their keys in the store. */
  readonly #queue: WorkQueue<string>;
  #watches: Watch[] = [];
  #timer: Timer | undefined;

  constructor(options: IpRepairOptions) {
    this.#options = options;
    this.#queue = new WorkQueue(options.clock);
  }

  /** Resolves when everything has been looked at once: addresses of services that are stored are taken from then on. */
  async start(): Promise<void> {
    const { services, addresses, clock } = this.#options;
    for (const { cache } of [services, addresses]) {
      const listener = {
        events: (events: readonly ({ entry: { key: string } } | { key: string })[]) => {
          for (const event of events) this.#queue.add('entry' in event ? event.entry.key : event.key);
        },
      };
      this.#watches.push(cache.store.watch(cache.prefix, cache.store.revision, listener));
    }
    await this.#checkAll();
    void this.#work();
    this.#timer = clock.every(INTERVAL, () => this.#enqueueAll());
  }

  stop(): void {
    for (const watch of this.#watches) watch.close();
    this.#timer?.cancel();
    this.#queue.close();
  }

  *#keys(): Generator<string> {
    const { services, addresses } = this.#options;
    for (const { cache } of [services, addresses])
      for (const { key } of cache.store.range(cache.prefix).entries) yield key;
  }

  #enqueueAll(): void {
    for (const key of this.#keys()) this.#queue.add(key);
  }

  async #checkAll(): Promise<void> {
    let checked = 0;
    for (const key of this.#keys()) {
      if (++checked % CHECKED_PER_TURN === 0) await this.#options.clock.turn();
      await this.#attempt(key);
    }
  }

  async #work(): Promise<void> {
    let checked = 0;
    for (;;) {
      const key = await this.#queue.take();
      if (key === undefined) return;
      if (++checked % CHECKED_PER_TURN === 0) await this.#options.clock.turn();
      await this.#attempt(key);
      this.#queue.done(key);
    }
  }

  async #attempt(key: string): Promise<void> {
    try {
      await this.#check(key);
      this.#queue.forget(key);
    } catch (error) {
      const { metrics, log } = this.#options;
      metrics.repairFailures.add();
      log.warn('a cluster IP was not repaired', { key, error });
      if (this.#queue.failures(key) < MOST_TRIES) this.#queue.addRateLimited(key);
      else this.#queue.forget(key);
    }
  }

  async #check(key: string): Promise<void> {
    const { services, addresses, clock } = this.#options;
    const stored = this.#stored();
    if (key.startsWith(services.cache.prefix)) {
      const service = objectAt(services, key);
      for (const finding of service ? findingsOfService(service, stored) : [])
        await this.#mend(finding, Service, service!, service);
      return;
    }
    const address = objectAt(addresses, key);
    const finding = address && findingOfAddress(address, stored, clock.now());
    if (typeof finding === 'number') this.#queue.addAfter(key, finding);
    else if (finding) await this.#mend(finding, IPAddress, address!, undefined);
  }

  #stored(): Stored {
    const { services, addresses, cidrs } = this.#options;
    return {
      cidrs: cidrs.cache.items().map(({ object }) => object),
      service: (namespace, name) => services.cache.get(namespace, name)?.object,
      address: (name) => addresses.cache.get('', name)?.object,
    };
  }

  async #mend(
    { type, reason, note = '', address, deletes, creates }: Finding,
    kind: typeof Service | typeof IPAddress,
    about: Readonly<KubeObject>,
    service: Readonly<Service> | undefined,
  ): Promise<void> {
    const { addresses, events, metrics, clock } = this.#options;
    metrics.repairErrors.add({ type });
    const action = kind === Service ? 'ClusterIPAllocation' : 'IPAddressAllocation';
    if (reason) events.warn(kind, about, reason, type === 'invalid' ? 'ClusterIPValidation' : action, note);
    const write = ownWrite(clock, '');
    if (deletes)
      await addresses.delete(address, {}, write).catch((error) => {
        if (!isNotFound(error)) throw error;
      });
    if (creates && service) await addresses.create(newIPAddress(address, service), write);
  }
}

function objectAt<T extends KubeObject>({ cache }: StoredResource<T>, key: string): Readonly<T> | undefined {
  const entry = cache.store.get(key);
  const item: Item<T> | undefined = entry && cache.itemOf(entry);
  return item?.object;
}
