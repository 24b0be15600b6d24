// Promise: a job of the template is created at each scheduled time that the concurrency policy allows, and finished jobs
// are kept up to the history limits.
import { CronJob, type CronJobStatus } from '../../api/kinds/batch/v1/cron-job.ts';
import { Job } from '../../api/kinds/batch/v1/job.ts';
import type { ObjectReference } from '../../api/kinds/core/v1/references.ts';
import { controllerOf, isBeingDeleted, keyOf, nameOf, namespaceOf, uidOf } from '../../api/meta/v1/object.ts';
import type { KubeObject } from '../../api/meta/v1/resource.ts';
import { isNotFound } from '../../api/status/status-error.ts';
import { type EventType, referenceTo } from '../../client/events/events.ts';
import { BY_CONTROLLER, indexByController } from '../../client/informer/indices.ts';
import type { Informer } from '../../client/informer/informer.ts';
import { rfc3339 } from '../../kit/clock.ts';
import { messageOf } from '../../kit/message-of.ts';
import { type Histogram, MetricsRegistry } from '../../kit/metrics.ts';
import { type Controller, type ControllerContext, type Result, watch } from '../framework/controller.ts';
import { OwnWrites } from '../framework/own-writes.ts';
import { sameMeaning } from '../framework/same-meaning.ts';
import { isFinished } from '../job/plan.ts';
import { createJob, deleteJob } from './apply.ts';
import { dueRun, forgettableJobs, hasCompleted, missedMany, nextRun } from './plan.ts';
import { parseSchedule, type Schedule } from './schedule.ts';

/** A scheduled time is handled this long after it has come, so that small clock differences do no harm (upstream's
 * nextScheduleDelta). */
const SLACK_MS = 100;

const TOO_MANY =
  'too many missed start times. Set or decrease .spec.startingDeadlineSeconds or check clock skew';

/** From 1 s, each twice the one before. */
const SECONDS = Array.from({ length: 10 }, (_, i) => 2 ** i);

export function createCronJobController(context: ControllerContext): Controller {
  const cronJobs = context.informers.informer(CronJob);
  const jobs = context.informers.informer(Job);
  indexByController(jobs);
  const reconciler = new CronJobReconciler(context, cronJobs, jobs);
  const ownerOf = (job: Readonly<Job>): string[] => {
    const owner = controllerOf(job);
    return owner?.kind === 'CronJob' ? [`${namespaceOf(job)}/${owner.name}`] : [];
  };
  return {
    name: 'cronjob-controller',
    watches: [watch(cronJobs, (cronJob) => [keyOf(cronJob)]), watch(jobs, ownerOf)],
    reconcile: (key) => reconciler.reconcile(key),
  };
}

class CronJobReconciler {
  readonly #context: ControllerContext;
  readonly #cronJobs: Informer<CronJob & KubeObject>;
  readonly #jobs: Informer<Job & KubeObject>;
  readonly #writes: OwnWrites;
  readonly #skew: Histogram;

