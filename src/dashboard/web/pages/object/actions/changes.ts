// The bodies of the requests with which the page changes an object. Pure. They do what the verbs of kubectl of the same name do.
import type { CronJob } from '../../../../../api/kinds/batch/v1/cron-job.ts';
import type { Job } from '../../../../../api/kinds/batch/v1/job.ts';
import type { DeleteOptions } from '../../../../../api/meta/v1/delete-options.ts';

export const scalePatch = (replicas: number) => ({ spec: { replicas } });

export const restartPatch = (time: string) => ({
  spec: { template: { metadata: { annotations: { 'kubectl.kubernetes.io/restartedAt': time } } } },
});

/** Merge patches: null removes the field, as `rollout resume` does. */
export const pausePatch = (paused: boolean) => ({ spec: { paused: paused || null } });
export const suspendPatch = (suspend: boolean) => ({ spec: { suspend } });
export const cordonPatch = (unschedulable: boolean) => ({ spec: { unschedulable: unschedulable || null } });

export const evictionOf = (namespace: string, name: string, gracePeriodSeconds?: number) => ({
  apiVersion: 'policy/v1',
  kind: 'Eviction',
  metadata: { name, namespace },
  ...(gracePeriodSeconds !== undefined && { deleteOptions: { gracePeriodSeconds } }),
});

export type Propagation = 'Background' | 'Foreground' | 'Orphan';

/** `uid`: another object that has the name meanwhile is left alone. */
export const deletion = (
  uid: string | undefined,
  propagation: Propagation,
  force: boolean,
): DeleteOptions => ({
  apiVersion: 'v1',
  kind: 'DeleteOptions',
  propagationPolicy: propagation,
  ...(force && { gracePeriodSeconds: 0 }),
  ...(uid && { preconditions: { uid } }),
});

/** The longest name of a Job: it is a label of its pods. */
const LONGEST_JOB_NAME = 63;

export function manualJobName(cronJob: string, now: number): string {
  const suffix = `-manual-${Math.floor(now / 1000).toString(36)}`;
  let end = Math.min(cronJob.length, LONGEST_JOB_NAME - suffix.length);
  // A name may not end so before the suffix's own dash.
  while (cronJob[end - 1] === '-' || cronJob[end - 1] === '.') end--;
  return cronJob.slice(0, end) + suffix;
}

/** As `kubectl create job --from=cronjob/NAME`. */
export function jobOf({ metadata, spec }: CronJob, name: string): Job {
  const template = spec?.jobTemplate;
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: {
      name,
      ...(metadata.namespace && { namespace: metadata.namespace }),
      annotations: { ...template?.metadata?.annotations, 'cronjob.kubernetes.io/instantiate': 'manual' },
      ...(template?.metadata?.labels && { labels: template.metadata.labels }),
      ownerReferences: [
        {
          apiVersion: 'batch/v1',
          kind: 'CronJob',
          name: metadata.name ?? '',
          uid: metadata.uid ?? '',
          controller: true,
        },
      ],
    },
    ...(template?.spec && { spec: template.spec }),
  };
}

/** What a deletion takes with it is worth typing the name. */
export const isWorthTyping = (group: string, kind: string): boolean =>
  (group === '' && (kind === 'Namespace' || kind === 'PersistentVolume' || kind === 'Node')) ||
  (group === 'apiextensions.k8s.io' && kind === 'CustomResourceDefinition');
