// The conditions of an autoscaler. Pure.
import type { Condition } from './types.ts';

export type ConditionType = 'AbleToScale' | 'ScalingActive' | 'ScalingLimited' | 'ScaledToZero';

export interface Finding {
  readonly type: ConditionType;
  readonly status: 'True' | 'False';
  readonly reason: string;
  readonly message: string;
}

export const isTrue = (type: ConditionType, reason: string, message: string): Finding => ({
  type,
  status: 'True',
  reason,
  message,
});

export const isFalse = (type: ConditionType, reason: string, message: string): Finding => ({
  type,
  status: 'False',
  reason,
  message,
});

/** The transition time changes with the status only. */
export function withFinding(conditions: readonly Condition[], finding: Finding, now: string): Condition[] {
  const before = conditions.find(({ type }) => type === finding.type);
  const lastTransitionTime = before?.status === finding.status ? before.lastTransitionTime : now;
  const condition = { ...finding, ...(lastTransitionTime && { lastTransitionTime }) };
  return before ? conditions.map((one) => (one === before ? condition : one)) : [...conditions, condition];
}

export const without = (conditions: readonly Condition[], type: ConditionType): Condition[] =>
  conditions.filter((condition) => condition.type !== type);

/** Why replicas could not be calculated. */
export const unableToCompute = (reason: string, message: string): Finding =>
  isFalse('ScalingActive', reason, `the HPA was unable to compute the replica count: ${message}`);
