// Prefers nodes on which cpu and memory would be used in like proportion.
import { MAX_SCORE, type ScorePlugin } from '../framework/plugin.ts';

export const balancedAllocation: ScorePlugin = {
  name: 'NodeResourcesBalancedAllocation',
  weight: 1,
  score(_state, { requests }, node) {
    const share = (name: string) => {
      const there = node.allocatable.get(name) ?? 0;
      if (there === 0) return 0;
      return Math.min(1, ((node.requested.get(name) ?? 0) + (requests.get(name) ?? 0)) / there);
    };
    return Math.floor((1 - Math.abs(share('cpu') - share('memory')) / 2) * MAX_SCORE);
  },
};
