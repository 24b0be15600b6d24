// What a replica set does next, from spec.replicas and the active pods it has. Follows manageReplicas
// (pkg/controller/replicaset). Pure.
import type { Pod } from '../../api/kinds/core/v1/pod.ts';
import { type NeighborsOf, podsToDelete } from '../framework/pods/deletion-order.ts';

/** Most pods created or deleted in one round, as upstream's burstReplicas. */
const BURST = 500;

export type Plan =
  | { readonly action: 'none' }
  | { readonly action: 'create'; readonly count: number }
  | { readonly action: 'delete'; readonly pods: readonly Readonly<Pod>[] };

/** `neighbors` is called only when pods are deleted: it visits the pods of all sets of the same deployment. */
export function planReplicas(
  wanted: number,
  active: readonly Readonly<Pod>[],
  neighbors: () => NeighborsOf,
  now: number,
): Plan {
  const surplus = active.length - wanted;
  if (surplus < 0) return { action: 'create', count: Math.min(-surplus, BURST) };
  if (surplus === 0) return { action: 'none' };
  const count = Math.min(surplus, BURST);
  return { action: 'delete', pods: podsToDelete(active, count, neighbors(), now) };
}
