// Prefers nodes on which the shares of cpu and memory in use would be close to each other.
import { MAX_NODE_SCORE } from '../framework/node-score.ts';
import type { PreScorePlugin, ScorePlugin } from '../framework/plugin.ts';
import { SKIP, SUCCESS } from '../framework/status.ts';

export const balancedAllocation: PreScorePlugin & ScorePlugin = {
  name: 'NodeResourcesBalancedAllocation',
  weight: 1,
  /** A pod that requests nothing balances nothing: scoring it would pile such pods on one node. */
  preScore: (_state, { requests }) => (requests.get('cpu') || requests.get('memory') ? SUCCESS : SKIP),
  score(_state, { requests }, node) {
    const share = (name: string) => {
      const allocatable = node.allocatable.get(name) ?? 0;
      if (allocatable === 0) return undefined;
      return Math.min(1, ((node.requested.get(name) ?? 0) + (requests.get(name) ?? 0)) / allocatable);
    };
    const cpu = share('cpu');
    const memory = share('memory');
    const deviation = cpu === undefined || memory === undefined ? 0 : Math.abs(cpu - memory) / 2;
    return Math.floor((1 - deviation) * MAX_NODE_SCORE);
  },
};
