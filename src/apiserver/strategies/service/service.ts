// Services: cluster IPs and node ports are allocated when a service is written, and released when it is deleted, does not need
// them any more, or the write fails. Ports and addresses are taken before the service is stored, in this order, and given up after
// it: a crash in between leaves something taken that nobody has, never the same thing twice.
// Upstream: pkg/registry/core/service/storage/{storage.go,alloc.go}.
import type { Family } from '../../../api/addresses/prefix.ts';
import type { Service } from '../../../api/kinds/core/v1/service.ts';
import { invalid } from '../../../api/status/status-error.ts';
import type { Logger } from '../../../kit/log.ts';
import type { IpAllocator } from '../../allocation/ip-allocator.ts';
import type { PortAllocator } from '../../allocation/port-allocator.ts';
import type { Reservation, Strategy } from '../../registry/strategy.ts';
import type { WriteContext } from '../../registry/write-context.ts';
import { addressesOf, takeAddresses } from './addresses.ts';
import { keepAllocated } from './continuity.ts';
import { KIND } from './errors.ts';
import { settleFamilies } from './families.ts';
import { allocatePorts, portsOf } from './ports.ts';

export interface ServiceResources {
  readonly addresses: IpAllocator;
  readonly ports: PortAllocator;
  /** Of the cluster's own range; the first one is the default. */
  readonly families: readonly Family[];
  readonly log: Logger;
}

/** `resources` is called when a service is written: only then is the resource table complete. */
export const serviceStrategy = (resources: () => ServiceResources): Strategy<Service> => {
  const settle = (service: Service, old: Service | undefined) => {
    const errors = settleFamilies(service, old, resources().families);
    if (errors.length > 0) throw invalid(KIND, service.metadata.name!, errors);
  };
  return {
    createOnUpdate: true,
    returnsDeleted: true,
    prepareCreate(service) {
      pluralOfNew(service);
      settle(service, undefined);
    },
    prepareUpdate(service, old) {
      keepAllocated(service, old);
      settle(service, old);
    },
    reserve: (service, old, write) => reserve(resources(), service, old, write),
    afterDelete: (service) => giveUp(resources(), service, addressesOf(service), portsOf(service)),
  };
};

/** Clients from before dual stack know clusterIP only. */
function pluralOfNew({ spec }: Service): void {
  if (spec?.clusterIP && !spec.clusterIPs?.length) spec.clusterIPs = [spec.clusterIP];
}

/** Values that the old service had are not allocated again, and are released by keep() only: until the write is stored, the old
 *  service still uses them. */
async function reserve(
  resources: ServiceResources,
  service: Service,
  old: Service | undefined,
  { dryRun }: WriteContext,
): Promise<Reservation> {
  const had = { addresses: old ? addressesOf(old) : [], ports: old ? portsOf(old) : [] };
  const ports = await allocatePorts(resources.ports, service, had.ports, dryRun);
  const addresses: string[] = [];
  try {
    await takeAddresses(resources.addresses, service, had.addresses, dryRun, addresses);
  } catch (error) {
    await giveUp(resources, service, addresses, ports);
    throw error;
  }
  if (dryRun) return { keep: async () => {}, release: async () => {} };
  return {
    release: () => giveUp(resources, service, addresses, ports),
    keep: () => {
      const [ips, numbers] = [new Set(addressesOf(service)), new Set(portsOf(service))];
      const gone = had.addresses.filter((ip) => !ips.has(ip));
      return giveUp(
        resources,
        service,
        gone,
        had.ports.filter((port) => !numbers.has(port)),
      );
    },
  };
}

/** Never rejects: allocation/repair/ finds what could not be released. */
async function giveUp(
  { addresses, ports, log }: ServiceResources,
  service: Service,
  ips: readonly string[],
  numbers: readonly number[],
): Promise<void> {
  try {
    await Promise.all([...ips.map((ip) => addresses.release(ip, service)), ports.release(numbers)]);
  } catch (error) {
    const { namespace, name } = service.metadata;
    log.warn('addresses or ports of a service were not released', {
      service: `${namespace}/${name}`,
      ips,
      ports: numbers,
      error,
    });
  }
}
