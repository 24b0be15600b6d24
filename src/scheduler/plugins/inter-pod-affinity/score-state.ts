// What PreScore adds up for preferred terms: those of the incoming pod about pods in place, and those of pods in place about it.
// Follows interpodaffinity/scoring.go.
import { largest, smallest } from '../../../kit/lists.ts';
import type { NodeInfo } from '../../cache/node-info.ts';
import type { NodeLister } from '../../cache/node-lister.ts';
import type { AffinityTerm, PodInfo } from '../../cache/pod-info.ts';
import { immutableKey } from '../../framework/cycle-state.ts';
import { MAX_NODE_SCORE } from '../../framework/node-score.ts';
import type { TermMatcher } from './term-matcher.ts';
import { TopologyCounts } from './topology-counts.ts';

export const scoreKey = immutableKey<TopologyCounts>('PreScoreInterPodAffinity');

/** InterPodAffinityArgs. */
export interface AffinityArgs {
  /** What a required affinity term of a pod in place is worth. */
  readonly hardPodAffinityWeight: number;
  /** Only for pods without preferred terms of their own. */
  readonly ignorePreferredTermsOfExistingPods: boolean;
}

export const DEFAULT_AFFINITY_ARGS: AffinityArgs = {
  hardPodAffinityWeight: 1,
  ignorePreferredTermsOfExistingPods: false,
};

export function weighTerms(
  matches: TermMatcher,
  pod: PodInfo,
  nodes: NodeLister,
  { hardPodAffinityWeight, ignorePreferredTermsOfExistingPods }: AffinityArgs,
): TopologyCounts {
  const weights = new TopologyCounts();
  const hasPreferred = pod.preferredAffinity.length + pod.preferredAntiAffinity.length > 0;
  if (ignorePreferredTermsOfExistingPods && !hasPreferred) return weights;
  for (const group of nodes.podGroups()) {
    const wanted = pod.preferredAffinity.filter((term) => matches(term, group));
    const unwanted = pod.preferredAntiAffinity.filter((term) => matches(term, group));
    if (wanted.length + unwanted.length === 0) continue;
    for (const [node, pods] of group.nodes) {
      for (const term of wanted) weights.add(node, term.topologyKey, term.weight * pods);
      for (const term of unwanted) weights.add(node, term.topologyKey, -term.weight * pods);
    }
  }
  const add = (term: AffinityTerm, node: NodeInfo, weight: number) => {
    if (matches(term, pod)) weights.add(node, term.topologyKey, weight);
  };
  for (const node of nodes.havingPodsWithAffinity())
    for (const other of node.podsWithAffinity.values()) {
      for (const term of other.affinity) add(term, node, hardPodAffinityWeight);
      for (const term of other.preferredAffinity) add(term, node, term.weight);
      for (const term of other.preferredAntiAffinity) add(term, node, -term.weight);
    }
  return weights;
}

/** From 0 for the lowest to 100 for the highest. */
export function normalize(scores: number[]): void {
  const lowest = smallest(scores);
  const span = largest(scores) - lowest;
  for (let i = 0; i < scores.length; i++)
    scores[i] = span ? Math.floor((MAX_NODE_SCORE * (scores[i]! - lowest)) / span) : 0;
}
