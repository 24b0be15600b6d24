// Columns of workload kinds.
// Cells follow k8s.io/kubernetes pkg/printers/internalversion. The table of all kinds is table.ts.

import type { ControllerRevision } from '../kinds/apps/v1/controller-revision.ts';
import type { DaemonSet } from '../kinds/apps/v1/daemon-set.ts';
import type { Deployment } from '../kinds/apps/v1/deployment.ts';
import type { ReplicaSet } from '../kinds/apps/v1/replica-set.ts';
import type { StatefulSet } from '../kinds/apps/v1/stateful-set.ts';
import type { HorizontalPodAutoscaler } from '../kinds/autoscaling/v2/horizontal-pod-autoscaler.ts';
import type { CronJob } from '../kinds/batch/v1/cron-job.ts';
import type { Job } from '../kinds/batch/v1/job.ts';
import type { PodTemplate } from '../kinds/core/v1/pod-template.ts';
import type { ReplicationController } from '../kinds/core/v1/replication-controller.ts';
import type { PodDisruptionBudget } from '../kinds/policy/v1/pod-disruption-budget.ts';
import { isConditionTrue } from '../meta/v1/conditions.ts';
import { metricsText } from './metrics-text.ts';
import {
  age,
  ageColumn,
  containerCells,
  containerColumns,
  flag,
  humanDuration,
  integer,
  labelsText,
  nameColumn,
  nameOf,
  orNone,
  printer,
  selectorColumn,
  selectorText,
  since,
  text,
} from './printer.ts';

const replicaColumns = [
  nameColumn,
  integer('Desired', 'Desired number of pods.'),
  integer('Current', 'Current number of pods.'),
  integer('Ready', 'Number of ready pods.'),
  ageColumn,
  ...containerColumns,
  selectorColumn,
];

export const deployment = printer<Deployment>(
  [
    nameColumn,
    text('Ready', 'Number of ready pods, and of desired pods.'),
    text('Up-to-date', 'Number of pods with the newest template.'),
    text('Available', 'Number of available pods.'),
    ageColumn,
    ...containerColumns,
    selectorColumn,
  ],
  (d, now) => [
    nameOf(d),
    `${d.status?.readyReplicas ?? 0}/${d.spec?.replicas ?? 0}`,
    d.status?.updatedReplicas ?? 0,
    d.status?.availableReplicas ?? 0,
    age(d, now),
    ...containerCells(d.spec?.template.spec?.containers),
    selectorText(d.spec?.selector),
  ],
);

export const replicaSet = printer<ReplicaSet>(replicaColumns, (r, now) => [
  nameOf(r),
  r.spec?.replicas ?? 0,
  r.status?.replicas ?? 0,
  r.status?.readyReplicas ?? 0,
  age(r, now),
  ...containerCells(r.spec?.template?.spec?.containers),
  selectorText(r.spec?.selector),
]);

export const replicationController = printer<ReplicationController>(replicaColumns, (r, now) => [
  nameOf(r),
  r.spec?.replicas ?? 0,
  r.status?.replicas ?? 0,
  r.status?.readyReplicas ?? 0,
  age(r, now),
  ...containerCells(r.spec?.template?.spec?.containers),
  labelsText(r.spec?.selector),
]);

export const statefulSet = printer<StatefulSet>(
  [nameColumn, text('Ready', 'Number of ready pods, and of desired pods.'), ageColumn, ...containerColumns],
  (s, now) => [
    nameOf(s),
    `${s.status?.readyReplicas ?? 0}/${s.spec?.replicas ?? 0}`,
    age(s, now),
    ...containerCells(s.spec?.template.spec?.containers),
  ],
);

export const daemonSet = printer<DaemonSet>(
  [
    nameColumn,
    integer('Desired', 'Number of nodes that should run a pod.'),
    integer('Current', 'Number of nodes that run a pod.'),
    integer('Ready', 'Number of ready pods.'),
    integer('Up-to-date', 'Number of pods with the newest template.'),
    integer('Available', 'Number of available pods.'),
    text('Node Selector', 'Labels that nodes must have.'),
    ageColumn,
    ...containerColumns,
    selectorColumn,
  ],
  (d, now) => [
    nameOf(d),
    d.status?.desiredNumberScheduled ?? 0,
    d.status?.currentNumberScheduled ?? 0,
    d.status?.numberReady ?? 0,
    d.status?.updatedNumberScheduled ?? 0,
    d.status?.numberAvailable ?? 0,
    labelsText(d.spec?.template.spec?.nodeSelector),
    age(d, now),
    ...containerCells(d.spec?.template.spec?.containers),
    selectorText(d.spec?.selector),
  ],
);

const jobConditions = [
  'Complete',
  'Failed',
  'Terminating',
  'Suspended',
  'FailureTarget',
  'SuccessCriteriaMet',
];

