// Which required terms a node does not satisfy, and the pods that are in the way. For accounts of why a pod waits (why/).
import { MOST_NAMED_PODS, type Obstacle, type PodName } from '../../../api/pods/placement.ts';
import type { NodeInfo } from '../../cache/node-info.ts';
import type { NodeLister } from '../../cache/node-lister.ts';
import { type AffinityTerm, nameOfPod, type PodInfo } from '../../cache/pod-info.ts';
import { type FilterState, satisfiesAffinity } from './filter-state.ts';
import type { TermMatcher } from './term-matcher.ts';

/** Some pods by the domain they are in. */
type PodsByDomain = Map<string, PodName[]>;

export function affinityObstacles(
  matches: TermMatcher,
  state: FilterState,
  pod: PodInfo,
  nodes: NodeLister,
): (node: NodeInfo) => Obstacle[] {
  const unwanted = new Map<AffinityTerm, PodsByDomain>();
  const unwantedBy = (term: AffinityTerm): PodsByDomain => {
    const found = unwanted.get(term) ?? podsMatching(matches, term, nodes);
    unwanted.set(term, found);
    return found;
  };
  let refusing: ReadonlyMap<string, PodsByDomain> | undefined;
  const refused = (node: NodeInfo): Obstacle[] => {
    if (state.existingAntiAffinity.sum(node) === 0) return [];
    refusing ??= podsRefusing(matches, pod, nodes);
    return [...refusing].flatMap(([key, found]) => antiAffinity(node, key, found, true));
  };
  return (node) => [
    ...(satisfiesAffinity(matches, state, pod, node) ? [] : missingPods(state, pod, node)),
    ...pod.antiAffinity.flatMap((term) =>
      state.antiAffinity.of(node, term.topologyKey) === 0
        ? []
        : antiAffinity(node, term.topologyKey, unwantedBy(term), false),
    ),
    ...refused(node),
  ];
}

const missingPods = (state: FilterState, pod: PodInfo, node: NodeInfo): Obstacle[] =>
  pod.affinity.flatMap(({ topologyKey: key, selector }): Obstacle[] => {
    const domain = node.label(key);
    if (domain === undefined) return [{ type: 'TopologyKey', key }];
    if (state.affinity.of(node, key) > 0) return [];
    return [{ type: 'PodAffinity', key, domain, selector: selector.toString() }];
  });

function antiAffinity(node: NodeInfo, key: string, found: PodsByDomain, existing: boolean): Obstacle[] {
  const domain = node.label(key);
  const pods = domain === undefined ? undefined : found.get(domain);
  return domain !== undefined && pods ? [{ type: 'PodAntiAffinity', key, domain, existing, pods }] : [];
}

/** Pods that the term selects. */
function podsMatching(matches: TermMatcher, term: AffinityTerm, nodes: NodeLister): PodsByDomain {
  const found: PodsByDomain = new Map();
  const seen = new Set<NodeInfo>();
  for (const group of nodes.podGroups()) {
    if (!matches(term, group)) continue;
    for (const node of group.nodes.keys()) {
      if (seen.has(node) || isFull(found, node, term.topologyKey)) continue;
      seen.add(node);
      for (const other of node.pods.values()) if (matches(term, other)) add(found, node, term, other);
    }
  }
  return found;
}

/** Pods whose own terms keep the incoming one away, by topology key. */
function podsRefusing(matches: TermMatcher, pod: PodInfo, nodes: NodeLister): Map<string, PodsByDomain> {
  const byKey = new Map<string, PodsByDomain>();
  for (const node of nodes.havingPodsWithAffinity())
    for (const other of node.podsWithAffinity.values())
      for (const term of other.antiAffinity) {
        if (!matches(term, pod)) continue;
        const found: PodsByDomain = byKey.get(term.topologyKey) ?? new Map();
        byKey.set(term.topologyKey, found);
        add(found, node, term, other);
      }
  return byKey;
}

const isFull = (found: PodsByDomain, node: NodeInfo, key: string): boolean =>
  (found.get(node.label(key) ?? '')?.length ?? 0) >= MOST_NAMED_PODS;

function add(found: PodsByDomain, node: NodeInfo, { topologyKey }: AffinityTerm, pod: PodInfo): void {
  const domain = node.label(topologyKey);
  if (domain === undefined || isFull(found, node, topologyKey)) return;
  const pods = found.get(domain);
  if (pods) pods.push(nameOfPod(pod));
  else found.set(domain, [nameOfPod(pod)]);
}
