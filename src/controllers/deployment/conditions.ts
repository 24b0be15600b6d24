// Replaces conditions of a deployment; one with the same status and reason is left as it is. Pure.
import type { DeploymentCondition } from '../../api/kinds/apps/v1/deployment.ts';

export type Conditions = readonly DeploymentCondition[];

export const without = (conditions: Conditions, type: string): DeploymentCondition[] =>
  conditions.filter((condition) => condition.type !== type);

export function makeCondition(
  type: 'Available' | 'Progressing' | 'ReplicaFailure',
  status: 'True' | 'False' | 'Unknown',
  reason: string,
  message: string,
  time: string,
): DeploymentCondition {
  return { type, status, lastUpdateTime: time, lastTransitionTime: time, reason, message };
}

/** Sets a condition; lastTransitionTime changes only with the status. */
export function withCondition(conditions: Conditions, condition: DeploymentCondition): DeploymentCondition[] {
  const current = conditions.find(({ type }) => type === condition.type);
  if (current && current.status === condition.status && current.reason === condition.reason)
    return [...conditions];
  const kept =
    current?.status === condition.status
      ? { ...condition, lastTransitionTime: current.lastTransitionTime }
      : condition;
  return [...without(conditions, condition.type), kept];
}
