// Judges single nodes for a pod: where a cycle ends at the first plugin that rejects, all of them are asked, what is in the way,
// and what preemption would do. The plugins of the pod's profile judge, on the state of a PreFilter that has succeeded.
import {
  MOST_NAMED_PODS,
  MOST_OBSTACLES,
  type NodePlacement,
  type Obstacle,
  type Preemption,
  type Rejection,
} from '../../api/pods/placement.ts';
import type { NodeInfo } from '../cache/node-info.ts';
import { nameOfPod, type PodInfo } from '../cache/pod-info.ts';
import type { CycleState } from '../framework/cycle-state.ts';
import type { Framework } from '../framework/framework.ts';
import type { Removal } from '../framework/plugin.ts';
import { messageOf, type Status, SUCCESS } from '../framework/status.ts';

export function nodeJudge(
  framework: Framework,
  state: CycleState,
  pod: PodInfo,
): (node: NodeInfo) => NodePlacement {
  const filters = framework
    .filterPlugins(state)
    .map((plugin) => ({ alone: [plugin], obstacles: plugin.obstacles?.(state, pod) }));
  const previews = framework.profile.postFilter.flatMap(
    (plugin) => plugin.preview?.(state, pod, framework) ?? [],
  );
  const rejections = (node: NodeInfo): Rejection[] =>
    filters.flatMap(({ alone, obstacles }) => {
      const status = framework.runFilterPlugins(state, pod, node, alone);
      return status.code === 'Success' ? [] : [rejectionOf(status, obstacles?.(node))];
    });
  /** As in a cycle: first with the pods that are nominated for the node, then without them. */
  const judged = (node: NodeInfo): NodePlacement => {
    const nominated = framework.nominatedBefore(pod, node.name);
    if (nominated.length > 0) {
      let found: Rejection[] = [];
      const status = framework.runWith(nominated, state, pod, node, (copy) => {
        found = rejections(copy);
        return SUCCESS;
      });
      if (status.code !== 'Success') found = [rejectionOf(status)];
      if (found.length > 0)
        return {
          node: node.name,
          rejections: found,
          nominated: nominated.slice(0, MOST_NAMED_PODS).map(nameOfPod),
        };
    }
    return { node: node.name, rejections: rejections(node) };
  };
  return (node) => {
    const placement = judged(node);
    const [preview] = previews;
    // What counts for preemption is the answer of the plugin at which a cycle ends.
    if (!preview || placement.rejections[0]?.code !== 'Unschedulable') return placement;
    return { ...placement, preemption: preemptionOf(preview(node)) };
  };
}

export const rejectionOf = (status: Status, obstacles: readonly Obstacle[] = []): Rejection => ({
  plugin: status.plugin ?? '',
  code: status.code,
  reasons: status.reasons,
  obstacles: obstacles.slice(0, MOST_OBSTACLES),
});

function preemptionOf(found: Removal | Status): Preemption {
  if ('code' in found) return { reason: messageOf(found) };
  const { victims, violations } = found;
  return {
    victims: victims
      .slice(0, MOST_NAMED_PODS)
      .map((victim) => ({ ...nameOfPod(victim), priority: victim.priority })),
    count: victims.length,
    violations,
  };
}
