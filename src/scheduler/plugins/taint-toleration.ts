// Taints keep pods away (NoSchedule, NoExecute) or make a node less welcome (PreferNoSchedule).
import type { Taint } from '../../api/kinds/core/v1/node.ts';
import { tolerates } from '../../api/nodes/taints.ts';
import type { NodeInfo } from '../cache/node-info.ts';
import { type FilterPlugin, type ScorePlugin, scaleScores } from '../framework/plugin.ts';

const taintsOf = (node: NodeInfo): readonly Taint[] => node.node?.spec?.taints ?? [];

export const taintToleration: FilterPlugin & ScorePlugin = {
  name: 'TaintToleration',
  weight: 3,
  filter(_state, { pod }, node) {
    const taint = taintsOf(node).find(
      (t) => t.effect !== 'PreferNoSchedule' && !tolerates(pod.spec?.tolerations, t),
    );
    return taint && { reasons: [`node(s) had untolerated taint(s)`], final: true };
  },
  score(_state, { pod }, node) {
    const soft = (pod.spec?.tolerations ?? []).filter((t) => !t.effect || t.effect === 'PreferNoSchedule');
    return taintsOf(node).filter((t) => t.effect === 'PreferNoSchedule' && !tolerates(soft, t)).length;
  },
  normalize: (_state, scores) => scaleScores(scores, true),
};
