// nodeSelector and node affinity, required and preferred.

import type { Pod } from '../../api/kinds/core/v1/pod.ts';
import type { NodeInfo } from '../cache/node-info.ts';
import { type FilterPlugin, type ScorePlugin, scaleScores } from '../framework/plugin.ts';
import { matchesAnyTerm, matchesTerm } from './node-selector-terms.ts';

/** Whether the pod's nodeSelector and required node affinity let it onto the node. */
export function matchesNode(pod: Readonly<Pod>, node: NodeInfo): boolean {
  for (const [key, value] of Object.entries(pod.spec?.nodeSelector ?? {}))
    if (node.label(key) !== value) return false;
  const required = pod.spec?.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
  return !required || matchesAnyTerm(required.nodeSelectorTerms, node);
}

export const nodeAffinity: FilterPlugin & ScorePlugin = {
  name: 'NodeAffinity',
  weight: 2,
  filter(_state, { pod }, node) {
    if (matchesNode(pod, node)) return undefined;
    return { reasons: ["node(s) didn't match Pod's node affinity/selector"], final: true };
  },
  score(_state, { pod }, node) {
    const terms = pod.spec?.affinity?.nodeAffinity?.preferredDuringSchedulingIgnoredDuringExecution ?? [];
    return terms.reduce(
      (sum, { preference, weight }) => sum + (matchesTerm(preference, node) ? weight : 0),
      0,
    );
  },
  normalize: (_state, scores) => scaleScores(scores),
};
