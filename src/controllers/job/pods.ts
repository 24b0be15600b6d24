// The pods of a job: created with its tracking finalizer and index, released from the finalizer once they are counted.
import { Job } from '../../api/kinds/batch/v1/job.ts';
import { Pod } from '../../api/kinds/core/v1/pod.ts';
import { controllerReference, nameOf, namespaceOf } from '../../api/meta/v1/object.ts';
import { isInvalid, isNotFound } from '../../api/status/status-error.ts';
import type { ControllerContext } from '../framework/controller.ts';
import { podFromTemplate } from '../framework/pods/pod-control.ts';
import { TRACKING_FINALIZER } from './finalizer.ts';
import { type Failures, failureAnnotations } from './index-failures.ts';
import { COMPLETION_INDEX } from './indexes.ts';

/** Characters of a generated name before those that the server adds, as upstream's MaxGeneratedNameLength. */
const MOST_OF_PREFIX = 58;

/** A pod for one index, or for a job without indexes. `failures`: how often the index has failed, for jobs that count that. */
export function jobPod(job: Readonly<Job>, index: number | undefined, failures: Failures | undefined): Pod {
  const name = nameOf(job);
  const prefix = index === undefined ? name : indexedPrefix(name, index);
  const pod = podFromTemplate(job.spec!.template, namespaceOf(job), prefix, controllerReference(Job, job));
  pod.metadata.finalizers = [...(pod.metadata.finalizers ?? []), TRACKING_FINALIZER];
  if (index === undefined || !pod.spec) return pod;
  pod.metadata.annotations = { ...pod.metadata.annotations, [COMPLETION_INDEX]: String(index) };
  if (failures) Object.assign(pod.metadata.annotations, failureAnnotations(failures));
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

/** The server would cut a prefix that is too long at its end, where the index stands. */
function indexedPrefix(name: string, index: number): string {
  const suffix = `-${index}`;
  return name.slice(0, MOST_OF_PREFIX - suffix.length - 1) + suffix;
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
