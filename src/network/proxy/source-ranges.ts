// Which clients may use the load balancer addresses of a Service (spec.loadBalancerSourceRanges, or the annotation:
// clouds heed that for kube-proxy, and here nobody else does). Pure; called by frontends.ts.
import { addressOf, type Prefix, prefixOf, prefixText } from '../../api/addresses/prefix.ts';
import type { Service } from '../../api/kinds/core/v1/service.ts';
import type { AddressFamily } from '../family.ts';
import { sourceRangesOf } from '../host-ports/source-ranges.ts';

export interface Sources {
  /** None contains another: nft refuses overlapping ranges. */
  readonly ranges: readonly Prefix[];
  /** The node is in one of them. */
  readonly node: boolean;
}

/** Undefined where everybody may: without ranges of the family. */
export function sourceRanges(
  service: Service,
  family: AddressFamily,
  node: string | undefined,
): Sources | undefined {
  const given = sourceRangesOf(service);
  const ranges = outermost(
    given.flatMap((text) => prefixOf(text.trim()) ?? []).filter((one) => one.family === family.name),
  );
  if (ranges.length === 0) return undefined;
  return { ranges, node: node !== undefined && isIn(ranges, node) };
}

/**
 * Who may use the balancer's address, apart from one another. A packet that the node sends there may have that very address as its
 * source: if the node may, so may the address.
 */
export function clientsOf({ ranges, node }: Sources, address: string): string[] {
  const own = node && !isIn(ranges, address) ? [address] : [];
  return [...ranges.map(prefixText), ...own];
}

function isIn(ranges: readonly Prefix[], text: string): boolean {
  const address = addressOf(text);
  return (
    address !== undefined &&
    ranges.some(({ network, last }) => network <= address.value && address.value <= last)
  );
}

/** Without those that another one contains: two ranges with prefixes are nested or apart. */
export function outermost(prefixes: readonly Prefix[]): Prefix[] {
  const kept: Prefix[] = [];
  const order = (a: Prefix, b: Prefix) =>
    a.network === b.network ? a.bits - b.bits : a.network < b.network ? -1 : 1;
  for (const one of [...prefixes].sort(order)) {
    const last = kept.at(-1);
    if (!last || last.last < one.network) kept.push(one);
  }
  return kept;
}
