// Promise: a finished job with ttlSecondsAfterFinished is deleted when that time has passed.
import { Job } from '../../api/kinds/batch/v1/job.ts';
import { isBeingDeleted, keyOf, nameOf, namespaceOf, uidOf } from '../../api/meta/v1/object.ts';
import { isConflict, isNotFound } from '../../api/status/status-error.ts';
import { MetricsRegistry } from '../../kit/metrics.ts';
import { type Controller, type ControllerContext, watch } from '../framework/controller.ts';
import { finalCondition } from '../job/plan.ts';

/** From 100 ms, each twice the one before. */
const SECONDS = Array.from({ length: 14 }, (_, i) => 0.1 * 2 ** i);

export function createTtlAfterFinishedController(context: ControllerContext): Controller {
  const jobs = context.informers.informer(Job);
  const { metrics = new MetricsRegistry() } = context;
  const delays = metrics.histogram(
    'ttl_after_finished_controller_job_deletion_duration_seconds',
    'How long after its time was over a job was deleted.',
    SECONDS,
  );
  const keysOf = (job: Readonly<Job>) => (expiryOf(job) === undefined ? [] : [keyOf(job)]);
  return {
    name: 'ttl-after-finished-controller',
    watches: [watch(jobs, { onAdd: keysOf, onUpdate: keysOf, onDelete: () => [] })],
    reconcile: async (key) => {
      const job = jobs.lister.byKey(key);
      const expiry = job && expiryOf(job);
      if (!job || expiry === undefined || isBeingDeleted(job)) return undefined;
      const left = expiry - context.clock.now();
      if (left > 0) return { requeueAfter: left };
      if (await remove(context, job)) delays.observe({}, (context.clock.now() - expiry) / 1000);
      return undefined;
    },
  };
}

/** When the job expires, in milliseconds; undefined while it is not finished or without a TTL. */
function expiryOf(job: Readonly<Job>): number | undefined {
  const ttl = job.spec?.ttlSecondsAfterFinished;
  const end = finalCondition(job);
  if (ttl === undefined || !end?.lastTransitionTime) return undefined;
  return Date.parse(end.lastTransitionTime) + ttl * 1000;
}

/**
 * Deletes this job, after its pods, if it is still as the cache has it: the time may just have been changed. True when it was;
 * a job that has changed comes again.
 */
async function remove(context: ControllerContext, job: Readonly<Job>): Promise<boolean> {
  const { resourceVersion } = job.metadata;
  const preconditions = { uid: uidOf(job), ...(resourceVersion && { resourceVersion }) };
  const options = { propagationPolicy: 'Foreground', preconditions };
  try {
    await context.client.delete(Job, nameOf(job), namespaceOf(job), options);
    return true;
  } catch (error) {
    if (!isNotFound(error) && !isConflict(error)) throw error;
    return false;
  }
}
