// Workloads that are not as wanted. What only takes its time, such as a rollout that goes on, is told as such and not as a failure. Pure.
import type { DaemonSet } from '../../../../../api/kinds/apps/v1/daemon-set.ts';
import type { Deployment } from '../../../../../api/kinds/apps/v1/deployment.ts';
import type { StatefulSet } from '../../../../../api/kinds/apps/v1/stateful-set.ts';
import type { HorizontalPodAutoscaler } from '../../../../../api/kinds/autoscaling/v1/horizontal-pod-autoscaler.ts';
import type { Job } from '../../../../../api/kinds/batch/v1/job.ts';
import { conditionOf } from '../../../../../api/meta/v1/conditions.ts';
import { type HasMetadata, nameOf, namespaceOf } from '../../../../../api/meta/v1/object.ts';
import { type Finding, KINDS, type KindName, type Severity, timeOf } from './finding.ts';

const about = (
  of: KindName,
  object: HasMetadata,
  severity: Severity,
  reason: string,
  message: string,
  since?: string,
): Finding => {
  const time = timeOf(since);
  return {
    ...{ of, severity, reason, message, name: nameOf(object), namespace: namespaceOf(object) },
    ...(time !== undefined && { since: time }),
  };
};

const share = (has: number | undefined, wanted: number, what: string): string =>
  `${has ?? 0} of ${wanted} ${what}`;

export function deploymentFinding(deployment: Readonly<Deployment>): Finding | undefined {
  const { spec, status } = deployment;
  const wanted = spec?.replicas ?? 1;
  const say = (severity: Severity, reason: string, message: string, since?: string) =>
    about(KINDS.Deployment, deployment, severity, reason, message, since);
  const failure = conditionOf(deployment, 'ReplicaFailure');
  if (failure?.status === 'True')
    return say('bad', failure.reason ?? 'ReplicaFailure', failure.message ?? '', failure.lastTransitionTime);
  const progress = conditionOf(deployment, 'Progressing');
  const has = share(status?.availableReplicas, wanted, 'available');
  if (progress?.status === 'False')
    return say(
      'bad',
      progress.reason ?? 'Progressing',
      `${has}; ${progress.message ?? ''}`,
      progress.lastTransitionTime,
    );
  if ((status?.availableReplicas ?? 0) >= wanted) return undefined;
  const available = conditionOf(deployment, 'Available');
  if (available?.status === 'False') return say('bad', 'Unavailable', has, available.lastTransitionTime);
  return say('warn', 'Incomplete', has, progress?.lastUpdateTime ?? deployment.metadata.creationTimestamp);
}

export function statefulSetFinding(set: Readonly<StatefulSet>): Finding | undefined {
  const wanted = set.spec?.replicas ?? 1;
  const ready = set.status?.readyReplicas ?? 0;
  if (ready >= wanted) return undefined;
  return about(
    KINDS.StatefulSet,
    set,
    ready === 0 ? 'bad' : 'warn',
    'NotReady',
    share(ready, wanted, 'ready'),
  );
}

export function daemonSetFinding(set: Readonly<DaemonSet>): Finding | undefined {
  const { desiredNumberScheduled = 0, numberReady = 0, numberMisscheduled = 0 } = set.status ?? {};
  if (numberReady < desiredNumberScheduled) {
    const severity = numberReady === 0 ? 'bad' : 'warn';
    return about(
      KINDS.DaemonSet,
      set,
      severity,
      'NotReady',
      share(numberReady, desiredNumberScheduled, 'ready'),
    );
  }
  if (numberMisscheduled === 0) return undefined;
  const message = `runs on ${numberMisscheduled} ${numberMisscheduled === 1 ? 'node' : 'nodes'} where it should not`;
  return about(KINDS.DaemonSet, set, 'warn', 'Misscheduled', message);
}

export function jobFinding(job: Readonly<Job>): Finding | undefined {
  const failed = conditionOf(job, 'Failed') ?? conditionOf(job, 'FailureTarget');
  if (failed?.status === 'True')
    return about(
      KINDS.Job,
      job,
      'bad',
      failed.reason ?? 'Failed',
      failed.message ?? '',
      failed.lastTransitionTime,
    );
  const failures = job.status?.failed ?? 0;
  if (failures === 0 || conditionOf(job, 'Complete')?.status === 'True') return undefined;
  const limit = job.spec?.backoffLimit ?? 6;
  return about(
    KINDS.Job,
    job,
    'warn',
    'Failing',
    `${failures} of ${limit} retries are used up`,
    job.status?.startTime,
  );
}

export function autoscalerFinding(scaler: Readonly<AnyAutoscaler>): Finding | undefined {
  const wrong = (scaler.status?.conditions ?? []).find(
    ({ type, status, reason }) =>
      status === 'False' &&
      (type === 'AbleToScale' || (type === 'ScalingActive' && reason !== 'ScalingDisabled')),
  );
  if (!wrong) return undefined;
  return about(
    KINDS.HorizontalPodAutoscaler,
    scaler,
    'warn',
    wrong.reason ?? wrong.type,
    wrong.message ?? '',
    wrong.lastTransitionTime,
  );
}

/** autoscaling/v2 has conditions where v1 has annotations. */
export type AnyAutoscaler = Pick<HorizontalPodAutoscaler, 'metadata'> & {
  readonly status?: {
    readonly conditions?: readonly {
      readonly type: string;
      readonly status: string;
      readonly reason?: string;
      readonly message?: string;
      readonly lastTransitionTime?: string;
    }[];
  };
};
