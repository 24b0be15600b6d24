// Taints keep pods without a matching toleration off a node (NoSchedule, NoExecute) or lower its score (PreferNoSchedule).
import type { Taint } from '../../api/kinds/core/v1/node.ts';
import { tolerates } from '../../api/nodes/taints.ts';
import type { NodeInfo } from '../cache/node-info.ts';
import type { PodInfo } from '../cache/pod-info.ts';
import { nodeNowSuits } from '../framework/cluster-events.ts';
import { normalizeByLargest } from '../framework/node-score.ts';
import type { FilterPlugin, ScorePlugin } from '../framework/plugin.ts';
import { SUCCESS, unresolvable } from '../framework/status.ts';

const taintsOf = (node: NodeInfo): readonly Taint[] => node.node?.spec?.taints ?? [];

const untolerated = unresolvable('node(s) had untolerated taint(s)');

const isUntolerated =
  ({ pod }: PodInfo) =>
  (taint: Taint): boolean =>
    taint.effect !== 'PreferNoSchedule' && !tolerates(pod.spec?.tolerations, taint);

const keepsAway = (pod: PodInfo, node: NodeInfo): boolean => taintsOf(node).some(isUntolerated(pod));

export const taintToleration: FilterPlugin & ScorePlugin = {
  name: 'TaintToleration',
  weight: 3,
  filter: (_state, pod, node) => (keepsAway(pod, node) ? untolerated : SUCCESS),
  signPod: ({ pod }) => JSON.stringify(pod.spec?.tolerations ?? []),
  obstacles: (_state, pod) => (node) =>
    taintsOf(node)
      .filter(isUntolerated(pod))
      .map(({ key, value, effect }) => ({ type: 'Taint', key, ...(value && { value }), effect })),
  mayFitAfter: (pod, event) => nodeNowSuits(event, (node) => !keepsAway(pod, node)),
  /** How many PreferNoSchedule taints the pod does not tolerate. */
  score(_state, { pod }, node) {
    const soft = taintsOf(node).filter((taint) => taint.effect === 'PreferNoSchedule');
    return soft.filter((taint) => !tolerates(pod.spec?.tolerations, taint)).length;
  },
  normalizeScore: (_state, _pod, scores) => normalizeByLargest(scores, true),
};
