// Whether the pool of load balancers leaves the cluster's own addresses alone. Pure; called before anything is made.
import { prefixOf } from '../../api/addresses/prefix.ts';
import { inRange, type Range, rangeOf } from '../../network/balanced-addresses/ranges.ts';
import { gatewayCidr, type NodesPlan } from './plan.ts';

/** What is wrong, as one line; undefined when nothing is. */
export function poolConflict(plan: NodesPlan): string | undefined {
  const { pool, networks, nodes } = plan;
  const machines = [
    ...networks.map(({ gateway }) => gateway),
    ...nodes.flatMap(({ addresses }) => addresses),
  ];
  const networksInside = networks.flatMap(({ clusterCidr, serviceCidr }) => [clusterCidr, serviceCidr]);
  for (const text of pool) {
    const range = rangeOf(text)!;
    const machine = machines.find((address) => inRange(range, address));
    if (machine) return `${text} has ${machine}, an address of the cluster’s own`;
    const cidr = [...networksInside, gatewayCidr(plan)].find((one) => overlaps(one, range));
    if (cidr) return `${text} overlaps ${cidr}, a network of the cluster’s own`;
  }
  return undefined;
}

function overlaps(cidr: string, { family, first, last }: Range): boolean {
  const prefix = prefixOf(cidr)!;
  return prefix.family === family && prefix.network <= last && first <= prefix.last;
}
