// The cluster IPs of one write of a service. Called by service.ts.
// Upstream: allocClusterIPs and allocIPs in pkg/registry/core/service/storage/alloc.go.
import { addressOf, addressText, type Family } from '../../../api/addresses/prefix.ts';
import type { Service } from '../../../api/kinds/core/v1/service.ts';
import { AllocationError } from '../../allocation/allocation-error.ts';
import type { IpAllocator } from '../../allocation/ip-allocator.ts';
import { refused, unable } from './errors.ts';
import { needsAddress } from './needs.ts';

/** As their IPAddress objects are named: an address of IPv6 may be written in many ways. */
const canonical = (ip: string): string => {
  const address = addressOf(ip);
  return address ? addressText(address) : ip;
};

export const addressesOf = ({ spec }: Readonly<Service>): string[] =>
  (spec?.clusterIPs ?? (spec?.clusterIP ? [spec.clusterIP] : []))
    .filter((ip) => ip && ip !== 'None')
    .map(canonical);

/** Writes the addresses into the service. `taken` receives those that were allocated, also if it throws. */
export async function takeAddresses(
  allocator: IpAllocator,
  service: Service,
  had: readonly string[],
  dryRun: boolean,
  taken: string[],
): Promise<void> {
  const { spec } = service;
  if (!spec || !needsAddress(service)) return;
  const wanted = spec.clusterIPs ?? [];
  const ips: string[] = [];
  for (const [i, family] of (spec.ipFamilies ?? []).entries()) {
    const ip = wanted[i];
    const kept = ip !== undefined && had.includes(canonical(ip));
    const given = kept ? ip : await takeAddress(allocator, service, ip, family as Family, dryRun);
    if (!kept && !dryRun) taken.push(canonical(given));
    ips.push(given);
  }
  if (ips.length === 0) return;
  spec.clusterIP = ips[0];
  spec.clusterIPs = ips;
}

async function takeAddress(
  addresses: IpAllocator,
  service: Service,
  wanted: string | undefined,
  family: Family,
  dryRun: boolean,
): Promise<string> {
  const named = wanted ? ` ${wanted}` : '';
  try {
    if (!wanted) return dryRun ? addresses.tryTakeAny(family) : await addresses.takeAny(family, service);
    await (dryRun ? addresses.tryTake(wanted) : addresses.take(wanted, service));
    return wanted;
  } catch (error) {
    if (!(error instanceof AllocationError)) throw error;
    if (error.full) throw unable(`a serviceIP for Service ${JSON.stringify(service.metadata.name)}`, error);
    const detail = `failed to allocate IP${named}: ${error.message}`;
    throw refused(service, 'spec.clusterIPs', service.spec?.clusterIPs ?? null, detail);
  }
}
