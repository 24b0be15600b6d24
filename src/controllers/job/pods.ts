// The pods of a job: created with its tracking finalizer and index, released from the finalizer once they are counted.
import { Job } from '../../api/kinds/batch/v1/job.ts';
import { Pod } from '../../api/kinds/core/v1/pod.ts';
import { controllerReference, nameOf, namespaceOf } from '../../api/meta/v1/object.ts';
import { isInvalid, isNotFound } from '../../api/status/status-error.ts';
import type { ControllerContext } from '../framework/controller.ts';
import { podFromTemplate } from '../framework/pods/pod-control.ts';
import { FAILURE_COUNT } from './index-failures.ts';
import { COMPLETION_INDEX } from './indexes.ts';
import { TRACKING_FINALIZER } from './tracking.ts';

/** A pod for one index, or for a job without indexes. `failures`: how often each index has failed, for jobs that count that. */
export function jobPod(
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

/** Removes the tracking finalizer, so that a deleted pod can be removed. */
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
