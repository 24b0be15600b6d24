// The ranges that ServiceCIDRs name, and which of them addresses may be taken from. Pure.
// Upstream: syncAllocators in pkg/registry/core/service/ipallocator/cidrallocator.go.
import { type Address, type Family, holds, prefixOf } from '../../api/addresses/prefix.ts';
import type { ServiceCIDR } from '../../api/kinds/networking/v1/service-cidr.ts';
import { conditionOf } from '../../api/meta/v1/conditions.ts';
import { type AddressRange, addressRange } from './address-range.ts';

export const DEFAULT_NAME = 'kubernetes';

/** Without a condition it is ready: the controller that sets one may not be running. */
const isReady = (cidr: Readonly<ServiceCIDR>): boolean =>
  cidr.metadata.deletionTimestamp === undefined && (conditionOf(cidr, 'Ready')?.status ?? 'True') === 'True';

/** The ranges that addresses may be taken from, each once: a range is ready if one of its ServiceCIDRs is. */
export function readyRanges(cidrs: Iterable<Readonly<ServiceCIDR>>, family?: Family): AddressRange[] {
  const ranges = new Map<string, AddressRange>();
  for (const cidr of cidrs) {
    if (!isReady(cidr)) continue;
    for (const text of cidr.spec?.cidrs ?? []) {
      const range = addressRange(text);
      if (range && (!family || range.prefix.family === family)) ranges.set(range.cidr, range);
    }
  }
  return [...ranges.values()];
}

/** Whether some ServiceCIDR, ready or not, has the address. */
export function isWithin(cidrs: Iterable<Readonly<ServiceCIDR>>, address: Address): boolean {
  for (const { spec } of cidrs)
    for (const text of spec?.cidrs ?? []) {
      const prefix = prefixOf(text);
      if (prefix && holds(prefix, address)) return true;
    }
  return false;
}
