// Whether and when a job's pod has ended. Follows isPodFailed and getFinishedTime (pkg/controller/job). Pure.

import type { Job } from '../../api/kinds/batch/v1/job.ts';
import type { Pod } from '../../api/kinds/core/v1/pod.ts';
import { conditionOf } from '../../api/meta/v1/conditions.ts';
import { isBeingDeleted } from '../../api/meta/v1/object.ts';
import { sidecarsOf } from '../../api/pods/containers.ts';
import { largest } from '../../kit/lists.ts';

/** A deleted pod counts as failed, since its phase may never be reported, unless podReplacementPolicy is Failed. */
export function hasFailed(job: Readonly<Job>, pod: Readonly<Pod>): boolean {
  const phase = pod.status?.phase;
  if (phase === 'Failed') return true;
  if (!isBeingDeleted(pod) || phase === 'Succeeded') return false;
  return !replacesFailedOnly(job);
}

export const hasSucceeded = (pod: Readonly<Pod>): boolean => pod.status?.phase === 'Succeeded';

/** Whether a pod that is being deleted is replaced only when it has ended. A failure policy needs to see how it ended. */
export const replacesFailedOnly = ({ spec }: Readonly<Job>): boolean =>
  spec?.podReplacementPolicy === 'Failed' || spec?.podFailurePolicy !== undefined;

/**
 * When the pod ended, in milliseconds: with its last container or sidecar; where that is not reported, when it ceased to be
 * ready, or was deleted, or was created.
 */
export function endedAt(pod: Readonly<Pod>): number {
  return (
    containersEndedAt(pod) ??
    unreadySince(pod) ??
    deletedAt(pod) ??
    timeOf(pod.metadata.creationTimestamp) ??
    0
  );
}

/** Undefined while one of them has not ended. */
function containersEndedAt({ spec, status }: Readonly<Pod>): number | undefined {
  const sidecars = new Set(sidecarsOf(spec).map(({ name }) => name));
  const statuses = [
    ...(status?.containerStatuses ?? []),
    ...(status?.initContainerStatuses ?? []).filter(({ name }) => sidecars.has(name)),
  ];
  const ends = statuses.map(({ state }) => timeOf(state?.terminated?.finishedAt));
  const known = ends.filter((at) => at !== undefined);
  return known.length > 0 && known.length === ends.length ? largest(known) : undefined;
}

function unreadySince(pod: Readonly<Pod>): number | undefined {
  const ready = conditionOf(pod, 'Ready');
  return ready?.status === 'False' ? timeOf(ready.lastTransitionTime) : undefined;
}

/** deletionTimestamp is when the grace period ends. */
function deletedAt({ metadata }: Readonly<Pod>): number | undefined {
  const end = timeOf(metadata.deletionTimestamp);
  return end === undefined ? undefined : end - (metadata.deletionGracePeriodSeconds ?? 0) * 1000;
}

const timeOf = (text: string | undefined): number | undefined => (text ? Date.parse(text) : undefined);
