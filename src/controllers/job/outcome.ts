// Whether and how a job's pod has ended. Follows isPodFailed and getFinishedTime (pkg/controller/job). Pure.

import type { Job } from '../../api/kinds/batch/v1/job.ts';
import type { Pod } from '../../api/kinds/core/v1/pod.ts';
import { isBeingDeleted } from '../../api/meta/v1/object.ts';
import { largest } from '../../kit/lists.ts';

/** A deleted pod counts as failed, since its phase may never be reported, unless podReplacementPolicy is Failed. */
export function hasFailed(job: Readonly<Job>, pod: Readonly<Pod>): boolean {
  const phase = pod.status?.phase;
  if (phase === 'Failed') return true;
  if (!isBeingDeleted(pod) || phase === 'Succeeded') return false;
  return job.spec?.podReplacementPolicy !== 'Failed';
}

export const hasSucceeded = (pod: Readonly<Pod>): boolean => pod.status?.phase === 'Succeeded';

/** When the pod ended, in milliseconds; the time of its deletion, or `now`, when that is not reported. */
export function endedAt(pod: Readonly<Pod>, now: number): number {
  const finished = (pod.status?.containerStatuses ?? []).map(
    (status) => Date.parse(status.state?.terminated?.finishedAt ?? '') || 0,
  );
  const deleted = Date.parse(pod.metadata.deletionTimestamp ?? '') || 0;
  return largest([0, deleted, ...finished]) || now;
}
