// How many replicas an average over pods asks for. Pods that were not measured, or are not ready, are assumed to dampen the change:
// they never turn its direction. Pure; throws if nothing can be calculated.
// Upstream: GetResourceReplicas and calcPlainMetricReplicas in pkg/controller/podautoscaler/replica_calculator.go.
import type { Pod } from '../../../api/kinds/core/v1/pod.ts';
import { groupPods, type Periods, type PodValue, type PodValues } from './pod-groups.ts';
import { isWithin, type Tolerances } from './tolerance.ts';

export interface PodQuestion {
  /** spec.replicas of the scale. */
  readonly current: number;
  /** Those that the scale's selector selects. */
  readonly pods: readonly Readonly<Pod>[];
  readonly values: PodValues;
  /** The resource that was measured; empty for another metric. */
  readonly resource: string;
  readonly tolerances: Tolerances;
  readonly periods: Periods;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

export interface PodAnswer {
  readonly replicas: number;
  /** Over the pods that were measured, in thousandths. */
  readonly average: number;
  /** Percentage of what they request. */
  readonly utilization?: number;
}

/** How a set of measurements compares to the target. */
interface Comparison {
  readonly ratio: number;
  readonly average: number;
  readonly utilization?: number;
}

interface Target {
  compare(values: PodValues): Comparison;
  /** What a pod without a measurement is assumed to use before replicas are taken away, in thousandths. */
  assumed(pod: string): number;
}

export const utilizationReplicas = (
  question: PodQuestion,
  target: number,
  requests: () => ReadonlyMap<string, number>,
): PodAnswer => replicasFor(question, () => utilizationTarget(target, requests()));

export const averageReplicas = (question: PodQuestion, target: number): PodAnswer =>
  replicasFor(question, () => averageTarget(target));

function utilizationTarget(target: number, requests: ReadonlyMap<string, number>): Target {
  return {
    compare(values) {
      let used = 0;
      let requested = 0;
      let count = 0;
      for (const [pod, { milli }] of values) {
        const request = requests.get(pod);
        if (request === undefined) continue;
        used += milli;
        requested += request;
        count++;
      }
      if (requested === 0) throw new Error('no metrics returned matched known pods');
      // A percentage that is exact must not become less by the rounding of floats.
      const utilization = Math.trunc((used / requested) * 100 + 1e-9);
      return { ratio: utilization / target, utilization, average: Math.trunc(used / count) };
    },
    assumed: (pod) => Math.trunc(((requests.get(pod) ?? 0) * Math.max(100, target)) / 100),
  };
}

function averageTarget(target: number): Target {
  return {
    compare(values) {
      let used = 0;
      for (const { milli } of values.values()) used += milli;
      const average = Math.trunc(used / values.size);
      return { ratio: average / target, average };
    },
    assumed: () => target,
  };
}

function replicasFor(question: PodQuestion, targetOf: () => Target): PodAnswer {
  const { current, pods, resource, tolerances, periods, now } = question;
  if (pods.length === 0) throw new Error('no pods returned by selector while calculating replica count');
  const { ready, unready, missing, ignored } = groupPods(pods, question.values, resource, periods, now);
  const values = new Map([...question.values].filter(([pod]) => !ignored.has(pod) && !unready.has(pod)));
  if (values.size === 0) throw new Error('did not receive metrics for targeted pods (pods might be unready)');
  const target = targetOf();
  const { ratio, ...shown } = target.compare(values);
  const countsUnready = unready.size > 0 && ratio > 1;
  if (!countsUnready && missing.size === 0)
    return { replicas: isWithin(tolerances, ratio) ? current : capped(ratio * ready), ...shown };
  if (ratio < 1) for (const pod of missing) values.set(pod, assumedValue(target.assumed(pod)));
  if (ratio > 1) for (const pod of missing) values.set(pod, assumedValue(0));
  if (countsUnready) for (const pod of unready) values.set(pod, assumedValue(0));
  return { replicas: dampened(question, ratio, target.compare(values).ratio, values.size), ...shown };
}

/** The current number if the change would be small, or in another direction than what was measured says. */
function dampened(
  { current, tolerances }: PodQuestion,
  ratio: number,
  assumed: number,
  pods: number,
): number {
  const turns = (ratio < 1 && assumed > 1) || (ratio > 1 && assumed < 1);
  if (isWithin(tolerances, assumed) || turns) return current;
  const replicas = capped(assumed * pods);
  const against = (assumed < 1 && replicas > current) || (assumed > 1 && replicas < current);
  return against ? current : replicas;
}

const assumedValue = (milli: number): PodValue => ({ milli, at: 0, windowMs: 0 });

const MOST = 2 ** 31 - 1;

/** Rounded up, and not more than an int32 holds. Nothing of a target that is nothing is no number: it asks for no replicas. */
export const capped = (replicas: number): number =>
  Number.isNaN(replicas) ? 0 : Math.min(MOST, Math.ceil(replicas));
