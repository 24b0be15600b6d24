// The condition EvictionInProgress of a DeviceTaintRule: how many pods it evicts, or would evict. Pure.
import type { Condition } from '../../api/meta/v1/condition.ts';
import type { Rule } from './plan.ts';

export const EVICTION_IN_PROGRESS = 'EvictionInProgress';

export interface Counts {
  /** Pods that are to be evicted, and their namespaces; with the effect None, those that would be. */
  readonly pods: number;
  readonly namespaces: number;
  /** Since the controller has started. */
  readonly evicted: number;
  /** Devices that the rule selects. Counted only for the effect None. */
  readonly published: number;
  readonly allocated: number;
}

type Finding = Pick<Condition, 'status' | 'reason' | 'message'>;

export function conditionOfRule(rule: Rule, counts: Counts): Omit<Condition, 'lastTransitionTime'> {
  const { status, reason, message } = findingOf(rule.spec.taint.effect, counts);
  const { evicted } = counts;
  const total = evicted > 0 ? `${many(evicted, 'pod')} evicted since starting the controller.` : '';
  return {
    type: EVICTION_IN_PROGRESS,
    status,
    reason,
    message: [message, total].filter((text) => text !== '').join(' '),
    observedGeneration: rule.metadata.generation ?? 0,
  };
}

function findingOf(effect: string | undefined, counts: Counts): Finding {
  if (effect === 'NoExecute') return executing(counts);
  if (effect === 'None') return { status: 'False', reason: 'NoEffect', message: simulated(counts) };
  return {
    status: 'False',
    reason: 'OtherEffect',
    message: 'Eviction only happens for the NoExecute effect.',
  };
}

function executing({ pods, namespaces, evicted }: Counts): Finding {
  if (pods === 0) return { status: 'False', reason: evicted > 0 ? 'Completed' : 'NotStarted', message: '' };
  const need = pods === 1 ? 'needs' : 'need';
  return {
    status: 'True',
    reason: 'PodsPendingEviction',
    message: `${many(pods, 'pod')} ${need} to be evicted in ${inNamespaces(namespaces)}.`,
  };
}

const simulated = ({ published, allocated, pods, namespaces }: Counts): string =>
  `${many(published, 'published device')} selected. ${many(allocated, 'allocated device')} selected. ` +
  `${many(pods, 'pod')} would be evicted in ${inNamespaces(namespaces)} if the effect was NoExecute. ` +
  'This information will not be updated again. Recreate the DeviceTaintRule to trigger an update.';

const many = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`;

const inNamespaces = (count: number): string =>
  count === 1 ? '1 namespace' : `${count} different namespaces`;
