// The allocation of cluster IPs and node ports, and its repair, put together. Made by assemble.ts.
import { familyOfRange } from '../../api/addresses/prefix.ts';
import { Service } from '../../api/kinds/core/v1/service.ts';
import { IPAddress } from '../../api/kinds/networking/v1/ip-address.ts';
import { ServiceCIDR } from '../../api/kinds/networking/v1/service-cidr.ts';
import type { Clock } from '../../kit/clock.ts';
import type { Logger } from '../../kit/log.ts';
import { MetricsRegistry } from '../../kit/metrics.ts';
import type { Random } from '../../kit/random.ts';
import { OwnEvents } from '../own-events.ts';
import type { ResourceTable } from '../registry/resource-table.ts';
import type { ServiceResources } from '../strategies/service/service.ts';
import { IpAllocator } from './ip-allocator.ts';
import { allocationMetrics } from './metrics.ts';
import { PortAllocator } from './port-allocator.ts';
import type { PortRange } from './port-range.ts';
import { IpRepairer } from './repair/ip-repair.ts';
import { PortRepairer } from './repair/port-repair.ts';
import { PortRegistry } from './stored-ports.ts';

export interface AllocationOptions {
  readonly resources: ResourceTable;
  /** The cluster's own ranges of addresses: one, or one of each family. */
  readonly serviceCidrs: readonly string[];
  readonly nodePorts: PortRange;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
}

export interface Allocation extends ServiceResources {
  /** Ports can be allocated once this resolves, and what a crash left behind is found from then on. */
  start(): Promise<void>;
  stop(): void;
  /** In the text format of Prometheus. */
  renderMetrics(): string;
}

export function createAllocation(options: AllocationOptions): Allocation {
  const { resources, serviceCidrs, nodePorts: range, clock, random, log } = options;
  const metrics = new MetricsRegistry();
  const measured = allocationMetrics(metrics);
  const services = resources.stored(Service);
  const stored = { addresses: resources.stored(IPAddress), cidrs: resources.stored(ServiceCIDR) };
  const registry = new PortRegistry(services.cache.store, range);
  const addresses = new IpAllocator({ ...stored, clock, random, metrics: measured.addresses });
  const ports = new PortAllocator({ registry, range, random, metrics: measured.ports });
  const eventsOf = (controller: string) => new OwnEvents({ resources, clock, random, log, controller });
  const repairs = [
    new PortRepairer({
      services,
      registry,
      range,
      events: eventsOf('portallocator-repair-controller'),
      metrics: measured.ports,
      clock,
      log,
    }),
    new IpRepairer({
      ...stored,
      services,
      events: eventsOf('ipallocator-repair-controller'),
      metrics: measured.addresses,
      clock,
      log,
    }),
  ];
  return {
    addresses,
    ports,
    families: serviceCidrs.map(familyOfRange),
    log,
    start: async () => {
      await Promise.all(repairs.map((repair) => repair.start()));
    },
    stop: () => {
      for (const repair of repairs) repair.stop();
    },
    renderMetrics: () => {
      addresses.measure();
      ports.measure();
      return metrics.render();
    },
  };
}
