// What PreFilter counts for required terms, the judgement of a node by it, and how a pod more or less on a node changes it.
// Follows interpodaffinity/filtering.go.
import type { NodeInfo } from '../../cache/node-info.ts';
import type { NodeLister } from '../../cache/node-lister.ts';
import type { PodInfo, SelectablePod } from '../../cache/pod-info.ts';
import type { StateKey } from '../../framework/cycle-state.ts';
import { type Status, SUCCESS, unresolvable, unschedulable } from '../../framework/status.ts';
import { matchesAll, matchingAll, matchingOne, type TermMatcher } from './term-matcher.ts';
import { TopologyCounts } from './topology-counts.ts';

export interface FilterState {
  /** Pods that match all required affinity terms of the incoming pod. */
  readonly affinity: TopologyCounts;
  /** Pods that match its required anti-affinity terms. */
  readonly antiAffinity: TopologyCounts;
  /** Required anti-affinity terms of pods in place that the incoming pod matches. */
  readonly existingAntiAffinity: TopologyCounts;
}

export const filterKey: StateKey<FilterState> = {
  name: 'PreFilterInterPodAffinity',
  clone: ({ affinity, antiAffinity, existingAntiAffinity }) => ({
    affinity: affinity.clone(),
    antiAffinity: antiAffinity.clone(),
    existingAntiAffinity: existingAntiAffinity.clone(),
  }),
};

const notNear = unresolvable("node(s) didn't match pod affinity rules");
const notApart = unschedulable("node(s) didn't match pod anti-affinity rules");
const keptAway = unschedulable("node(s) didn't satisfy existing pods anti-affinity rules");

export function countTerms(matches: TermMatcher, pod: PodInfo, nodes: NodeLister): FilterState {
  const state: FilterState = {
    affinity: new TopologyCounts(),
    antiAffinity: new TopologyCounts(),
    existingAntiAffinity: new TopologyCounts(),
  };
  for (const { term, domains } of nodes.placedTerms('antiAffinity'))
    if (matches(term, pod)) state.existingAntiAffinity.include(term.topologyKey, domains);
  for (const { topologyKey } of pod.affinity)
    state.affinity.include(topologyKey, nodes.tally(matchingAll(matches, pod.affinity, topologyKey)));
  for (const term of pod.antiAffinity)
    state.antiAffinity.include(term.topologyKey, nodes.tally(matchingOne(matches, term)));
  return state;
}

/** `by` is 1 when `other` comes to the node, -1 when it goes. */
export function updateTerms(
  matches: TermMatcher,
  state: FilterState,
  pod: PodInfo,
  other: PodInfo,
  node: NodeInfo,
  by: 1 | -1,
): void {
  for (const term of other.antiAffinity)
    if (matches(term, pod)) state.existingAntiAffinity.add(node, term.topologyKey, by);
  addAll(countedFor(matches, pod, other), state, node, by);
}

/** A required term of the incoming pod for which some other pod counts. */
interface CountedTerm {
  readonly kind: 'affinity' | 'antiAffinity';
  readonly topologyKey: string;
}

function countedFor(matches: TermMatcher, pod: PodInfo, other: SelectablePod): readonly CountedTerm[] {
  const near = matchesAll(matches, pod.affinity, other) ? pod.affinity : [];
  const apart = pod.antiAffinity.filter((term) => matches(term, other));
  return [
    ...near.map(({ topologyKey }) => ({ kind: 'affinity' as const, topologyKey })),
    ...apart.map(({ topologyKey }) => ({ kind: 'antiAffinity' as const, topologyKey })),
  ];
}

function addAll(terms: readonly CountedTerm[], state: FilterState, node: NodeInfo, pods: number): void {
  for (const { kind, topologyKey } of terms) state[kind].add(node, topologyKey, pods);
}

export function judge(matches: TermMatcher, state: FilterState, pod: PodInfo, node: NodeInfo): Status {
  if (!satisfiesAffinity(matches, state, pod, node)) return notNear;
  if (pod.antiAffinity.some((term) => state.antiAffinity.of(node, term.topologyKey) > 0)) return notApart;
  return state.existingAntiAffinity.sum(node) > 0 ? keptAway : SUCCESS;
}

/** The first pod of a group that has affinity to itself may go to any node that has the topology keys. */
export function satisfiesAffinity(
  matches: TermMatcher,
  state: FilterState,
  pod: PodInfo,
  node: NodeInfo,
): boolean {
  if (pod.affinity.some((term) => node.label(term.topologyKey) === undefined)) return false;
  if (pod.affinity.every((term) => state.affinity.of(node, term.topologyKey) > 0)) return true;
  return state.affinity.isEmpty && matchesAll(matches, pod.affinity, pod);
}
