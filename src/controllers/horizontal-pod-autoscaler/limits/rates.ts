// How fast replicas may be changed: the policies of a behavior, or without one at most to twice their number. Pure.
// Upstream: calculateScaleUpLimitWithScalingRules and its like in pkg/controller/podautoscaler/horizontal.go.
import { largest, smallest } from '../../../kit/lists.ts';
import type { Rules } from '../types.ts';
import { changesWithin, type History } from './history.ts';

/** Without a behavior. */
export const plainUpLimit = (current: number): number => Math.max(2 * current, 4);

type Proposals = Pick<History, 'ups' | 'downs'>;

/** The most replicas that the rules allow now; less than `current` if more were added lately. */
export function upLimit(current: number, history: Proposals, rules: Rules, now: number): number {
  if (rules.selectPolicy === 'Disabled') return current;
  const proposals = (rules.policies ?? []).map(({ type, value, periodSeconds }) => {
    const start = replicasAt(current, history, periodSeconds, now);
    return type === 'Pods' ? start + value : Math.ceil(start * (1 + value / 100));
  });
  return rules.selectPolicy === 'Min' ? smallest(proposals) : largest(proposals);
}

/** The fewest replicas that the rules allow now; more than `current` if more were taken away lately. */
export function downLimit(current: number, history: Proposals, rules: Rules, now: number): number {
  if (rules.selectPolicy === 'Disabled') return current;
  const proposals = (rules.policies ?? []).map(({ type, value, periodSeconds }) => {
    const start = replicasAt(current, history, periodSeconds, now);
    return type === 'Pods' ? start - value : Math.trunc(start * (1 - value / 100));
  });
  return rules.selectPolicy === 'Min' ? largest(proposals) : smallest(proposals);
}

/** At the beginning of a period. */
function replicasAt(current: number, { ups, downs }: Proposals, periodSeconds: number, now: number): number {
  return current - changesWithin(ups, periodSeconds, now) + changesWithin(downs, periodSeconds, now);
}
