// The status of a deployment: counts over its replica sets, and the conditions Available, Progressing and ReplicaFailure
// with upstream's reasons and messages. Pure.
import type {
  Deployment,
  DeploymentCondition,
  DeploymentStatus,
} from '../../api/kinds/apps/v1/deployment.ts';
import type { ReplicaSet } from '../../api/kinds/apps/v1/replica-set.ts';
import { conditionOf } from '../../api/meta/v1/conditions.ts';
import { nonzero } from '../framework/nonzero.ts';
import { type Conditions, makeCondition, withCondition, without } from './conditions.ts';
import { availableOf, maxUnavailable, replicasOf, sum } from './sizes.ts';

export interface Moment {
  readonly now: number;
  readonly time: string;
}

/** The largest int32 means no deadline, as upstream's HasProgressDeadline. */
const NO_DEADLINE = 2147483647;

export const hasDeadline = (deployment: Readonly<Deployment>): boolean => {
  const seconds = deployment.spec?.progressDeadlineSeconds;
  return seconds !== undefined && seconds !== NO_DEADLINE;
};

/** Counts and the Available condition; other conditions are carried over. */
export function countedStatus(
  deployment: Readonly<Deployment>,
  all: readonly Readonly<ReplicaSet>[],
  newSet: Readonly<ReplicaSet> | undefined,
  moment: Moment,
): DeploymentStatus {
  const available = sum(all, availableOf);
  const unavailable = Math.max(0, sum(all, replicasOf) - available);
  const { status } = deployment;
  const enough = available >= replicasOf(deployment) - maxUnavailable(deployment);
  const condition = enough
    ? makeCondition(
        'Available',
        'True',
        'MinimumReplicasAvailable',
        'Deployment has minimum availability.',
        moment.time,
      )
    : makeCondition(
        'Available',
        'False',
        'MinimumReplicasUnavailable',
        'Deployment does not have minimum availability.',
        moment.time,
      );
  return {
    observedGeneration: deployment.metadata.generation ?? 0,
    ...nonzero(
      'replicas',
      sum(all, (set) => set.status?.replicas ?? 0),
    ),
    ...nonzero('updatedReplicas', newSet?.status?.replicas ?? 0),
    ...nonzero(
      'readyReplicas',
      sum(all, (set) => set.status?.readyReplicas ?? 0),
    ),
    ...nonzero('availableReplicas', available),
    ...nonzero('unavailableReplicas', unavailable),
    terminatingReplicas: sum(all, (set) => set.status?.terminatingReplicas ?? 0),
    ...(status?.collisionCount !== undefined && { collisionCount: status.collisionCount }),
    conditions: withCondition(status?.conditions ?? [], condition),
  };
}

/** All replicas are available, of the newest template, and the present generation is observed. */
export function isComplete(deployment: Readonly<Deployment>, status: DeploymentStatus): boolean {
  const wanted = replicasOf(deployment);
  return (
    (status.updatedReplicas ?? 0) === wanted &&
    (status.replicas ?? 0) === wanted &&
    (status.availableReplicas ?? 0) === wanted &&
    (status.observedGeneration ?? 0) >= (deployment.metadata.generation ?? 0)
  );
}

/** There is progress since the status was last written: more new pods, fewer old ones, or more that are ready or available. */
function isProgressing(deployment: Readonly<Deployment>, next: DeploymentStatus): boolean {
  const was = deployment.status ?? {};
  const old = (status: DeploymentStatus) => (status.replicas ?? 0) - (status.updatedReplicas ?? 0);
  return (
    (next.updatedReplicas ?? 0) > (was.updatedReplicas ?? 0) ||
    old(next) < old(was) ||
    (next.readyReplicas ?? 0) > (was.readyReplicas ?? 0) ||
    (next.availableReplicas ?? 0) > (was.availableReplicas ?? 0)
  );
}

