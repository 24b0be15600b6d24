// What a job does next: how many pods should be active, whether it has ended and why, and when to retry after failures.
// Follows syncJob and manageJob (pkg/controller/job/job_controller.go), success_policy.go and backoff_utils.go. Pure.
import type { Job, JobCondition } from '../../api/kinds/batch/v1/job.ts';
import type { Pod } from '../../api/kinds/core/v1/pod.ts';
import { conditionOf, isConditionTrue } from '../../api/meta/v1/conditions.ts';
import { Indexes, type ReadonlyIndexes } from './indexes.ts';

/** What is known about a job's pods in one round. */
export interface Tally {
  readonly active: readonly Readonly<Pod>[];
  readonly terminating: number;
  readonly ready: number;
  /** Both counted pods and those that have finished since. */
  readonly succeeded: number;
  readonly failed: number;
  /** Of containers of pods that run or wait to. */
  readonly restarts: number;
  readonly succeededIndexes: ReadonlyIndexes;
  /** Indexes that will not be retried. */
  readonly failedIndexes: ReadonlyIndexes;
  /** The message of a podFailurePolicy rule that fails the whole job. */
  readonly failJob?: string;
}

export interface Ending {
  readonly type: 'Complete' | 'Failed';
  readonly reason: string;
  readonly message: string;
}

const trueCondition = (job: Readonly<Job>, type: string): JobCondition | undefined =>
  isConditionTrue(job, type) ? conditionOf(job, type) : undefined;

/** The condition that says how the job ended; undefined while it is not finished. It never changes again. */
export const finalCondition = (job: Readonly<Job>): JobCondition | undefined =>
  trueCondition(job, 'Complete') ?? trueCondition(job, 'Failed');

export const isFinished = (job: Readonly<Job>): boolean => finalCondition(job) !== undefined;

export const isIndexed = (job: Readonly<Job>): boolean => job.spec?.completionMode === 'Indexed';

/** How the job ends, if it does. Once the interim condition is set the decision is not made again. */
export function endingOf(job: Readonly<Job>, tally: Tally, now: number): Ending | undefined {
  const failing = trueCondition(job, 'FailureTarget');
  if (failing) return { type: 'Failed', reason: failing.reason ?? '', message: failing.message ?? '' };
  const succeeding = trueCondition(job, 'SuccessCriteriaMet');
  if (succeeding)
    return { type: 'Complete', reason: succeeding.reason ?? '', message: succeeding.message ?? '' };
  return failureOf(job, tally, now) ?? successOf(job, tally);
}

function failureOf(job: Readonly<Job>, tally: Tally, now: number): Ending | undefined {
  if (tally.failJob) return { type: 'Failed', reason: 'PodFailurePolicy', message: tally.failJob };
  if (exceedsBackoffLimit(job, tally))
    return {
      type: 'Failed',
      reason: 'BackoffLimitExceeded',
      message: 'Job has reached the specified backoff limit',
    };
  if (msUntilDeadline(job, now) === 0)
    return {
      type: 'Failed',
      reason: 'DeadlineExceeded',
      message: 'Job was active longer than specified deadline',
    };
  return indexFailureOf(job, tally);
}

/** With restartPolicy OnFailure containers fail in pods that stay: their restarts count instead. */
function exceedsBackoffLimit({ spec }: Readonly<Job>, { failed, restarts }: Tally): boolean {
  const limit = spec?.backoffLimit ?? 6;
  if (failed > limit) return true;
  return spec?.template.spec?.restartPolicy === 'OnFailure' && restarts > 0 && restarts >= limit;
}

function indexFailureOf(job: Readonly<Job>, tally: Tally): Ending | undefined {
  const { completions, maxFailedIndexes, backoffLimitPerIndex } = job.spec ?? {};
  if (backoffLimitPerIndex === undefined) return undefined;
  const failed = tally.failedIndexes.size;
  if (maxFailedIndexes !== undefined && failed > maxFailedIndexes)
    return {
      type: 'Failed',
      reason: 'MaxFailedIndexesExceeded',
      message: 'Job has exceeded the specified maximal number of failed indexes',
    };
  if (failed > 0 && failed + tally.succeeded >= (completions ?? 0))
    return { type: 'Failed', reason: 'FailedIndexes', message: 'Job has failed indexes' };
  return undefined;
}

/** Milliseconds until activeDeadlineSeconds, 0 when it has passed; undefined without one or before the job has started. */
export function msUntilDeadline(job: Readonly<Job>, now: number): number | undefined {
  const seconds = job.spec?.activeDeadlineSeconds;
  if (seconds === undefined || !job.status?.startTime || job.spec?.suspend) return undefined;
  return Math.max(0, Date.parse(job.status.startTime) + seconds * 1000 - now);
}

const REACHED: Ending = {
  type: 'Complete',
  reason: 'CompletionsReached',
  message: 'Reached expected number of succeeded pods',
};

function successOf(job: Readonly<Job>, tally: Tally): Ending | undefined {
  const policy = successPolicyMet(job, tally.succeededIndexes);
  if (policy !== undefined)
    return {
      type: 'Complete',
      reason: 'SuccessPolicy',
      message: `Matched rules at index ${policy}`,
    };
  const completions = job.spec?.completions;
  // Without spec.completions (a work queue) the pods know themselves when the work is done: one success, and the others end.
  if (completions === undefined)
    return tally.succeeded > 0 && tally.active.length === 0 ? REACHED : undefined;
  return tally.succeeded >= completions && tally.active.length === 0 ? REACHED : undefined;
}

/** The first rule of the success policy that matches. */
function successPolicyMet(job: Readonly<Job>, succeeded: ReadonlyIndexes): number | undefined {
  const { successPolicy, completions = 0 } = job.spec ?? {};
  const found = (successPolicy?.rules ?? []).findIndex(({ succeededIndexes, succeededCount }) => {
    const named = succeededIndexes === undefined ? undefined : Indexes.parse(succeededIndexes, completions);
    const met = named ? Indexes.common(named, succeeded) : succeeded.size;
    return met >= (succeededCount ?? named?.size ?? Number.POSITIVE_INFINITY);
  });
  return found < 0 ? undefined : found;
}

/** How many pods should be active. After the first success of a work queue the others are left to end by themselves. */
export function wantedActive(job: Readonly<Job>, tally: Tally): number {
  const parallelism = job.spec?.parallelism ?? 1;
  const { completions } = job.spec ?? {};
  if (completions === undefined) return tally.succeeded > 0 ? tally.active.length : parallelism;
  return Math.max(0, Math.min(parallelism, completions - tally.succeeded - tally.failedIndexes.size));
}

/** As upstream's DefaultJobPodFailureBackOff and MaxJobPodFailureBackOff. */
const BACKOFF_BASE_MS = 10_000;
const BACKOFF_CAP_MS = 10 * 60_000;

/** Milliseconds that new pods wait after consecutive failures: 10 s doubling to 10 min. */
export function msUntilRetry(failuresInARow: number, lastFailure: number, now: number): number {
  if (failuresInARow === 0) return 0;
  const wait = Math.min(BACKOFF_CAP_MS, BACKOFF_BASE_MS * 2 ** Math.min(30, failuresInARow - 1));
  return Math.max(0, lastFailure + wait - now);
}
