// What PreFilter counts for the hard constraints of a pod, and how a pod more or less on a node changes it.
import { labelsOf, namespaceOf } from '../../../api/meta/v1/object.ts';
import type { NodeInfo } from '../../cache/node-info.ts';
import type { PodInfo } from '../../cache/pod-info.ts';
import type { StateKey } from '../../framework/cycle-state.ts';
import { type Constraint, countPods, countsPod, hasAllKeys, includesNode } from './constraint.ts';
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
  nodes: readonly NodeInfo[],
): FilterState {
  const namespace = namespaceOf(pod.pod);
  const eligible = nodes.filter((node) => hasAllKeys(constraints, node));
  return constraints.map((constraint) => {
    const domains = new DomainCounts();
    for (const node of eligible)
      if (includesNode(constraint, pod, node))
        domains.add(node.label(constraint.topologyKey)!, countPods(constraint, namespace, node));
    return { constraint, domains, selfMatches: constraint.selector.matches(labelsOf(pod.pod)) };
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
    if (countsPod(constraint, namespaceOf(pod.pod), other) && includesNode(constraint, pod, node))
      domains.add(node.label(constraint.topologyKey)!, by);
}

/** How far the domain would be above the smallest one with the pod in it. */
export function skewWith({ constraint, domains, selfMatches }: Counted, domain: string): number {
  return domains.get(domain) + (selfMatches ? 1 : 0) - domains.smallest(constraint.minDomains);
}
