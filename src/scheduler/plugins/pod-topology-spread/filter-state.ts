// What PreFilter counts for the hard constraints of a pod, and how a pod more or less on a node changes it.
import type { DomainCounts } from '../../cache/domain-counts.ts';
import type { NodeInfo } from '../../cache/node-info.ts';
import type { NodeLister } from '../../cache/node-lister.ts';
import type { PodInfo } from '../../cache/pod-info.ts';
import type { StateKey } from '../../framework/cycle-state.ts';
import { type Constraint, countsPod, hasAllKeys, includesNode, tallyOf } from './constraint.ts';

interface Counted {
  readonly constraint: Constraint;
  /** The cache's own, until a pod more or less is counted. */
  domains: DomainCounts;
  isShared: boolean;
  /** The pod itself will count once it is placed. */
  readonly selfMatches: boolean;
}

export type FilterState = readonly Counted[];

export const filterKey: StateKey<FilterState> = {
  name: 'PreFilterPodTopologySpread',
  clone: (state) =>
    state.map((counted) => ({
      ...counted,
      ...(!counted.isShared && { domains: counted.domains.clone() }),
    })),
};

/** Only nodes that have all topology keys take part. */
export function countDomains(
  constraints: readonly Constraint[],
  pod: PodInfo,
  nodes: NodeLister,
): FilterState {
  const keys = constraints.map(({ topologyKey }) => topologyKey);
  return constraints.map((constraint) => {
    const domainOf = (node: NodeInfo) => node.label(constraint.topologyKey);
    const domains = nodes.tally(tallyOf(constraint, pod, keys, domainOf, 'filter'));
    return { constraint, domains, isShared: true, selfMatches: constraint.selector.matches(pod.labels) };
  });
}

/** `by` is 1 when `other` comes to the node, -1 when it goes. */
export function updateDomains(
  state: FilterState,
  pod: PodInfo,
  other: PodInfo,
  node: NodeInfo,
  by: 1 | -1,
): void {
  const constraints = state.map(({ constraint }) => constraint);
  if (!hasAllKeys(constraints, node)) return;
  for (const counted of state) {
    const { constraint } = counted;
    if (!countsPod(constraint, pod.namespace, other) || !includesNode(constraint, pod.pod, node)) continue;
    if (counted.isShared) {
      counted.domains = counted.domains.clone();

      counted.isShared = false;
    }
    counted.domains.add(node.label(constraint.topologyKey)!, by);
  }
}

/** How far the domain would be above the smallest one with the pod in it. */
export function skewWith({ constraint, domains, selfMatches }: Counted, domain: string): number {
  return domains.get(domain) + (selfMatches ? 1 : 0) - domains.smallest(constraint.minDomains);
}
