// Whether a workload is ready, for `up --wait`: rolled out as `kubectl rollout status` sees it, a Job complete, a Pod ready. Pure.
import type { DaemonSet } from '../../api/kinds/apps/v1/daemon-set.ts';
import type { Deployment } from '../../api/kinds/apps/v1/deployment.ts';
import type { StatefulSet } from '../../api/kinds/apps/v1/stateful-set.ts';
import type { Job } from '../../api/kinds/batch/v1/job.ts';
import type { Pod } from '../../api/kinds/core/v1/pod.ts';
import { conditionOf, isConditionTrue } from '../../api/meta/v1/conditions.ts';
import {
  daemonSetStatus,
  deploymentStatus,
  type RolloutStatus,
  statefulSetStatus,
} from '../../api/rollout/status-text.ts';

export interface Readiness {
  readonly done: boolean;
  /** It will not become ready by itself. */
  readonly failed?: true;
  /** How far it is. */
  readonly text: string;
}

export const deploymentReadiness = (deployment: Deployment): Readiness =>
  ofRollout(() => deploymentStatus(deployment, 0));

export const statefulSetReadiness = (set: StatefulSet): Readiness =>
  set.spec?.updateStrategy?.type === 'OnDelete'
    ? replicasReadiness(set)
    : ofRollout(() => statefulSetStatus(set));

export const daemonSetReadiness = (set: DaemonSet): Readiness =>
  set.spec?.updateStrategy?.type === 'OnDelete'
    ? amount(set.status?.numberReady, set.status?.desiredNumberScheduled ?? 0)
    : ofRollout(() => daemonSetStatus(set));

interface HasReplicas {
  readonly spec?: { readonly replicas?: number };
  readonly status?: { readonly readyReplicas?: number };
}

export const replicasReadiness = ({ spec, status }: HasReplicas): Readiness =>
  amount(status?.readyReplicas, spec?.replicas ?? 1);

export function jobReadiness(job: Job): Readiness {
  if (isConditionTrue(job, 'Complete')) return { done: true, text: 'complete' };
  const failed = conditionOf(job, 'Failed');
  if (failed?.status === 'True')
    return { done: false, failed: true, text: `failed: ${failed.message ?? failed.reason ?? ''}` };
  const { succeeded = 0 } = job.status ?? {};
  return { done: false, text: `${succeeded} of ${job.spec?.completions ?? 1} completions` };
}

export function podReadiness(pod: Pod): Readiness {
  const { phase = 'Pending' } = pod.status ?? {};
  if (phase === 'Succeeded' || isConditionTrue(pod, 'Ready')) return { done: true, text: phase };
  return { done: false, text: phase, ...(phase === 'Failed' && { failed: true }) };
}

const amount = (ready = 0, wanted: number): Readiness => ({
  done: ready >= wanted,
  text: `${ready} of ${wanted} ready`,
});

/** A rollout that has missed its deadline is told of as an error. */
function ofRollout(status: () => RolloutStatus): Readiness {
  try {
    const { done, text } = status();
    return { done, text: text.trim() };
  } catch (error) {
    return { done: false, failed: true, text: (error as Error).message };
  }
}
