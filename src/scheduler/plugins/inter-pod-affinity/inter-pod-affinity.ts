// Pod affinity and anti-affinity: the incoming pod's terms about pods in place, and their terms about it.
// Matching pods are counted per topology domain once a cycle.
import type { NodeLister } from '../../cache/node-lister.ts';
import type { FilterPlugin, PreFilterPlugin, PreScorePlugin, ScorePlugin } from '../../framework/plugin.ts';
import { SKIP, SUCCESS } from '../../framework/status.ts';
import { countTerms, filterKey, judge, updateTerms } from './filter-state.ts';
import { affinityObstacles } from './obstacles.ts';
import { mayFitAfter } from './queueing-hint.ts';
import { type AffinityArgs, DEFAULT_AFFINITY_ARGS, normalize, scoreKey, weighTerms } from './score-state.ts';
import { termMatcher } from './term-matcher.ts';

export function interPodAffinity(
  nodes: NodeLister,
  namespaceLabels: (name: string) => Readonly<Record<string, string>>,
  args: AffinityArgs = DEFAULT_AFFINITY_ARGS,
): FilterPlugin & PreFilterPlugin & PreScorePlugin & ScorePlugin {
  const matches = termMatcher(namespaceLabels);
  return {
    name: 'InterPodAffinity',
    weight: 2,
    preFilter(state, pod) {
      const counted = countTerms(matches, pod, nodes);
      const hasTerms = pod.affinity.length + pod.antiAffinity.length > 0;
      if (!hasTerms && counted.existingAntiAffinity.isEmpty) return { status: SKIP };
      state.write(filterKey, counted);
      return { status: SUCCESS };
    },
    preFilterExtensions: {
      addPod(state, pod, other, node) {
        updateTerms(matches, state.read(filterKey), pod, other, node, 1);
        return SUCCESS;
      },
      removePod(state, pod, other, node) {
        updateTerms(matches, state.read(filterKey), pod, other, node, -1);
        return SUCCESS;
      },
    },
    filter: (state, pod, node) => judge(matches, state.read(filterKey), pod, node),
    obstacles: (state, pod) => affinityObstacles(matches, state.read(filterKey), pod, nodes),
    mayFitAfter: (pod, event) => mayFitAfter(matches, pod, event),
    preScore(state, pod) {
      const weights = weighTerms(matches, pod, nodes, args);
      if (weights.hasNone) return SKIP;
      state.write(scoreKey, weights);
      return SUCCESS;
    },
    score: (state, _pod, node) => state.read(scoreKey).sum(node),
    normalizeScore: (_state, _pod, scores) => normalize(scores),
  };
}
