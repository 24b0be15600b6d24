// Failures per index, for jobs with backoffLimitPerIndex: how often each index has failed and which have failed for good.
// The count is handed from each pod of an index to its replacement in an annotation. Pure.
import type { Job } from '../../api/kinds/batch/v1/job.ts';
import type { Pod } from '../../api/kinds/core/v1/pod.ts';
import { policyFor } from './failure-policy.ts';
import { Indexes, indexOf, type ReadonlyIndexes } from './indexes.ts';
import { hasFailed } from './outcome.ts';

export const FAILURE_COUNT = 'batch.kubernetes.io/job-index-failure-count';

export const limitsPerIndex = (job: Readonly<Job>): boolean => job.spec?.backoffLimitPerIndex !== undefined;

/** How often the index had failed when this pod was created. */
export const failuresBefore = (pod: Readonly<Pod>): number =>
  Number(pod.metadata.annotations?.[FAILURE_COUNT] ?? 0) || 0;

/** How often the index has failed, this pod's failure included. */
function failuresWith(job: Readonly<Job>, pod: Readonly<Pod>): number {
  return failuresBefore(pod) + (policyFor(job, pod) === 'Ignore' ? 0 : 1);
}

/** The newest failed pod of each index that has one. */
export function lastFailures(
  job: Readonly<Job>,
  pods: readonly Readonly<Pod>[],
): Map<number, { readonly pod: Readonly<Pod>; readonly count: number }> {
  const last = new Map<number, { pod: Readonly<Pod>; count: number }>();
  for (const pod of pods) {
    const index = indexOf(pod);
    if (index === undefined || !hasFailed(job, pod)) continue;
    const count = failuresWith(job, pod);
    if (count >= (last.get(index)?.count ?? 0)) last.set(index, { pod, count });
  }
  return last;
}

/** Indexes that will not be retried, including those in the status. */
export function failedIndexes(job: Readonly<Job>, pods: readonly Readonly<Pod>[]): ReadonlyIndexes {
  const failed = Indexes.parse(job.status?.failedIndexes, job.spec?.completions ?? 0);
  if (!limitsPerIndex(job)) return failed;
  const found: number[] = [];
  const limit = job.spec?.backoffLimitPerIndex ?? 0;
  for (const [index, { pod, count }] of lastFailures(job, pods))
    if (count > limit || policyFor(job, pod) === 'FailIndex') found.push(index);
  return Indexes.union(failed, Indexes.of(found));
}

/** A failed pod is kept until its replacement carries its count, or the index is settled. */
export function isStillNeeded(
  job: Readonly<Job>,
  pod: Readonly<Pod>,
  pods: readonly Readonly<Pod>[],
  settled: Pick<ReadonlyIndexes, 'has'>,
): boolean {
  const index = indexOf(pod);
  if (!limitsPerIndex(job) || index === undefined || settled.has(index)) return false;
  const count = failuresWith(job, pod);
  return !pods.some((other) => other !== pod && indexOf(other) === index && failuresBefore(other) >= count);
}
