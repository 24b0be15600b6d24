// What a replica set does next, from what it wants and the pods it has. Pure.
import type { ReplicaSet } from '../../api/kinds/apps/v1/replica-set.ts';
import type { Pod } from '../../api/kinds/core/v1/pod.ts';
import { msUntilAvailable } from '../../api/pods/readiness.ts';
import { type CrowdOf, podsToDelete } from '../framework/pods/deletion-order.ts';

/** At most so many pods are made or deleted in one go. */
const BURST = 500;

export type Plan =
  | { readonly action: 'none' }
  | { readonly action: 'create'; readonly count: number }
  | { readonly action: 'delete'; readonly pods: readonly Readonly<Pod>[] };

export function planReplicas(
  wanted: number,
  active: readonly Readonly<Pod>[],
  crowd: () => CrowdOf,
  now: number,
): Plan {
  const surplus = active.length - wanted;
  if (surplus < 0) return { action: 'create', count: Math.min(-surplus, BURST) };
  if (surplus === 0) return { action: 'none' };
  const count = Math.min(surplus, BURST);
  return { action: 'delete', pods: podsToDelete(active, count, crowd(), now) };
}

/** When the next ready pod becomes available, in milliseconds; undefined when none is waiting for that. */
export function msUntilNextAvailable(
  replicaSet: Readonly<ReplicaSet>,
  active: readonly Readonly<Pod>[],
  now: number,
): number | undefined {
  const minReadySeconds = replicaSet.spec?.minReadySeconds ?? 0;
  const waits = active
    .map((pod) => msUntilAvailable(pod, minReadySeconds, now))
    .filter((ms) => ms !== undefined && ms > 0) as number[];
  return waits.length > 0 ? Math.min(...waits) : undefined;
}
