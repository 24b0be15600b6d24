// A node must have room for what the pod requests; among nodes with room, emptier ones score higher (LeastAllocated).
import { type FilterPlugin, MAX_SCORE, type ScorePlugin } from '../framework/plugin.ts';

export const nodeResourcesFit: FilterPlugin & ScorePlugin = {
  name: 'NodeResourcesFit',
  weight: 1,
  filter(_state, { requests }, node) {
    const reasons: string[] = [];
    let final = false;
    if (node.pods.size + 1 > (node.allocatable.get('pods') ?? 0)) reasons.push('Too many pods');
    for (const [name, amount] of requests) {
      if (amount === 0) continue;
      const there = node.allocatable.get(name) ?? 0;
      if (amount <= there - (node.requested.get(name) ?? 0)) continue;
      reasons.push(`Insufficient ${name}`);
      final ||= amount > there;
    }
    return reasons.length ? { reasons, final } : undefined;
  },
  score(_state, { scoringRequests }, node) {
    let sum = 0;
    for (const name of ['cpu', 'memory']) {
      const there = node.allocatable.get(name) ?? 0;
      const taken = (node.scoringRequested.get(name) ?? 0) + (scoringRequests.get(name) ?? 0);
      if (there > 0 && taken <= there) sum += Math.floor(((there - taken) * MAX_SCORE) / there);
    }
    return Math.floor(sum / 2);
  },
};
