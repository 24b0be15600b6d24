// Which clients may use the load balancer addresses of a Service (spec.loadBalancerSourceRanges). Pure; called by frontends.ts.
import { addressOf, type Prefix, prefixOf, prefixText } from '../../api/addresses/prefix.ts';
import type { Service } from '../../api/kinds/core/v1/service.ts';
import type { AddressFamily } from '../family.ts';

export interface Sources {
  /** Canonical, none of which contains another: nft refuses overlapping ranges. */
  readonly ranges: readonly string[];
  /** The node is in one of them: then a packet that it sends to the balancer's address may have that very address as its source. */
  readonly node: boolean;
}

/** Undefined where everybody may: without ranges of the family. */
export function sourceRanges(
  service: Service,
  family: AddressFamily,
  node: string | undefined,
): Sources | undefined {
  const given = service.spec?.loadBalancerSourceRanges ?? [];
  const ranges = outermost(
    given.flatMap((text) => prefixOf(text.trim()) ?? []).filter((one) => one.family === family.name),
  );
  if (ranges.length === 0) return undefined;
  const address = node ? addressOf(node) : undefined;
  const isIn = ({ network, last }: Prefix) =>
    address !== undefined && network <= address.value && address.value <= last;
  return { ranges: ranges.map(prefixText), node: ranges.some(isIn) };
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
