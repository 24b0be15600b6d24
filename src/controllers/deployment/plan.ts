// The next sizes of old replica sets during a rollout, so that enough pods stay available. Follows reconcileOldReplicaSets
// (pkg/controller/deployment/rolling.go). Pure.
import type { Deployment } from '../../api/kinds/apps/v1/deployment.ts';
import type { ReplicaSet } from '../../api/kinds/apps/v1/replica-set.ts';
import type { Pod } from '../../api/kinds/core/v1/pod.ts';
import { controllerOf } from '../../api/meta/v1/object.ts';
import { isPodTerminal } from '../../api/pods/phase.ts';
import { availableOf, byCreation, maxUnavailable, replicasOf, sum } from './sizes.ts';

type Sets = readonly Readonly<ReplicaSet>[];

/** New sizes for old sets in a rolling update: unavailable pods first, then available ones beyond the minimum. */
export function shrinkOldSets(
  deployment: Readonly<Deployment>,
  old: Sets,
  newSet: Readonly<ReplicaSet> | undefined,
): Map<Readonly<ReplicaSet>, number> {
  const sizes = new Map<Readonly<ReplicaSet>, number>();
  if (sum(old, replicasOf) === 0) return sizes;
  const minAvailable = replicasOf(deployment) - maxUnavailable(deployment);
  // Pods of the newest set that are not available yet may never be: they must not let old ones be deleted.
  const newMissing = newSet ? replicasOf(newSet) - availableOf(newSet) : 0;
  const all = newSet ? [...old, newSet] : old;
  const spare = sum(all, replicasOf) - minAvailable - newMissing;
  if (spare <= 0) return sizes;
  const ordered = [...old].sort(byCreation);
  const size = (set: Readonly<ReplicaSet>) => sizes.get(set) ?? replicasOf(set);
  // Unavailable pods serve no requests, so they are taken first.
  take(ordered, spare, (set) => Math.max(0, replicasOf(set) - availableOf(set)), size, sizes);
  take(ordered, sum(all, availableOf) - minAvailable, size, size, sizes);
  return sizes;
}

/** Takes up to `count` pods from the sets in order, at most `from(set)` of each. */
function take(
  sets: Sets,
  count: number,
  from: (set: Readonly<ReplicaSet>) => number,
  size: (set: Readonly<ReplicaSet>) => number,
  sizes: Map<Readonly<ReplicaSet>, number>,
): void {
  let left = count;
  for (const set of sets) {
    if (left <= 0) return;
    const taken = Math.min(left, from(set), size(set));
    if (taken <= 0) continue;
    sizes.set(set, size(set) - taken);
    left -= taken;
  }
}

/**
 * With Recreate no new pod is created while a pod of an old set may still run. The sets' status may be older than their pods,
 * and does not count terminating ones, so the pods themselves are asked too.
 */
export function oldPodsRunning(
  old: Sets,
  newSet: Readonly<ReplicaSet> | undefined,
  pods: () => readonly Readonly<Pod>[],
): boolean {
  if (sum(old, (set) => set.status?.replicas ?? 0) > 0) return true;
  return pods().some((pod) => controllerOf(pod)?.uid !== newSet?.metadata.uid && !isPodTerminal(pod));
}

/** The one set that is scaled with the deployment outside of a rollout; undefined during one: several sets are above 0. */
export function activeOrLatest(
  newSet: Readonly<ReplicaSet> | undefined,
  old: Sets,
): Readonly<ReplicaSet> | undefined {
  const all = newSet ? [...old, newSet] : [...old];
  const running = all.filter((set) => replicasOf(set) > 0);
  if (running.length > 1) return undefined;
  return running[0] ?? newSet ?? [...old].sort(byCreation).at(-1);
}
