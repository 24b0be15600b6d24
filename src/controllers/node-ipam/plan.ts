// The cluster CIDRs that nodes' podCIDRs are taken from, by flags. Pure.
// Upstream: pkg/controller/nodeipam/ipam/cidrset.
import { type Family, type Prefix, prefixOf, widthOf } from '../../api/addresses/prefix.ts';

export interface Range {
  readonly cluster: Prefix;
  /** Prefix length of each node's range. */
  readonly nodeMask: number;
}

/** One of each family at most: a node has one podCIDR of each, in this order. */
export type Ranges = readonly Range[];

/** Upstream's defaults for --node-cidr-mask-size-ipv4 and --node-cidr-mask-size-ipv6. */
export const NODE_MASKS: Readonly<Record<Family, number>> = { IPv4: 24, IPv6: 64 };

/** A cluster CIDR is divided into 65,536 ranges at most; upstream limits only those of IPv6. */
const MOST_BITS = 16;

/** `cidrs` as in --cluster-cidr: one or two, with a comma between. Throws what upstream says is wrong with them. */
export function rangesOf(cidrs: string, masks: Readonly<Record<Family, number>> = NODE_MASKS): Ranges {
  const ranges = prefixesOf(cidrs).map((cluster) => ({ cluster, nodeMask: masks[cluster.family] }));
  for (const { cluster, nodeMask } of ranges) {
    if (nodeMask < cluster.bits)
      throw new Error(
        'Controller: Invalid --cluster-cidr, mask size of cluster CIDR must be less than or equal to --node-cidr-mask-size configured for CIDR family',
      );
    if (nodeMask - cluster.bits > MOST_BITS)
      throw new Error('New CIDR set failed; the node CIDR size is too big');
    if (nodeMask > widthOf(cluster.family))
      throw new Error(`an address of ${cluster.family} has no ${nodeMask} bits`);
  }
  return ranges;
}

/** The CIDRs of --cluster-cidr: two must be of different families. */
export function prefixesOf(cidrs: string): Prefix[] {
  const prefixes = cidrs.split(',', 3).map((text) => {
    const prefix = prefixOf(text.trim());
    if (!prefix) throw new Error(`invalid CIDR address: ${text.trim()}`);
    return prefix;
  });
  const { length } = prefixes;
  if (length > 1 && prefixes.every(({ family }) => family === prefixes[0]!.family))
    throw new Error(
      `len of ClusterCIDRs==${length} and they are not configured as dual stack (at least one from each IPFamily)`,
    );
  if (length > 2) throw new Error(`length of clusterCIDRs is:${length} more than max allowed of 2`);
  return prefixes;
}
