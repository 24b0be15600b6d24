// Which required terms a node does not satisfy, and some of the pods that are in the way: those on the node itself, else others in
// its domain. For accounts of why a pod waits (why/), which ask about one node after the other.
import { MOST_NAMED_PODS, type Obstacle, type PodName } from '../../../api/pods/placement.ts';
import type { NodeInfo } from '../../cache/node-info.ts';
import type { NodeLister } from '../../cache/node-lister.ts';
import type { PodGroup } from '../../cache/pod-groups.ts';
import { type AffinityTerm, nameOfPod, type PodInfo } from '../../cache/pod-info.ts';
import { type FilterState, satisfiesAffinity } from './filter-state.ts';
import type { TermMatcher } from './term-matcher.ts';

export function affinityObstacles(
  matches: TermMatcher,
  state: FilterState,
  pod: PodInfo,
  nodes: NodeLister,
): (node: NodeInfo) => Obstacle[] {
  const unwanted = pod.antiAffinity.map((term) => ({ term, podsNear: podsMatching(matches, term, nodes) }));
  const refusing = podsRefusing(matches, pod, nodes);
  return (node) => [
    ...(satisfiesAffinity(matches, state, pod, node) ? [] : missingPods(state, pod, node)),
    ...unwanted.flatMap(({ term, podsNear }) =>
      state.antiAffinity.of(node, term.topologyKey) > 0
        ? antiAffinity(node, term.topologyKey, podsNear(node), false)
        : [],
    ),
    ...(state.existingAntiAffinity.sum(node) > 0
      ? [...refusing(node)].flatMap(([key, pods]) => antiAffinity(node, key, pods, true))
      : []),
  ];
}

const missingPods = (state: FilterState, pod: PodInfo, node: NodeInfo): Obstacle[] =>
  pod.affinity.flatMap(({ topologyKey: key, selector }): Obstacle[] => {
    const domain = node.label(key);
    if (domain === undefined) return [{ type: 'TopologyKey', key }];
    if (state.affinity.of(node, key) > 0) return [];
    return [{ type: 'PodAffinity', key, domain, selector: selector.toString() }];
  });

function antiAffinity(node: NodeInfo, key: string, pods: readonly PodName[], existing: boolean): Obstacle[] {
  const domain = node.label(key);
  return domain === undefined ? [] : [{ type: 'PodAntiAffinity', key, domain, existing, pods }];
}

/** Pods in a node's domain that the term selects. A domain is searched once, at the first of its nodes that has none itself. */
function podsMatching(
  matches: TermMatcher,
  term: AffinityTerm,
  nodes: NodeLister,
): (node: NodeInfo) => readonly PodName[] {
  const byDomain = new Map<string, readonly PodName[]>();
  let groups: readonly PodGroup[] | undefined;
  const add = (names: PodName[], node: NodeInfo): void => {
    for (const other of node.pods.values()) {
      if (names.length >= MOST_NAMED_PODS) return;
      if (matches(term, other)) names.push(nameOfPod(other));
    }
  };
  const search = (domain: string): readonly PodName[] => {
    groups ??= [...nodes.podGroups()].filter((group) => matches(term, group));
    const names: PodName[] = [];
    for (const group of groups)
      for (const node of group.nodes.keys()) {
        if (names.length >= MOST_NAMED_PODS) return names;
        if (node.label(term.topologyKey) === domain) add(names, node);
      }
    return names;
  };
  return (node) => {
    const own: PodName[] = [];
    add(own, node);
    const domain = node.label(term.topologyKey);
    if (own.length > 0 || domain === undefined) return own;
    const found = byDomain.get(domain) ?? search(domain);
    byDomain.set(domain, found);
    return found;
  };
}

/** Topology key → some pods in the node's domain whose own terms keep the incoming pod away. */
function podsRefusing(
  matches: TermMatcher,
  pod: PodInfo,
  nodes: NodeLister,
): (node: NodeInfo) => ReadonlyMap<string, readonly PodName[]> {
  let everywhere: ReadonlyMap<string, PodsByDomain> | undefined;
  return (node) => {
    const own = refusingOn(matches, pod, [node]);
    if (own.size === 0) everywhere ??= refusingOn(matches, pod, nodes.havingPodsWithAffinity());
    const here = [...(own.size > 0 ? own : everywhere!)].flatMap(([key, byDomain]) => {
      const pods = byDomain.get(node.label(key) ?? '');
      return pods ? [[key, pods] as const] : [];
    });
    return new Map(here);
  };
}

type PodsByDomain = Map<string, PodName[]>;

/** Topology key → domain → pods. */
function refusingOn(
  matches: TermMatcher,
  pod: PodInfo,
  nodes: Iterable<NodeInfo>,
): ReadonlyMap<string, PodsByDomain> {
  const byKey = new Map<string, PodsByDomain>();
  for (const node of nodes)
    for (const other of node.podsWithAffinity.values())
      for (const term of other.antiAffinity) {
        const domain = node.label(term.topologyKey);
        if (domain === undefined || !matches(term, pod)) continue;
        const byDomain: PodsByDomain = byKey.get(term.topologyKey) ?? new Map();
        byKey.set(term.topologyKey, byDomain);
        const pods = byDomain.get(domain) ?? [];
        byDomain.set(domain, pods);
        if (pods.length < MOST_NAMED_PODS) pods.push(nameOfPod(other));
      }
  return byKey;
}
