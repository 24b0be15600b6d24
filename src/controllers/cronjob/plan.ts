// What a cron job does now: whether a job is due and may be created, and which finished jobs to delete. Only the latest
// missed run is made up for, however many were missed, as upstream. Follows pkg/controller/cronjob/utils.go. Pure.

import type { CronJob } from '../../api/kinds/batch/v1/cron-job.ts';
import type { Job } from '../../api/kinds/batch/v1/job.ts';
import { isConditionTrue } from '../../api/meta/v1/conditions.ts';
import { isFinished } from '../job/plan.ts';
import type { Schedule } from './schedule.ts';

export type Due =
  | { readonly due: 'no' }
  /** Too late to start by startingDeadlineSeconds. */
  | { readonly due: 'missed'; readonly at: number }
  | { readonly due: 'yes'; readonly at: number };

export function dueRun(cronJob: Readonly<CronJob>, schedule: Schedule, now: number): Due {
  const at = schedule.latest(lastRun(cronJob), now);
  if (at === undefined) return { due: 'no' };
  const deadline = cronJob.spec.startingDeadlineSeconds;
  if (deadline !== undefined && at + deadline * 1000 < now) return { due: 'missed', at };
  return { due: 'yes', at };
}

/** When the last job was due; before the first one, when the cron job was created. */
function lastRun({ status, metadata }: Readonly<CronJob>): number {
  return Date.parse(status?.lastScheduleTime ?? metadata.creationTimestamp ?? '') || 0;
}

/** When the run after all that are due is; undefined when there is none. */
export function nextRun(cronJob: Readonly<CronJob>, schedule: Schedule, now: number): number | undefined {
  const since = lastRun(cronJob);
  return schedule.next(schedule.latest(since, now) ?? Math.min(since, now));
}

/** Upstream warns of a clock that is wrong, or a schedule that nobody has looked after, from here on. */
const MANY = 100;

/** Whether so many runs were missed before the one that is due; counted by the time between two of them. */
export function missedMany(cronJob: Readonly<CronJob>, schedule: Schedule, now: number): boolean {
  const deadline = cronJob.spec.startingDeadlineSeconds;
  const since = Math.max(lastRun(cronJob), deadline === undefined ? 0 : now - deadline * 1000);
  const first = schedule.next(since);
  const second = first === undefined ? undefined : schedule.next(first);
  if (first === undefined || second === undefined || second > now) return false;
  return Math.floor((now - first) / (second - first)) + 1 > MANY;
}

export const hasCompleted = (job: Readonly<Job>): boolean => isConditionTrue(job, 'Complete');

/** Finished jobs beyond the history limits for successful and failed ones, oldest first. */
export function forgettableJobs(cronJob: Readonly<CronJob>, jobs: readonly Readonly<Job>[]): Readonly<Job>[] {
  const finished = jobs.filter(isFinished);
  const good = finished.filter(hasCompleted);
  const bad = finished.filter((job) => !hasCompleted(job));
  return [
    ...oldest(good, cronJob.spec.successfulJobsHistoryLimit ?? 3),
    ...oldest(bad, cronJob.spec.failedJobsHistoryLimit ?? 1),
  ];
}

function oldest(jobs: readonly Readonly<Job>[], keep: number): Readonly<Job>[] {
  const started = (job: Readonly<Job>) => job.status?.startTime ?? job.metadata.creationTimestamp ?? '';
  return [...jobs]
    .sort((a, b) => (started(a) < started(b) ? -1 : started(a) > started(b) ? 1 : 0))
    .slice(0, Math.max(0, jobs.length - keep));
}
