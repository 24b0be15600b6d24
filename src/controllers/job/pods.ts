// The pods of a job: made in batches with what marks them as the job's, deleted, and let go once counted.
import { Job } from '../../api/kinds/batch/v1/job.ts';
import { Pod } from '../../api/kinds/core/v1/pod.ts';
import { controllerReference, keyOf, nameOf, namespaceOf, uidOf } from '../../api/meta/v1/object.ts';
import { isInvalid, isNotFound } from '../../api/status/status-error.ts';
import type { ControllerContext } from '../framework/controller.ts';
import type { Expectations } from '../framework/expectations.ts';
import {
  createPod,
  deletePod,
  isNamespaceTerminating,
  podFromTemplate,
} from '../framework/pods/pod-control.ts';
import { slowStart } from '../framework/slow-start.ts';
import { FAILURE_COUNT } from './index-failures.ts';
import { COMPLETION_INDEX } from './indexes.ts';
import { TRACKING_FINALIZER } from './tracking.ts';

/** Makes one pod for each index, or `count` without indexes. */
export async function createPods(
  context: ControllerContext,
  expectations: Expectations,
  job: Readonly<Job>,
  indexes: readonly (number | undefined)[],
  /** Of a job that counts failures by index: how often each index has failed. */
  failures?: ReadonlyMap<number, { readonly count: number }>,
): Promise<void> {
  const key = keyOf(job);
  expectations.expectCreations(key, indexes.length);
  const { successes, failure } = await slowStart(indexes.length, (i) =>
    createPod(context, { kind: Job, object: job }, podOf(job, indexes[i], failures)),
  );
  expectations.creationObserved(key, indexes.length - successes);
  if (failure && !isNamespaceTerminating(failure)) throw failure;
}

function podOf(
  job: Readonly<Job>,
  index: number | undefined,
  failures: ReadonlyMap<number, { readonly count: number }> | undefined,
): Pod {
  const name = nameOf(job);
  const prefix = index === undefined ? name : `${name}-${index}`;
  const pod = podFromTemplate(job.spec!.template, namespaceOf(job), prefix, controllerReference(Job, job));
  pod.metadata.finalizers = [...(pod.metadata.finalizers ?? []), TRACKING_FINALIZER];
  if (index === undefined || !pod.spec) return pod;
  pod.metadata.annotations = { ...pod.metadata.annotations, [COMPLETION_INDEX]: String(index) };
  if (failures) pod.metadata.annotations[FAILURE_COUNT] = String(failures.get(index)?.count ?? 0);
  pod.metadata.labels = { ...pod.metadata.labels, [COMPLETION_INDEX]: String(index) };
  const variable = {
    name: 'JOB_COMPLETION_INDEX',
    valueFrom: { fieldRef: { fieldPath: `metadata.labels['${COMPLETION_INDEX}']` } },
  };
  const withIndex = <C extends { env?: { name: string }[] }>(container: C): C =>
    container.env?.some((one) => one.name === variable.name)
      ? container
      : { ...container, env: [...(container.env ?? []), variable] };
  pod.spec = {
    ...pod.spec,
    hostname: `${name}-${index}`,
    containers: pod.spec.containers.map(withIndex),
    ...(pod.spec.initContainers && { initContainers: pod.spec.initContainers.map(withIndex) }),
  };
  return pod;
}

export async function deletePods(
  context: ControllerContext,
  expectations: Expectations,
  job: Readonly<Job>,
  pods: readonly Readonly<Pod>[],
): Promise<void> {
  if (pods.length === 0) return;
  const key = keyOf(job);
  expectations.expectDeletions(key, pods.map(uidOf));
  const results = await Promise.allSettled(
    pods.map(async (pod) => {
      try {
        await deletePod(context, { kind: Job, object: job }, pod);
      } catch (error) {
        expectations.deletionObserved(key, uidOf(pod));
        if (!isNotFound(error)) throw error;
      }
    }),
  );
  const failed = results.find((result) => result.status === 'rejected');
  if (failed) throw failed.reason;
}

/** Takes the tracking finalizer off, so that the pod can go when it is deleted. */
export async function releasePod(context: ControllerContext, pod: Readonly<Pod>): Promise<void> {
  const { name = '', namespace, uid } = pod.metadata;
  const patch = {
    metadata: { uid, '$deleteFromPrimitiveList/finalizers': [TRACKING_FINALIZER] },
  };
  try {
    await context.client.patch(Pod, name, namespace, 'strategic', patch);
  } catch (error) {
    if (!isNotFound(error) && !isInvalid(error)) throw error;
  }
}
