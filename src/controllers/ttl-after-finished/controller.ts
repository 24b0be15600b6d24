// Promise: a finished job with ttlSecondsAfterFinished is deleted when that time has passed.
import { Job } from '../../api/kinds/batch/v1/job.ts';
import { isBeingDeleted, keyOf, nameOf, namespaceOf, uidOf } from '../../api/meta/v1/object.ts';
import { isConflict, isNotFound } from '../../api/status/status-error.ts';
import { type Controller, type ControllerContext, watch } from '../framework/controller.ts';
import { finalCondition } from '../job/plan.ts';

export function createTtlAfterFinishedController(context: ControllerContext): Controller {
  const jobs = context.informers.informer(Job);
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
      await remove(context, job);
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

/** Deletes this job only (by uid), after its pods. */
async function remove(context: ControllerContext, job: Readonly<Job>): Promise<void> {
  const options = { propagationPolicy: 'Foreground', preconditions: { uid: uidOf(job) } };
  try {
    await context.client.delete(Job, nameOf(job), namespaceOf(job), options);
  } catch (error) {
    if (!isNotFound(error) && !isConflict(error)) throw error;
  }
}
