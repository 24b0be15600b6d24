// Which pods count, and how, when an average over pods is formed. Pure.
// Upstream: groupPods in pkg/controller/podautoscaler/replica_calculator.go.
import type { Pod } from '../../../api/kinds/core/v1/pod.ts';
import { conditionOf } from '../../../api/meta/v1/conditions.ts';
import { isBeingDeleted, nameOf } from '../../../api/meta/v1/object.ts';
import type { AutoscalerSettings } from '../settings.ts';

/** What was measured of a pod. */
export interface PodValue {
  /** In thousandths. */
  readonly milli: number;
  /** The end of the interval that was measured, in milliseconds since the epoch. */
  readonly at: number;
  readonly windowMs: number;
}

/** By name of the pod. */
export type PodValues = ReadonlyMap<string, PodValue>;

export interface PodGroups {
  /** How many count as they are. */
  readonly ready: number;
  readonly unready: ReadonlySet<string>;
  /** Pods that were not measured. */
  readonly missing: ReadonlySet<string>;
  /** Pods that have failed or are being deleted. */
  readonly ignored: ReadonlySet<string>;
}

export type Periods = Pick<AutoscalerSettings, 'cpuInitializationMs' | 'initialReadinessMs'>;

export function groupPods(
  pods: readonly Readonly<Pod>[],
  values: PodValues,
  resource: string,
  periods: Periods,
  now: number,
): PodGroups {
  const groups = { unready: new Set<string>(), missing: new Set<string>(), ignored: new Set<string>() };
  let ready = 0;
  for (const pod of pods) {
    const name = nameOf(pod);
    const value = values.get(name);
    const phase = pod.status?.phase;
    if (isBeingDeleted(pod) || phase === 'Failed') groups.ignored.add(name);
    else if (phase === 'Pending') groups.unready.add(name);
    else if (!value) groups.missing.add(name);
    else if (resource === 'cpu' && !isCpuTelling(pod, value, periods, now)) groups.unready.add(name);
    else ready++;
  }
  return { ready, ...groups };
}

/**
 * Programs use more CPU while they start. During the initialization period, a measurement counts if the pod is ready and has been for the
 * whole measured interval; afterwards, unless the pod is unready and never was ready.
 */
function isCpuTelling(pod: Readonly<Pod>, value: PodValue, periods: Periods, now: number): boolean {
  const condition = conditionOf(pod, 'Ready');
  const { startTime } = pod.status ?? {};
  if (!condition || !startTime) return false;
  const started = Date.parse(startTime);
  const changed = condition.lastTransitionTime ? Date.parse(condition.lastTransitionTime) : 0;
  const isUnready = condition.status === 'False';
  if (started + periods.cpuInitializationMs > now) return !isUnready && value.at >= changed + value.windowMs;
  return !(isUnready && started + periods.initialReadinessMs > changed);
}
