// What is to be done about a scale, before metrics are asked for and after. Pure.
// Upstream: reconcileAutoscaler in pkg/controller/podautoscaler/horizontal.go.
import { type Finding, isFalse, isTrue } from './conditions.ts';
import type { Autoscaler, Condition } from './types.ts';

export interface Bounds {
  readonly min: number;
  readonly max: number;
}

export const boundsOf = ({ spec }: Autoscaler): Bounds => ({
  min: spec.minReplicas ?? 1,
  max: spec.maxReplicas,
});

/** What scaling to zero depends on. */
export interface Zero {
  /** The feature gate HPAScaleToZero. */
  readonly gate: boolean;
  /** The autoscaler itself has scaled to zero. */
  readonly scaled: boolean;
  /** A metric says something while no pod runs. */
  readonly canReturn: boolean;
}

const OUTSIDE = ['Object', 'External'];

export function zeroOf({ spec }: Autoscaler, conditions: readonly Condition[], gate: boolean): Zero {
  const condition = conditions.find(({ type }) => type === 'ScaledToZero');
  return {
    gate,
    scaled: gate && condition?.status === 'True',
    canReturn: (spec.metrics ?? []).some(({ type }) => OUTSIDE.includes(type)),
  };
}

export type First =
  /** Metrics decide. */
  | { readonly do: 'measure' }
  /** Whatever metrics say. */
  | { readonly do: 'scale'; readonly replicas: number; readonly reason: string }
  /** Somebody else has scaled to zero, which turns the autoscaler off. */
  | { readonly do: 'nothing'; readonly finding: Finding };

export const BELOW_MINIMUM = 'Current number of replicas below Spec.MinReplicas';
const ABOVE_MAXIMUM = 'Current number of replicas above Spec.MaxReplicas';

export function decideFirst(current: number, { min, max }: Bounds, zero: Zero): First {
  if (current === 0) {
    if (zero.scaled && (min !== 0 || zero.canReturn)) return { do: 'measure' };
    const message = 'scaling is disabled since the replica count of the target is zero';
    return { do: 'nothing', finding: isFalse('ScalingActive', 'ScalingDisabled', message) };
  }
  if (current > max) return { do: 'scale', replicas: max, reason: ABOVE_MAXIMUM };
  if (current < min) return { do: 'scale', replicas: min, reason: BELOW_MINIMUM };
  return { do: 'measure' };
}

/** Why the number changes, before limits are applied. */
export function reasonFor(current: number, desired: number, metric: string): string {
  if (desired > current) return `${metric} above target`;
  return desired < current ? 'All metrics below target' : '';
}

/** After a change of the scale. Without the gate, the condition does not exist. */
export function zeroFinding(
  from: number,
  to: number,
  { min }: Bounds,
  { gate, canReturn }: Zero,
): Finding | undefined {
  if (!gate) return undefined;
  return from > 0 && to === 0 && min === 0 && canReturn
    ? isTrue('ScaledToZero', 'ScaledToZero', 'the HPA controller scaled the workload to zero')
    : isFalse('ScaledToZero', 'NotScaledToZero', 'the HPA controller did not scale the workload to zero');
}