  constructor(
    context: ControllerContext,
    cronJobs: Informer<CronJob & KubeObject>,
    jobs: Informer<Job & KubeObject>,
  ) {
    this.#context = context;
    this.#cronJobs = cronJobs;
    this.#jobs = jobs;
    this.#writes = new OwnWrites(context.clock);
    const { metrics = new MetricsRegistry() } = context;
    this.#skew = metrics.histogram(
      'cronjob_controller_job_creation_skew_duration_seconds',
      'How long after its scheduled time a job was created.',
      SECONDS,
    );
  }

  async reconcile(key: string): Promise<Result | undefined> {
    const cronJob = this.#cronJobs.lister.byKey(key);
    if (!cronJob) return undefined;
    const wait = Math.max(
      this.#writes.behindMs(key, this.#cronJobs.lister),
      this.#writes.behindMs(`${key}/jobs`, this.#jobs.lister),
    );
    if (wait > 0) return { requeueAfter: wait };
    const jobs = this.#jobs.lister.byIndex(BY_CONTROLLER, uidOf(cronJob));
    const status = this.#observed(cronJob, jobs);
    const next = await this.#run(cronJob, jobs, status);
    await this.#writeStatus(cronJob, status);
    for (const job of forgettableJobs(cronJob, jobs)) await deleteJob(this.#context, cronJob, job);
    return next;
  }

  /** The status according to the jobs; records an event for each active job that has finished or is missing. */
  #observed(cronJob: Readonly<CronJob>, jobs: readonly Readonly<Job>[]): CronJobStatus {
    const status: CronJobStatus = { ...cronJob.status };
    const byUid = new Map(jobs.map((job) => [uidOf(job), job]));
    const active: ObjectReference[] = [];
    for (const reference of cronJob.status?.active ?? []) {
      const job = byUid.get(reference.uid ?? '');
      if (!job) {
        this.#record(cronJob, 'Normal', 'MissingJob', `Active job went missing: ${reference.name}`);
      } else if (!isFinished(job)) active.push(reference);
      else {
        const outcome = hasCompleted(job) ? 'Complete' : 'Failed';
        const message = `Saw completed job: ${nameOf(job)}, condition: ${outcome}`;
        this.#record(cronJob, 'Normal', 'SawCompletedJob', message);
      }
    }
    for (const job of jobs) {
      const { completionTime } = job.status ?? {};
      if (hasCompleted(job) && completionTime && completionTime > (status.lastSuccessfulTime ?? ''))
        status.lastSuccessfulTime = completionTime;
      if (isFinished(job) || active.some((one) => one.uid === uidOf(job))) continue;
      const message = `Saw a job that the controller did not create or forgot: ${nameOf(job)}`;
      this.#record(cronJob, 'Warning', 'UnexpectedJob', message);
    }
    status.active = active;
    return status;
  }

  /** Creates the job that is due, if there is one, and changes `status`. Returns when to check again. */
  async #run(
    cronJob: Readonly<CronJob>,
    jobs: readonly Readonly<Job>[],
    status: CronJobStatus,
  ): Promise<Result | undefined> {
    if (isBeingDeleted(cronJob) || cronJob.spec.suspend) return undefined;
    const schedule = this.#schedule(cronJob);
    if (!schedule) return undefined;
    const now = this.#context.clock.now();
    const again = nextRun(cronJob, schedule, now);
    const result = again === undefined ? undefined : { requeueAfter: again - now + SLACK_MS };
    const due = dueRun(cronJob, schedule, now);
    if (due.due === 'missed') {
      const when = new Date(due.at).toUTCString().replace('GMT', '+0000');
      const message = `Missed scheduled time to start a job: ${when}`;
      this.#record(cronJob, 'Warning', 'MissSchedule', message);
    }
    if (due.due !== 'yes') return result;
    if (missedMany(cronJob, schedule, now)) this.#record(cronJob, 'Warning', 'TooManyMissedTimes', TOO_MANY);
    const active = jobs.filter((job) => status.active?.some((one) => one.uid === uidOf(job)));
    if (cronJob.spec.concurrencyPolicy === 'Forbid' && active.length > 0) {
      const message = 'Not starting job because prior execution is running and concurrency policy is Forbid';
      this.#record(cronJob, 'Normal', 'JobAlreadyActive', message);
      return result;
    }
    if (cronJob.spec.concurrencyPolicy === 'Replace') {
      for (const job of active) await deleteJob(this.#context, cronJob, job);
      status.active = [];
    }
    const job = await createJob(this.#context, cronJob, due.at);
    if (job?.isNew) {
      this.#writes.wrote(`${keyOf(cronJob)}/jobs`, job.job);
      const created = Date.parse(job.job.metadata.creationTimestamp ?? '') || now;
      this.#skew.observe({}, (created - due.at) / 1000);
    }
    if (job && !status.active?.some(({ uid }) => uid === uidOf(job.job)))
      status.active = [...(status.active ?? []), referenceTo(Job, job.job)];
    status.lastScheduleTime = rfc3339(due.at);
    return result;
  }

  #schedule(cronJob: Readonly<CronJob>): Schedule | undefined {
    const { schedule, timeZone } = cronJob.spec;
    try {
      return parseSchedule(schedule, timeZone ?? 'UTC');
    } catch (error) {
      const why = messageOf(error);
      if (error instanceof RangeError)
        this.#record(cronJob, 'Warning', 'UnknownTimeZone', `invalid timeZone: "${timeZone}": ${why}`);
      else
        this.#record(
          cronJob,
          'Warning',
          'UnparseableSchedule',
          `unparseable schedule: "${schedule}" : ${why}`,
        );
      return undefined;
    }
  }

  async #writeStatus(cronJob: Readonly<CronJob>, status: CronJobStatus): Promise<void> {
    if (sameMeaning(cronJob.status, status)) return;
    const { client } = this.#context;
    try {
      const written = await client.update(CronJob, { ...cronJob, status }, { subresource: 'status' });
      this.#writes.wrote(keyOf(cronJob), written);
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  }

  #record(cronJob: Readonly<CronJob>, type: EventType, reason: string, message: string): void {
    this.#context.events.record(referenceTo(CronJob, cronJob), type, reason, message);
  }
}
