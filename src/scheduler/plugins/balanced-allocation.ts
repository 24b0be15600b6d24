// Prefers nodes on which the shares of the resources in use would be close to each other.
import { MAX_NODE_SCORE } from '../framework/node-score.ts';
import type { PreScorePlugin, ScorePlugin } from '../framework/plugin.ts';
import { SKIP, SUCCESS } from '../framework/status.ts';

/** `names`: NodeResourcesBalancedAllocationArgs.resources, all of one weight. */
export const balancedAllocationOf = (names: readonly string[]): PreScorePlugin & ScorePlugin => ({
  name: 'NodeResourcesBalancedAllocation',
  weight: 1,
  signPod: ({ requests }) => JSON.stringify(names.map((name) => requests.get(name))),
  /** A pod that requests nothing balances nothing: scoring it would pile such pods on one node. */
  preScore: (_state, { requests }) => (names.some((name) => requests.get(name)) ? SUCCESS : SKIP),
  score(_state, { requests }, node) {
    const shares = names.flatMap((name) => {
      const allocatable = node.allocatable.get(name) ?? 0;
      if (allocatable === 0) return [];
      return Math.min(1, ((node.requested.get(name) ?? 0) + (requests.get(name) ?? 0)) / allocatable);
    });
    return Math.floor((1 - standardDeviation(shares)) * MAX_NODE_SCORE);
  },
});

export const balancedAllocation = balancedAllocationOf(['cpu', 'memory']);

function standardDeviation(values: readonly number[]): number {
  if (values.length < 2) return 0;
  // Exact, where the square root might not be.
  if (values.length === 2) return Math.abs(values[0]! - values[1]!) / 2;
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
}
