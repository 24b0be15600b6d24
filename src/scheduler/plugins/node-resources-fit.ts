// A node must have room for what the pod requests; among nodes with room, emptier ones score higher (LeastAllocated).
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
