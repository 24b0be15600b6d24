// Which active pods of a job are deleted: as many as are surplus, and of an indexed job those without a valid index and all
// but the furthest of each index. Follows activePodsForRemoval (pkg/controller/job). Pure.
import type { Job } from '../../api/kinds/batch/v1/job.ts';
import type { Pod } from '../../api/kinds/core/v1/pod.ts';
import { addAll } from '../../kit/lists.ts';
import { podsToDelete } from '../framework/pods/deletion-order.ts';
import { indexOf } from './indexes.ts';
import { isIndexed } from './plan.ts';

const NO_NEIGHBORS = () => 0;

export function podsToRemove(
  job: Readonly<Job>,
  active: readonly Readonly<Pod>[],
  surplus: number,
  now: number,
): Readonly<Pod>[] {
  const wrong = isIndexed(job) ? repeated(active, job.spec?.completions ?? 0, now) : [];
  if (wrong.length >= surplus) return wrong;
  const going = new Set(wrong);
  const others = active.filter((pod) => !going.has(pod));
  return [...wrong, ...podsToDelete(others, surplus - wrong.length, NO_NEIGHBORS, now)];
}

function repeated(active: readonly Readonly<Pod>[], completions: number, now: number): Readonly<Pod>[] {
  const wrong: Readonly<Pod>[] = [];
  const byIndex = new Map<number, Readonly<Pod>[]>();
  for (const pod of active) {
    const index = indexOf(pod);
    if (index === undefined || index >= completions) wrong.push(pod);
    else byIndex.set(index, [...(byIndex.get(index) ?? []), pod]);
  }
  for (const pods of byIndex.values())
    if (pods.length > 1) addAll(wrong, podsToDelete(pods, pods.length - 1, NO_NEIGHBORS, now));
  return wrong;
}
