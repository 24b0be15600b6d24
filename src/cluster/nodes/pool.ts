// Whether the pool of load balancers leaves the cluster's own addresses alone. Pure; called before anything is made.
import { prefixOf } from '../../api/addresses/prefix.ts';
import { inRange, rangeOf } from '../../network/balanced-addresses/ranges.ts';
import type { NodesPlan } from './plan.ts';

/** What is wrong, as one line that says what to do; undefined when nothing is. */
export function poolConflict({ pool, networks, nodes }: NodesPlan): string | undefined {
  for (const text of pool) {
    const range = rangeOf(text)!;
    for (const { clusterCidr, serviceCidr, gateway } of networks) {
      const taken = [gateway, ...nodes.flatMap(({ addresses }) => addresses)].find((address) =>
        inRange(range, address),
      );
      if (taken) return `${text} has ${taken}, an address of the cluster’s own network`;
      for (const cidr of [clusterCidr, serviceCidr]) {
        const { family, network, last } = prefixOf(cidr)!;
        if (family === range.family && network <= range.last && range.first <= last)
          return `${text} overlaps ${cidr}, which pods or Services have`;
      }
    }
  }
  return undefined;
}
