// Failures per index, for jobs with backoffLimitPerIndex: how often each index has failed and which have failed for good.
// The counts are handed from each pod of an index to its replacement in annotations. Follows indexed_job_utils.go
// (pkg/controller/job). Pure.
import type { Job } from '../../api/kinds/batch/v1/job.ts';
import type { Pod } from '../../api/kinds/core/v1/pod.ts';
import { matchPolicy } from './failure-policy.ts';
import { isTracked } from './finalizer.ts';
import { Indexes, indexOf, type ReadonlyIndexes } from './indexes.ts';
import { hasFailed } from './outcome.ts';

const COUNTED = 'batch.kubernetes.io/job-index-failure-count';
const IGNORED = 'batch.kubernetes.io/job-index-ignored-failure-count';

/** Annotations are the users' to write: what is no 32-bit number counts as 0. */
const MOST = 2 ** 31 - 1;

export const limitsPerIndex = (job: Readonly<Job>): boolean => job.spec?.backoffLimitPerIndex !== undefined;

/** Failures of an index: those that count towards backoffLimitPerIndex, and those that the podFailurePolicy ignores. */
export interface Failures {
  readonly counted: number;
  readonly ignored: number;
}

/** The index waits for all of them. */
export const totalOf = ({ counted, ignored }: Failures): number => counted + ignored;

/** How often the index had failed when this pod was created. */
function failuresBefore(pod: Readonly<Pod>): Failures {
  const read = (annotation: string): number => {
    const text = pod.metadata.annotations?.[annotation] ?? '';
    const value = /^\d{1,10}$/.test(text) ? Number(text) : 0;
    return value <= MOST ? value : 0;
  };
  return { counted: read(COUNTED), ignored: read(IGNORED) };
}

/** How often the index has failed, this pod's failure included. */
function failuresWith(job: Readonly<Job>, pod: Readonly<Pod>): Failures {
  const { counted, ignored } = failuresBefore(pod);
  return matchPolicy(job, pod)?.action === 'Ignore'
    ? { counted, ignored: ignored + 1 }
    : { counted: counted + 1, ignored };
}

/** The annotations of a pod whose index has failed so often. */
export const failureAnnotations = ({ counted, ignored }: Failures): Record<string, string> => ({
  [COUNTED]: String(counted),
  ...(ignored > 0 && { [IGNORED]: String(ignored) }),
});

export interface LastFailure {
  readonly pod: Readonly<Pod>;
  readonly failures: Failures;
}

/** The newest failed pod of each index that has one. Without the finalizer it was replaced already, or was not wanted. */
export function lastFailures(
  job: Readonly<Job>,
  pods: readonly Readonly<Pod>[],
): ReadonlyMap<number, LastFailure> {
  const last = new Map<number, LastFailure>();
  for (const pod of pods) {
    const index = indexOf(pod);
    if (index === undefined || !isTracked(pod) || !hasFailed(job, pod)) continue;
    const failures = failuresWith(job, pod);
    const known = last.get(index);
    if (!known || totalOf(failures) >= totalOf(known.failures)) last.set(index, { pod, failures });
  }
  return last;
}

/** Indexes that will not be retried, including those in the status. */
export function failedIndexes(job: Readonly<Job>, pods: readonly Readonly<Pod>[]): ReadonlyIndexes {
  const completions = job.spec?.completions ?? 0;
  const failed = Indexes.parse(job.status?.failedIndexes, completions);
  if (!limitsPerIndex(job)) return failed;
  const found: number[] = [];
  const limit = job.spec?.backoffLimitPerIndex ?? 0;
  for (const [index, { pod, failures }] of lastFailures(job, pods))
    if (index < completions && (failures.counted > limit || matchPolicy(job, pod)?.action === 'FailIndex'))
      found.push(index);
  return Indexes.union(failed, Indexes.of(found));
}

/** Says of a failed pod whether it is kept: until its replacement carries its count, or its index is settled. */
export function neededFailures(
  job: Readonly<Job>,
  pods: readonly Readonly<Pod>[],
  settled: Pick<ReadonlyIndexes, 'has'>,
): (pod: Readonly<Pod>) => boolean {
  if (!limitsPerIndex(job)) return () => false;
  /** The failures that a pod of each index knows of at most. */
  const known = new Map<number, number>();
  for (const pod of pods) {
    const index = indexOf(pod);
    if (index !== undefined) known.set(index, Math.max(known.get(index) ?? 0, totalOf(failuresBefore(pod))));
  }
  return (pod) => {
    const index = indexOf(pod);
    if (index === undefined || settled.has(index)) return false;
    return (known.get(index) ?? 0) <= totalOf(failuresBefore(pod));
  };
}
