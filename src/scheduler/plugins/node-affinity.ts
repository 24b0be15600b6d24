// nodeSelector and node affinity, required and preferred.
import type { NodeAffinity, NodeSelectorTerm } from '../../api/kinds/core/v1/node-affinity.ts';
import {
  matchesRequiredAffinity,
  matchesTerm,
  unmetLabels,
  unmetRequirements,
} from '../../api/nodes/affinity.ts';
import type { Obstacle } from '../../api/pods/placement.ts';
import type { NodeInfo } from '../cache/node-info.ts';
import type { PodInfo } from '../cache/pod-info.ts';
import { nodeNowSuits } from '../framework/cluster-events.ts';
import { normalizeByLargest } from '../framework/node-score.ts';
import type { FilterPlugin, PreFilterPlugin, PreScorePlugin, ScorePlugin } from '../framework/plugin.ts';
import { SKIP, SUCCESS, unresolvable } from '../framework/status.ts';

const noMatch = unresolvable("node(s) didn't match Pod's node affinity/selector");

const notEnforced = unresolvable("node(s) didn't match scheduler-enforced node affinity");

const requiredTerms = ({ pod }: PodInfo) =>
  pod.spec?.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms;

const preferredTerms = ({ pod }: PodInfo) =>
  pod.spec?.affinity?.nodeAffinity?.preferredDuringSchedulingIgnoredDuringExecution ?? [];

type NodeAffinityPlugin = PreFilterPlugin & FilterPlugin & PreScorePlugin & ScorePlugin;

/** `added`: affinity that the profile gives to all of its pods (NodeAffinityArgs.addedAffinity). */
export function nodeAffinityWith(added?: Readonly<NodeAffinity>): NodeAffinityPlugin {
  const addedTerms = added?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms;
  const addedPreferred = added?.preferredDuringSchedulingIgnoredDuringExecution ?? [];
  return {
    name: 'NodeAffinity',
    weight: 2,
    /** A pod bound to nodes by name, as a DaemonSet's are, need not be tried on all others. */
    preFilter(_state, pod) {
      const terms = requiredTerms(pod);
      if (!terms && !pod.pod.spec?.nodeSelector && !addedTerms) return { status: SKIP };
      const nodeNames = terms && namedNodes(terms);
      if (nodeNames?.size === 0) return { status: unresolvable('pod affinity terms conflict') };
      return { status: SUCCESS, ...(nodeNames && { nodeNames }) };
    },
    filter(_state, { pod }, node) {
      if (addedTerms && !addedTerms.some((term) => matchesTerm(term, node))) return notEnforced;
      return matchesRequiredAffinity(pod.spec, node) ? SUCCESS : noMatch;
    },
    signPod: ({ pod: { spec } }) => JSON.stringify([spec?.nodeSelector, spec?.affinity?.nodeAffinity]),
    obstacles: (_state, pod) => (node) => [
      ...termObstacles(addedTerms, node, true),
      ...unmetLabels(pod.pod.spec, node).map(({ key, value, actual }) => ({
        ...{ type: 'NodeSelector' as const, key, value },
        ...(actual !== undefined && { actual }),
      })),
      ...termObstacles(requiredTerms(pod), node),
    ],
    mayFitAfter: ({ pod }, event) => nodeNowSuits(event, (node) => matchesRequiredAffinity(pod.spec, node)),
    preScore: (_state, pod) => (preferredTerms(pod).length + addedPreferred.length > 0 ? SUCCESS : SKIP),
    score(_state, pod, node) {
      let sum = 0;
      for (const { preference, weight } of [...addedPreferred, ...preferredTerms(pod)])
        if (matchesTerm(preference, node)) sum += weight;
      return sum;
    },
    normalizeScore: (_state, _pod, scores) => normalizeByLargest(scores),
  };
}

export const nodeAffinity = nodeAffinityWith();

/** What the node lacks for each of the terms; nothing when one of them matches. */
function termObstacles(
  terms: readonly NodeSelectorTerm[] | undefined,
  node: NodeInfo,
  enforced = false,
): Obstacle[] {
  if (!terms || terms.some((term) => matchesTerm(term, node))) return [];
  return terms.flatMap((one, term) =>
    unmetRequirements(one, node).map(({ requirement: { key, operator, values = [] }, actual }) => ({
      ...{ type: 'NodeAffinity' as const, term, key, operator, values },
      ...(actual !== undefined && { actual }),
      ...(enforced && { enforced }),
    })),
  );
}

/** The nodes that the terms name; undefined when a term names none, because then any node may match it. */
function namedNodes(terms: readonly NodeSelectorTerm[]): ReadonlySet<string> | undefined {
  const all = new Set<string>();
  for (const { matchFields } of terms) {
    const sets = (matchFields ?? [])
      .filter(({ key, operator }) => key === 'metadata.name' && operator === 'In')
      .map(({ values }) => new Set(values));
    if (sets.length === 0) return undefined;
    for (const name of sets.reduce((a, b) => a.intersection(b))) all.add(name);
  }
  return terms.length > 0 ? all : undefined;
}