function jobStatus(job: Job): string {
  const holds = (type: string) =>
    type === 'Terminating' ? job.metadata.deletionTimestamp !== undefined : isConditionTrue(job, type);
  return jobConditions.find(holds) ?? 'Running';
}

function jobCompletions({ spec, status }: Job): string {
  const done = status?.succeeded ?? 0;
  if (spec?.completions !== undefined) return `${done}/${spec.completions}`;
  const parallelism = spec?.parallelism ?? 0;
  return parallelism > 1 ? `${done}/1 of ${parallelism}` : `${done}/1`;
}

function jobDuration({ status }: Job, now: number): string {
  if (!status?.startTime) return '';
  const end = status.completionTime ? Date.parse(status.completionTime) : now;
  return humanDuration(end - Date.parse(status.startTime));
}

export const job = printer<Job>(
  [
    nameColumn,
    text('Status', 'Status of the job.'),
    text('Completions', 'Number of succeeded pods, and of required completions.'),
    text('Duration', 'Duration of the job.'),
    ageColumn,
    ...containerColumns,
    selectorColumn,
  ],
  (j, now) => [
    nameOf(j),
    jobStatus(j),
    jobCompletions(j),
    jobDuration(j, now),
    age(j, now),
    ...containerCells(j.spec?.template.spec?.containers),
    selectorText(j.spec?.selector),
  ],
);

export const cronJob = printer<CronJob>(
  [
    nameColumn,
    text('Schedule', 'Schedule in cron format.'),
    text('Timezone', 'Time zone of the schedule.'),
    flag('Suspend', 'Whether the schedule is suspended.'),
    integer('Active', 'Number of running jobs.'),
    text('Last Schedule', 'Time since a job was last started.'),
    ageColumn,
    ...containerColumns,
    selectorColumn,
  ],
  (c, now) => [
    nameOf(c),
    c.spec.schedule,
    orNone(c.spec.timeZone),
    c.spec.suspend === undefined ? '<unset>' : c.spec.suspend ? 'True' : 'False',
    c.status?.active?.length ?? 0,
    c.status?.lastScheduleTime ? since(c.status.lastScheduleTime, now) : '<none>',
    age(c, now),
    ...containerCells(c.spec.jobTemplate.spec?.template.spec?.containers),
    selectorText(c.spec.jobTemplate.spec?.selector),
  ],
);

export const podTemplate = printer<PodTemplate>(
  [
    nameColumn,
    text('Containers', 'Names of the containers in the template.'),
    text('Images', 'Images of the containers in the template.'),
    text('Pod Labels', 'Labels of the template.'),
  ],
  (p) => [
    nameOf(p),
    ...containerCells(p.template?.spec?.containers),
    labelsText(p.template?.metadata?.labels),
  ],
);

export const podDisruptionBudget = printer<PodDisruptionBudget>(
  [
    nameColumn,
    text('Min Available', 'Minimum number or percentage of available pods.'),
    text('Max Unavailable', 'Maximum number or percentage of unavailable pods.'),
    integer('Allowed Disruptions', 'Number of pods that may be evicted now.'),
    ageColumn,
  ],
  (p, now) => [
    nameOf(p),
    String(p.spec?.minAvailable ?? 'N/A'),
    String(p.spec?.maxUnavailable ?? 'N/A'),
    p.status?.disruptionsAllowed ?? 0,
    age(p, now),
  ],
);

export const controllerRevision = printer<ControllerRevision>(
  [
    nameColumn,
    text('Controller', 'Object that the revision belongs to.'),
    text('Revision', 'Number of the revision.'),
    ageColumn,
  ],
  (r, now) => {
    const owner = r.metadata.ownerReferences?.find((reference) => reference.controller);
    const [group = ''] = owner?.apiVersion?.includes('/') ? owner.apiVersion.split('/') : [];
    const kind = owner ? (owner.kind ?? '').toLowerCase() + (group && `.${group}`) : '';
    return [nameOf(r), owner ? `${kind}/${owner.name}` : '<none>', r.revision, age(r, now)];
  },
);

export const horizontalPodAutoscaler = printer<HorizontalPodAutoscaler>(
  [
    nameColumn,
    text('Reference', 'Object that is scaled.'),
    text('Targets', 'Current and target values of the metrics.'),
    text('MinPods', 'Minimum number of replicas.'),
    text('MaxPods', 'Maximum number of replicas.'),
    text('Replicas', 'Current number of pods.'),
    ageColumn,
  ],
  (h, now) => [
    nameOf(h),
    `${h.spec.scaleTargetRef.kind}/${h.spec.scaleTargetRef.name}`,
    metricsText(h),
    h.spec.minReplicas === undefined ? '<unset>' : String(h.spec.minReplicas),
    h.spec.maxReplicas,
    h.status?.currentReplicas ?? 0,
    age(h, now),
  ],
);
