// How many pods of a budget may be disrupted now: as many evictions as this status says are allowed by the eviction API.
// Follows pkg/controller/disruption. Pure.

import type { Pod } from '../../api/kinds/core/v1/pod.ts';
import type {
  PodDisruptionBudget,
  PodDisruptionBudgetStatus,
} from '../../api/kinds/policy/v1/pod-disruption-budget.ts';
import type { Condition } from '../../api/meta/v1/condition.ts';
import { isBeingDeleted, nameOf } from '../../api/meta/v1/object.ts';
import { isPodReady } from '../../api/pods/readiness.ts';
import { scaled } from '../framework/scaled.ts';

/** Milliseconds after which an eviction that was allowed but did not delete the pod expires (upstream's DeletionTimeout). */
export const DELETION_TIMEOUT_MS = 2 * 60_000;

export interface Counted {
  readonly expected: number;
  readonly desired: number;
}

/**
 * `scaleOf`: the sum of the desired replicas of the pods' owners. It is asked only where the budget is relative to them: with
 * an integer minAvailable, pods without an owner are counted like all others. A budget that sets neither field expects no
 * pods, so it allows nothing. As getExpectedPodCount (pkg/controller/disruption).
 */
export async function countedFor(
  budget: Readonly<PodDisruptionBudget>,
  pods: readonly Readonly<Pod>[],
  scaleOf: () => Promise<number>,
): Promise<Counted> {
  const { maxUnavailable, minAvailable } = budget.spec ?? {};
  if (maxUnavailable !== undefined) {
    const scale = await scaleOf();
    const desired = Math.max(0, scale - scaled(maxUnavailable, scale, 'up'));
    return { expected: scale, desired };
  }
  if (typeof minAvailable === 'number') return { expected: pods.length, desired: minAvailable };
  if (minAvailable === undefined) return { expected: 0, desired: 0 };
  const scale = await scaleOf();
  return { expected: scale, desired: scaled(minAvailable, scale, 'up') };
}

export interface Disrupted {
  readonly pods: Record<string, string>;
  /** Milliseconds until the next of them expires. */
  readonly recheck?: number;
  /** Pods whose eviction has expired. */
  readonly overdue: readonly Readonly<Pod>[];
}

/** Evictions that were allowed and whose pods still exist. */
export function pendingDisruptions(
  budget: Readonly<PodDisruptionBudget>,
  pods: readonly Readonly<Pod>[],
  now: number,
): Disrupted {
  const allowed = budget.status?.disruptedPods ?? {};
  const pending: Record<string, string> = {};
  const overdue: Readonly<Pod>[] = [];
  let recheck: number | undefined;
  for (const pod of pods) {
    const at = allowed[nameOf(pod)];
    if (at === undefined || isBeingDeleted(pod)) continue;
    const left = Date.parse(at) + DELETION_TIMEOUT_MS - now;
    if (left <= 0) {
      overdue.push(pod);
      continue;
    }
    pending[nameOf(pod)] = at;
    recheck = Math.min(recheck ?? left, left);
  }
  return { pods: pending, overdue, ...(recheck !== undefined && { recheck }) };
}

export function statusOf(
  budget: Readonly<PodDisruptionBudget>,
  pods: readonly Readonly<Pod>[],
  counted: Counted,
  disrupted: Disrupted,
  time: string,
): PodDisruptionBudgetStatus {
  const healthy = pods.filter(
    (pod) => !isBeingDeleted(pod) && disrupted.pods[nameOf(pod)] === undefined && isPodReady(pod),
  ).length;
  const spare = healthy - counted.desired;
  // Pods may appear before their budget is counted; until then expectedPods is 0 and none of them may be evicted.
  const allowed = counted.expected <= 0 ? 0 : Math.max(0, spare);
  const generation = budget.metadata.generation ?? 0;
  return {
    currentHealthy: healthy,
    desiredHealthy: counted.desired,
    expectedPods: counted.expected,
    disruptionsAllowed: allowed,
    ...(Object.keys(disrupted.pods).length > 0 && { disruptedPods: disrupted.pods }),
    observedGeneration: generation,
    conditions: withAllowed(budget, {
      status: allowed > 0 ? 'True' : 'False',
      reason: allowed > 0 ? 'SufficientPods' : 'InsufficientPods',
      message: '',
      observedGeneration: generation,
      lastTransitionTime: time,
    }),
  };
}

/** While it is not known what the budget allows: nothing. The rest of the status stays. */
export function failedStatus(
  budget: Readonly<PodDisruptionBudget>,
  message: string,
  time: string,
): PodDisruptionBudgetStatus {
  const before = budget.status;
  const observedGeneration = before?.observedGeneration ?? 0;
  const condition = { status: 'False', reason: 'SyncFailed', message, observedGeneration };
  return {
    ...{ currentHealthy: 0, desiredHealthy: 0, expectedPods: 0 },
    ...before,
    disruptionsAllowed: 0,
    conditions: withAllowed(budget, { ...condition, lastTransitionTime: time }),
  };
}

/** The budget's conditions; the time is kept while the status of the condition is. */
function withAllowed({ status }: Readonly<PodDisruptionBudget>, next: Omit<Condition, 'type'>): Condition[] {
  const type = 'DisruptionAllowed';
  const conditions = status?.conditions ?? [];
  const current = conditions.find((condition) => condition.type === type);
  const since = current?.status === next.status ? current.lastTransitionTime : next.lastTransitionTime;
  const others = conditions.filter((condition) => condition.type !== type);
  return [...others, { ...next, type, lastTransitionTime: since }];
}
