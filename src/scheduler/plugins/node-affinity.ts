// nodeSelector and node affinity, required and preferred.
import { matchesRequiredAffinity, matchesTerm } from '../../api/nodes/affinity.ts';
import { type FilterPlugin, type ScorePlugin, scaleScores } from '../framework/plugin.ts';

export const nodeAffinity: FilterPlugin & ScorePlugin = {
  name: 'NodeAffinity',
  weight: 2,
  filter(_state, { pod }, node) {
    if (matchesRequiredAffinity(pod.spec, node)) return undefined;
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