export function deadlinePassed(
  deployment: Readonly<Deployment>,
  conditions: Conditions | undefined,
  now: number,
): boolean {
  const condition = conditions?.find(({ type }) => type === 'Progressing');
  // A rollout that is complete cannot miss its deadline; pods that fail later start no new one.
  if (!hasDeadline(deployment) || !condition || condition.reason === 'NewReplicaSetAvailable') return false;
  if (condition.reason === 'ProgressDeadlineExceeded') return true;
  const from = Date.parse(condition.lastUpdateTime ?? '') || 0;
  return from + (deployment.spec?.progressDeadlineSeconds ?? 0) * 1000 < now;
}

/** The status during a rollout. */
export function rolloutStatus(
  deployment: Readonly<Deployment>,
  all: readonly Readonly<ReplicaSet>[],
  newSet: Readonly<ReplicaSet> | undefined,
  moment: Moment,
): DeploymentStatus {
  const status = countedStatus(deployment, all, newSet, moment);
  const progressed = withProgress(deployment, status, newSet, moment);
  const failure = failureOf(all, newSet);
  const conditions = failure ? withCondition(progressed, failure) : without(progressed, 'ReplicaFailure');
  return { ...status, conditions };
}

function withProgress(
  deployment: Readonly<Deployment>,
  status: DeploymentStatus,
  newSet: Readonly<ReplicaSet> | undefined,
  { now, time }: Moment,
): DeploymentCondition[] {
  const conditions = status.conditions ?? [];
  if (!hasDeadline(deployment)) return without(conditions, 'Progressing');
  const current = conditionOf(deployment, 'Progressing');
  const settled = (status.replicas ?? 0) === (status.updatedReplicas ?? 0);
  if (settled && current?.reason === 'NewReplicaSetAvailable') return conditions;
  const subject = newSet
    ? `ReplicaSet "${newSet.metadata.name}"`
    : `Deployment "${deployment.metadata.name}"`;
  if (isComplete(deployment, status)) {
    const message = `${subject} has successfully progressed.`;
    return withCondition(
      conditions,
      makeCondition('Progressing', 'True', 'NewReplicaSetAvailable', message, time),
    );
  }
  if (isProgressing(deployment, status)) {
    const message = `${subject} is progressing.`;
    const next = makeCondition('Progressing', 'True', 'ReplicaSetUpdated', message, time);
    if (current?.status === 'True') next.lastTransitionTime = current.lastTransitionTime;
    // The deadline counts from lastUpdateTime, so the condition is replaced even when nothing else changed.
    return [...without(conditions, 'Progressing'), next];
  }
  if (deadlinePassed(deployment, conditions, now)) {
    const message = `${subject} has timed out progressing.`;
    return withCondition(
      conditions,
      makeCondition('Progressing', 'False', 'ProgressDeadlineExceeded', message, time),
    );
  }
  return conditions;
}

function failureOf(
  all: readonly Readonly<ReplicaSet>[],
  newSet: Readonly<ReplicaSet> | undefined,
): DeploymentCondition | undefined {
  const failing = (set: Readonly<ReplicaSet>) => conditionOf(set, 'ReplicaFailure');
  const found = (newSet && failing(newSet)) ?? all.map(failing).find(Boolean);
  return (
    found && {
      type: 'ReplicaFailure',
      status: found.status,
      lastUpdateTime: found.lastTransitionTime,
      lastTransitionTime: found.lastTransitionTime,
      reason: found.reason,
      message: found.message,
    }
  );
}

/** Milliseconds until the progress deadline of a rollout; undefined when none applies. */
export function msUntilDeadline(
  deployment: Readonly<Deployment>,
  status: DeploymentStatus,
  now: number,
): number | undefined {
  const current = conditionOf(deployment, 'Progressing');
  if (!current || !hasDeadline(deployment) || isComplete(deployment, status)) return undefined;
  if (current.reason === 'ProgressDeadlineExceeded') return undefined;
  const from = Date.parse(current.lastUpdateTime ?? '') || now;
  // One second more, because times in the API are whole seconds.
  return Math.max(0, from + (deployment.spec?.progressDeadlineSeconds ?? 0) * 1000 - now) + 1000;
}
