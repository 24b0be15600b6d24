// What PreFilter counts for the hard constraints of a pod, and how a pod more or less on a node changes it.
import type { NodeInfo } from '../../cache/node-info.ts';
import type { NodeLister } from '../../cache/node-lister.ts';
import type { PodInfo } from '../../cache/pod-info.ts';
import type { StateKey } from '../../framework/cycle-state.ts';
import { type Constraint, countsPod, forEachCount, hasAllKeys, includesNode } from './constraint.ts';
import { DomainCounts } from './domain-counts.ts';

interface Counted {
  readonly constraint: Constraint;
  readonly domains: DomainCounts;
  /** The pod itself will count once it is placed. */
  readonly selfMatches: boolean;
}

export type FilterState = readonly Counted[];

export const filterKey: StateKey<FilterState> = {
  name: 'PreFilterPodTopologySpread',
  clone: (state) => state.map((counted) => ({ ...counted, domains: counted.domains.clone() })),
};

/** Only nodes that have all topology keys take part. */
export function countDomains(
  constraints: readonly Constraint[],
  pod: PodInfo,
  nodes: NodeLister,
): FilterState {
  const eligible = nodes.list().filter((node) => hasAllKeys(constraints, node));
  return constraints.map((constraint) => {
    const domains = new DomainCounts();
    const included = new Set(eligible.filter((node) => includesNode(constraint, pod, node)));
    const add = (node: NodeInfo, pods: number) => domains.add(node.label(constraint.topologyKey)!, pods);
    for (const node of included) add(node, 0);
    forEachCount(constraint, pod.namespace, nodes.podGroups(), (node, pods) => {
      if (included.has(node)) add(node, pods);
    });
    return { constraint, domains, selfMatches: constraint.selector.matches(pod.labels) };
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
  for (const { constraint, domains } of state)
    if (countsPod(constraint, pod.namespace, other) && includesNode(constraint, pod, node))
      domains.add(node.label(constraint.topologyKey)!, by);
}

/** How far the domain would be above the smallest one with the pod in it. */
export function skewWith({ constraint, domains, selfMatches }: Counted, domain: string): number {
  return domains.get(domain) + (selfMatches ? 1 : 0) - domains.smallest(constraint.minDomains);
}
