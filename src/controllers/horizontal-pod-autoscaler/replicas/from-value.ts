// How many replicas a single value asks for, of an object or of something outside of the cluster. Pure.
// Upstream: pkg/controller/podautoscaler/replica_calculator.go.
import type { Pod } from '../../../api/kinds/core/v1/pod.ts';
import { isPodReady } from '../../../api/pods/readiness.ts';
import { capped } from './from-pods.ts';
import { isWithin, type Tolerances } from './tolerance.ts';

/** Values are in thousandths. */
export interface ValueQuestion {
  readonly value: number;
  readonly target: number;
  readonly tolerances: Tolerances;
}

/** The target is for the value as a whole. From zero replicas, the ratio alone decides. */
export function valueReplicas(
  { value, target, tolerances }: ValueQuestion,
  current: number,
  pods: readonly Readonly<Pod>[],
): number {
  const ratio = value / target;
  if (current === 0) return capped(ratio);
  if (isWithin(tolerances, ratio)) return current;
  if (pods.length === 0)
    throw new Error(
      'unable to calculate ready pods: no pods returned by selector while calculating replica count',
    );
  const ready = pods.filter((pod) => pod.status?.phase === 'Running' && isPodReady(pod)).length;
  return capped(ratio * ready);
}

/** The target is for each replica's part of the value. `replicas` is what the scale's status says. */
export function perReplica(
  { value, target, tolerances }: ValueQuestion,
  replicas: number,
): { readonly replicas: number; readonly average: number } {
  const ratio = value / (target * replicas);
  return {
    replicas: isWithin(tolerances, ratio) ? replicas : capped(value / target),
    average: replicas === 0 ? 0 : Math.ceil(value / replicas),
  };
}
