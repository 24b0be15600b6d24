// Creates and deletes the jobs of a cron job, with events on it. A job's pods are deleted with it (propagation Background; a
// job's default would leave them).
import { CronJob } from '../../api/kinds/batch/v1/cron-job.ts';
import { Job } from '../../api/kinds/batch/v1/job.ts';
import { controllerOf, controllerReference, nameOf, namespaceOf, uidOf } from '../../api/meta/v1/object.ts';
import { isAlreadyExists, isNotFound } from '../../api/status/status-error.ts';
import { referenceTo } from '../../client/events/events.ts';
import { rfc3339 } from '../../kit/clock.ts';
import { messageOf } from '../../kit/message-of.ts';
import type { ControllerContext } from '../framework/controller.ts';
import { isNamespaceTerminating } from '../framework/pods/pod-control.ts';
import { isFinished } from '../job/plan.ts';

const SCHEDULED_AT = 'batch.kubernetes.io/cronjob-scheduled-timestamp';

export interface Created {
  readonly job: Job;
  /** False for one that was created before, by a process that ended before it could note that. */
  readonly isNew: boolean;
}

/** The name contains the scheduled minute, so that no job is created twice. Undefined when there is none for this cron job. */
export async function createJob(
  context: ControllerContext,
  cronJob: Readonly<CronJob>,
  at: number,
): Promise<Created | undefined> {
  const { metadata, spec } = cronJob.spec.jobTemplate;
  const about = referenceTo(CronJob, cronJob);
  const name = `${nameOf(cronJob)}-${Math.floor(at / 60_000)}`;
  try {
    const job = await context.client.create(Job, {
      apiVersion: 'batch/v1',
      kind: 'Job',
      metadata: {
        name,
        namespace: namespaceOf(cronJob),
        ...(metadata?.labels && { labels: { ...metadata.labels } }),
        annotations: { ...metadata?.annotations, [SCHEDULED_AT]: rfc3339(at) },
        ownerReferences: [controllerReference(CronJob, cronJob)],
      },
      ...(spec && { spec }),
    });
    context.events.record(about, 'Normal', 'SuccessfulCreate', `Created job ${name}`);
    return { job, isNew: true };
  } catch (error) {
    if (isAlreadyExists(error)) return existing(context, cronJob, name);
    if (isNamespaceTerminating(error)) return undefined;
    const why = messageOf(error);
    context.events.record(about, 'Warning', 'FailedCreate', `Error creating job: ${why}`);
    throw error;
  }
}

async function existing(
  context: ControllerContext,
  cronJob: Readonly<CronJob>,
  name: string,
): Promise<Created | undefined> {
  const job = await context.client.get(Job, name, namespaceOf(cronJob));
  const isOurs = controllerOf(job)?.uid === uidOf(cronJob);
  return isOurs && !isFinished(job) ? { job, isNew: false } : undefined;
}

export async function deleteJob(
  context: ControllerContext,
  cronJob: Readonly<CronJob>,
  job: Readonly<Job>,
): Promise<void> {
  const about = referenceTo(CronJob, cronJob);
  try {
    await context.client.delete(Job, nameOf(job), namespaceOf(job), { propagationPolicy: 'Background' });
    context.events.record(about, 'Normal', 'SuccessfulDelete', `Deleted job ${nameOf(job)}`);
  } catch (error) {
    if (isNotFound(error)) return;
    const why = messageOf(error);
    context.events.record(about, 'Warning', 'FailedDelete', `Deleted job: ${why}`);
    throw error;
  }
}
