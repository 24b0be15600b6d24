// A node must have room for what the pod requests; among nodes with room, emptier ones score higher (LeastAllocated).
import type { NodeInfo } from '../cache/node-info.ts';
import type { PodInfo } from '../cache/pod-info.ts';
import { asksForLess } from '../framework/cluster-events.ts';
import { MAX_NODE_SCORE } from '../framework/node-score.ts';
import type { FilterPlugin, ScorePlugin } from '../framework/plugin.ts';
import { SUCCESS, unresolvable, unschedulable } from '../framework/status.ts';

export const nodeResourcesFit: FilterPlugin & ScorePlugin = {
  name: 'NodeResourcesFit',
  weight: 1,
  filter(_state, { requests }, node) {
    const reasons: string[] = [];
    let exceedsNode = false;
    if (node.pods.size + 1 > (node.allocatable.get('pods') ?? 0)) reasons.push('Too many pods');
    for (const [name, amount] of requests) {
      if (amount === 0) continue;
      const allocatable = node.allocatable.get(name) ?? 0;
      if (amount <= allocatable - (node.requested.get(name) ?? 0)) continue;
      reasons.push(`Insufficient ${name}`);
      exceedsNode ||= amount > allocatable;
    }
    if (reasons.length === 0) return SUCCESS;
    return exceedsNode ? unresolvable(...reasons) : unschedulable(...reasons);
  },
  mayFitAfter(pod, event) {
    switch (event.type) {
      case 'PodDeleted':
        return true;
      case 'PodUpdated':
        return asksForLess(event.pod, event.old, pod.requests);
      case 'NodeAdded':
        return hasRoom(pod, event.node);
      case 'NodeUpdated':
        return hasRoom(pod, event.node) && hasMore(pod, event.node, event.old);
      default:
        return false;
    }
  },
  /** The mean, over cpu and memory, of the free share. A resource that the node does not have is left out. */
  score(_state, { scoringRequests }, node) {
    let sum = 0;
    let counted = 0;
    for (const name of ['cpu', 'memory']) {
      const allocatable = node.allocatable.get(name) ?? 0;
      if (allocatable === 0) continue;
      counted++;
      const requested = (node.scoringRequested.get(name) ?? 0) + (scoringRequests.get(name) ?? 0);
      if (requested <= allocatable)
        sum += Math.floor(((allocatable - requested) * MAX_NODE_SCORE) / allocatable);
    }
    return counted ? Math.floor(sum / counted) : 0;
  },
};

/** For the pod alone. */
const hasRoom = ({ requests }: PodInfo, { allocatable }: NodeInfo): boolean =>
  (allocatable.get('pods') ?? 0) > 0 &&
  requests.entries().every(([name, amount]) => amount <= (allocatable.get(name) ?? 0));

function hasMore({ requests }: PodInfo, node: NodeInfo, old: NodeInfo): boolean {
  const grew = (name: string) => (node.allocatable.get(name) ?? 0) > (old.allocatable.get(name) ?? 0);
  return grew('pods') || requests.entries().some(([name, amount]) => amount > 0 && grew(name));
}
