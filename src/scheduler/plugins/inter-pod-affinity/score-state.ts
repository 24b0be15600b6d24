// What PreScore adds up for preferred terms: those of the incoming pod about pods in place, and those of pods in place about it.
// Follows interpodaffinity/scoring.go.
import { largest, smallest } from '../../../kit/lists.ts';
import type { NodeLister } from '../../cache/node-lister.ts';
import type { TermKind } from '../../cache/placed-terms.ts';
import type { AffinityTerm, PodInfo } from '../../cache/pod-info.ts';
import { immutableKey } from '../../framework/cycle-state.ts';
import { MAX_NODE_SCORE } from '../../framework/node-score.ts';
import { matchingOne, type TermMatcher } from './term-matcher.ts';
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
  const own = (terms: readonly AffinityTerm[], sign: 1 | -1) => {
    for (const term of terms)
      weights.include(term.topologyKey, nodes.tally(matchingOne(matches, term)), sign * term.weight);
  };
  own(pod.preferredAffinity, 1);
  own(pod.preferredAntiAffinity, -1);
  const placed = (kind: TermKind, weightOf: (term: AffinityTerm) => number) => {
    for (const { term, domains } of nodes.placedTerms(kind))
      if (matches(term, pod)) weights.include(term.topologyKey, domains, weightOf(term));
  };
  if (hardPodAffinityWeight > 0) placed('affinity', () => hardPodAffinityWeight);
  placed('preferredAffinity', ({ weight }) => weight);
  placed('preferredAntiAffinity', ({ weight }) => -weight);
  return weights;
}

/** From 0 for the lowest to 100 for the highest. */
export function normalize(scores: number[]): void {
  const lowest = smallest(scores);
  const span = largest(scores) - lowest;
  for (let i = 0; i < scores.length; i++)
    scores[i] = span ? Math.floor((MAX_NODE_SCORE * (scores[i]! - lowest)) / span) : 0;
}
