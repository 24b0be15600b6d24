// Counts every finished pod exactly once, whatever is deleted in between. A finalizer keeps each pod until its uid is in
// status.uncountedTerminatedPods; then the finalizer is removed, and only after that the uid moves into the counters.
// Follows trackJobStatusAndRemoveFinalizers (pkg/controller/job). Pure.
import type { Job, JobStatus } from '../../api/kinds/batch/v1/job.ts';
import type { Pod } from '../../api/kinds/core/v1/pod.ts';
import { isBeingDeleted, uidOf } from '../../api/meta/v1/object.ts';
import { policyFor } from './failure-policy.ts';
import { failedIndexes, isStillNeeded, limitsPerIndex } from './index-failures.ts';
import { Indexes, indexOf, type ReadonlyIndexes } from './indexes.ts';
import { hasFailed, hasSucceeded } from './outcome.ts';
import { isIndexed } from './plan.ts';

export const TRACKING_FINALIZER = 'batch.kubernetes.io/job-tracking';

export const isTracked = (pod: Readonly<Pod>): boolean =>
  pod.metadata.finalizers?.includes(TRACKING_FINALIZER) ?? false;

export interface Tracked {
  readonly succeeded: number;
  readonly failed: number;
  readonly indexes: ReadonlyIndexes;
  /** Failed indexes, of a job with backoffLimitPerIndex. */
  readonly failedIndexes: ReadonlyIndexes;
  /** uids for status.uncountedTerminatedPods. */
  readonly uncounted: { readonly succeeded: readonly string[]; readonly failed: readonly string[] };
  /** Pods whose finalizer is removed once the status with `uncounted` is written. */
  readonly release: readonly Readonly<Pod>[];
}

/** Computes the new counters from status and pods. `over`: the job has ended, so pods that are being deleted count as failed. */
export function track(job: Readonly<Job>, pods: readonly Readonly<Pod>[], over: boolean): Tracked {
  const status = job.status ?? {};
  const byUid = new Map(pods.map((pod) => [uidOf(pod), pod]));
  const before = Indexes.parse(status.completedIndexes, job.spec?.completions ?? 0);
  const since = new Set<number>();
  const counted = { succeeded: status.succeeded ?? 0, failed: status.failed ?? 0 };
  const uncounted: { succeeded: string[]; failed: string[] } = { succeeded: [], failed: [] };
  for (const outcome of ['succeeded', 'failed'] as const)
    for (const uid of status.uncountedTerminatedPods?.[outcome] ?? []) {
      const pod = byUid.get(uid);
      if (pod && isTracked(pod)) uncounted[outcome].push(uid);
      else counted[outcome]++;
    }
  const known = new Set([...uncounted.succeeded, ...uncounted.failed]);
  const lost = failedIndexes(job, pods);
  const settled = over ? everyIndex(pods) : Indexes.union(lost, before);
  const release = pods.filter((pod) => isTracked(pod) && known.has(uidOf(pod)));
  for (const pod of pods) {
    if (!isTracked(pod) || known.has(uidOf(pod))) continue;
    const outcome = outcomeOf(job, pod, over);
    if (!outcome) continue;
    if (outcome === 'failed' && isStillNeeded(job, pod, pods, settled)) continue;
    release.push(pod);
    const index = indexOf(pod);
    if (outcome === 'ignored') continue;
    if (outcome === 'succeeded' && isIndexed(job)) {
      // An index is counted once, however many of its pods succeeded.
      if (index === undefined || before.has(index) || since.has(index)) continue;
      since.add(index);
    }
    uncounted[outcome].push(uidOf(pod));
  }
  const indexes = Indexes.union(before, Indexes.of(since));
  if (isIndexed(job)) counted.succeeded = indexes.size - uncounted.succeeded.length;
  return { ...counted, indexes, failedIndexes: lost, uncounted, release };
}

const everyIndex = (pods: readonly Readonly<Pod>[]): Set<number> =>
  new Set(pods.map(indexOf).filter((index) => index !== undefined));

function outcomeOf(
  job: Readonly<Job>,
  pod: Readonly<Pod>,
  over: boolean,
): 'succeeded' | 'failed' | 'ignored' | undefined {
  if (hasSucceeded(pod)) return 'succeeded';
  if (hasFailed(job, pod)) return policyFor(job, pod) === 'Ignore' ? 'ignored' : 'failed';
  if (over && isBeingDeleted(pod)) return 'failed';
  return isBeingDeleted(job) ? 'ignored' : undefined;
}

/** The counters of the status. */
export function countersOf(job: Readonly<Job>, tracked: Tracked): Partial<JobStatus> {
  const { uncounted } = tracked;
  return {
    succeeded: tracked.succeeded || undefined,
    failed: tracked.failed || undefined,
    uncountedTerminatedPods: {
      ...(uncounted.succeeded.length > 0 && { succeeded: [...uncounted.succeeded] }),
      ...(uncounted.failed.length > 0 && { failed: [...uncounted.failed] }),
    },
    ...(isIndexed(job) && { completedIndexes: String(tracked.indexes) || undefined }),
    ...(limitsPerIndex(job) && { failedIndexes: String(tracked.failedIndexes) }),
  };
}
