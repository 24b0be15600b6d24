// The arithmetic of rollouts: maxSurge and maxUnavailable as numbers, and proportional scaling of replica sets. Rounds as
// upstream does (pkg/controller/deployment/util). Pure.
import type { Deployment } from '../../api/kinds/apps/v1/deployment.ts';
import type { ReplicaSet } from '../../api/kinds/apps/v1/replica-set.ts';
import { scaled } from '../framework/scaled.ts';

export const DESIRED_REPLICAS = 'deployment.kubernetes.io/desired-replicas';
export const MAX_REPLICAS = 'deployment.kubernetes.io/max-replicas';

export const replicasOf = (object: Readonly<Deployment> | Readonly<ReplicaSet>): number =>
  object.spec?.replicas ?? 1;
export const availableOf = (set: Readonly<ReplicaSet>): number => set.status?.availableReplicas ?? 0;

export const isRollingUpdate = (deployment: Readonly<Deployment>): boolean =>
  deployment.spec?.strategy?.type !== 'Recreate';

export const sum = (sets: readonly Readonly<ReplicaSet>[], of: (set: Readonly<ReplicaSet>) => number) =>
  sets.reduce((total, set) => total + of(set), 0);

export const active = (sets: readonly Readonly<ReplicaSet>[]): Readonly<ReplicaSet>[] =>
  sets.filter((set) => replicasOf(set) > 0);

/**
 * How many pods may be unavailable during a rollout. Rounded down, where maxSurge is rounded up; a percentage of few replicas
 * may be 0, and with both 0 no rollout would ever proceed, so one is allowed then.
 */
export function maxUnavailable(deployment: Readonly<Deployment>): number {
  const replicas = replicasOf(deployment);
  if (!isRollingUpdate(deployment) || replicas === 0) return 0;
  const rolling = deployment.spec?.strategy?.rollingUpdate;
  const surge = scaled(rolling?.maxSurge, replicas, 'up');
  const unavailable = scaled(rolling?.maxUnavailable, replicas, 'down');
  return Math.min(replicas, surge === 0 && unavailable === 0 ? 1 : unavailable);
}

/** How many pods may exist beyond spec.replicas during a rollout. */
export function maxSurge(deployment: Readonly<Deployment>): number {
  if (!isRollingUpdate(deployment)) return 0;
  return scaled(deployment.spec?.strategy?.rollingUpdate?.maxSurge, replicasOf(deployment), 'up');
}

/** The size in an annotation; undefined without one. */
export function sizeAnnotation(set: Readonly<ReplicaSet>, key: string): number | undefined {
  const text = set.metadata.annotations?.[key];
  return text !== undefined && /^-?\d+$/.test(text) ? Number(text) : undefined;
}

/**
 * The size annotations of a replica set for the deployment as it is now. From them a later round knows that the deployment
 * was scaled, and by how much: a set's own size also changes with rollouts.
 */
export function sizeAnnotations(deployment: Readonly<Deployment>): Record<string, string> {
  const desired = replicasOf(deployment);
  return {
    [DESIRED_REPLICAS]: String(desired),
    [MAX_REPLICAS]: String(desired + maxSurge(deployment)),
  };
}

/** How large the newest replica set may be now. `all` counts it too. */
export function newSetSize(
  deployment: Readonly<Deployment>,
  all: readonly Readonly<ReplicaSet>[],
  current: number,
): number {
  const wanted = replicasOf(deployment);
  if (!isRollingUpdate(deployment)) return wanted;
  const room = wanted + maxSurge(deployment) - sum(all, replicasOf);
  return room <= 0 ? current : current + Math.min(room, wanted - current);
}

/** True when the newest set has all of the deployment's replicas, available and recorded in its annotation. */
export function isSaturated(
  deployment: Readonly<Deployment>,
  set: Readonly<ReplicaSet> | undefined,
): boolean {
  if (!set) return false;
  const wanted = replicasOf(deployment);
  return (
    replicasOf(set) === wanted &&
    sizeAnnotation(set, DESIRED_REPLICAS) === wanted &&
    availableOf(set) === wanted
  );
}

/** True when the deployment was scaled since its sets were last scaled. Scaling comes before a rollout goes on. */
export function isScalingEvent(
  deployment: Readonly<Deployment>,
  sets: readonly Readonly<ReplicaSet>[],
): boolean {
  return active(sets).some((set) => {
    const desired = sizeAnnotation(set, DESIRED_REPLICAS);
    return desired !== undefined && desired !== replicasOf(deployment);
  });
}

/**
 * Proportional scaling during a rollout: each active set takes its share, the largest first (among equals the newest when
 * scaling up, the oldest when scaling down); the first also takes what rounding leaves over.
 */
export function proportionalSizes(
  deployment: Readonly<Deployment>,
  sets: readonly Readonly<ReplicaSet>[],
): Map<Readonly<ReplicaSet>, number> {
  const wanted = replicasOf(deployment);
  const allowed = wanted > 0 ? wanted + maxSurge(deployment) : 0;
  const toAdd = allowed - sum(sets, replicasOf);
  const ordered = [...sets].sort(
    (a, b) => replicasOf(b) - replicasOf(a) || (toAdd > 0 ? byCreation(b, a) : byCreation(a, b)),
  );
  const sizes = new Map<Readonly<ReplicaSet>, number>();
  let added = 0;
  for (const set of ordered) {
    const share = toAdd === 0 ? 0 : proportion(deployment, set, toAdd, added);
    sizes.set(set, replicasOf(set) + share);
    added += share;
  }
  const first = ordered[0];
  if (first && toAdd !== 0) sizes.set(first, Math.max(0, sizes.get(first)! + toAdd - added));
  return sizes;
}

export const byCreation = (a: Readonly<ReplicaSet>, b: Readonly<ReplicaSet>): number =>
  createdAt(a) - createdAt(b) || ((a.metadata.name ?? '') < (b.metadata.name ?? '') ? -1 : 1);

const createdAt = (set: Readonly<ReplicaSet>): number =>
  set.metadata.creationTimestamp ? Date.parse(set.metadata.creationTimestamp) : 0;

function proportion(
  deployment: Readonly<Deployment>,
  set: Readonly<ReplicaSet>,
  toAdd: number,
  added: number,
): number {
  if (replicasOf(set) === 0 || toAdd === added) return 0;
  const share = fraction(deployment, set);
  const left = toAdd - added;
  return toAdd > 0 ? Math.min(share, left) : Math.max(share, left);
}

function fraction(deployment: Readonly<Deployment>, set: Readonly<ReplicaSet>): number {
  const wanted = replicasOf(deployment);
  if (wanted === 0) return -replicasOf(set);
  const most = wanted + maxSurge(deployment);
  const before = sizeAnnotation(set, MAX_REPLICAS) || deployment.status?.replicas || 0;
  if (before === 0) return 0;
  return roundHalfAway((replicasOf(set) * most) / before) - replicasOf(set);
}

/** As Go's math.Round: halves away from zero, where Math.round takes them upwards. */
const roundHalfAway = (x: number): number => (x < 0 ? Math.ceil(x - 0.5) : Math.floor(x + 0.5));
