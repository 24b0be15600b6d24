// The status of a replica set. A deployment's rollout goes by these counts. Follows calculateStatus
// (pkg/controller/replicaset/replica_set_utils.go). Pure.
import type { ReplicaSetCondition, ReplicaSetStatus } from '../../api/kinds/apps/v1/replica-set.ts';
import type { Pod } from '../../api/kinds/core/v1/pod.ts';
import { labelsOf } from '../../api/meta/v1/object.ts';
import { msUntilAvailable } from '../../api/pods/readiness.ts';
import { nonzero } from '../framework/nonzero.ts';
import type { Replicated } from './kinds.ts';

/** How the last attempt to create or delete pods failed. */
export interface ReplicaFailure {
  readonly reason: 'FailedCreate' | 'FailedDelete';
  readonly message: string;
}

export interface Observed {
  readonly active: readonly Readonly<Pod>[];
  /** Undefined for a kind whose status does not count them. */
  readonly terminating?: number;
  readonly failure?: ReplicaFailure;
}

export function statusOf(
  replicaSet: Readonly<Replicated>,
  observed: Observed,
  now: number,
  time: string,
): ReplicaSetStatus {
  const { active, terminating, failure } = observed;
  const minReadySeconds = replicaSet.spec?.minReadySeconds ?? 0;
  const template = Object.entries(replicaSet.spec?.template?.metadata?.labels ?? {});
  const conditions = withFailure(replicaSet.status?.conditions ?? [], failure, time);
  const { labeled, ready, available } = count(active, template, minReadySeconds, now);
  return {
    replicas: active.length,
    ...nonzero('fullyLabeledReplicas', labeled),
    ...nonzero('readyReplicas', ready),
    ...nonzero('availableReplicas', available),
    ...(terminating !== undefined && { terminatingReplicas: terminating }),
    observedGeneration: replicaSet.metadata.generation ?? 0,
    ...(conditions.length > 0 && { conditions }),
  };
}

/** There may be tens of thousands of pods, and a round for each few of their changes: each is looked at once. */
function count(
  active: readonly Readonly<Pod>[],
  template: readonly (readonly [string, string])[],
  minReadySeconds: number,
  now: number,
) {
  let [labeled, ready, available] = [0, 0, 0];
  for (const pod of active) {
    // Pods that were adopted, or made before the template's labels changed, may lack some of its labels.
    if (template.every(([key, value]) => labelsOf(pod)[key] === value)) labeled++;
    const wait = msUntilAvailable(pod, minReadySeconds, now);
    if (wait === undefined) continue;
    ready++;
    if (wait === 0) available++;
  }
  return { labeled, ready, available };
}

/** The first failure's condition stays as it is until a round succeeds. */
function withFailure(
  conditions: readonly ReplicaSetCondition[],
  failure: ReplicaFailure | undefined,
  time: string,
): ReplicaSetCondition[] {
  const known = conditions.find((condition) => condition.type === 'ReplicaFailure');
  if (failure && known) return [...conditions];
  const others = conditions.filter((condition) => condition.type !== 'ReplicaFailure');
  if (!failure) return others;
  const { reason, message } = failure;
  return [...others, { type: 'ReplicaFailure', status: 'True', reason, message, lastTransitionTime: time }];
}
