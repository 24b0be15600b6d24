// What the overview looks at, live, each with the rights of the session. What may not be listed is named and never counts as well.
import { useComputed } from '@preact/signals';
import type { MutatingWebhookConfiguration } from '../../../../api/kinds/admissionregistration/v1/mutating-webhook-configuration.ts';
import type { ValidatingWebhookConfiguration } from '../../../../api/kinds/admissionregistration/v1/validating-webhook-configuration.ts';
import type { APIService } from '../../../../api/kinds/apiregistration/v1/api-service.ts';
import type { DaemonSet } from '../../../../api/kinds/apps/v1/daemon-set.ts';
import type { Deployment } from '../../../../api/kinds/apps/v1/deployment.ts';
import type { StatefulSet } from '../../../../api/kinds/apps/v1/stateful-set.ts';
import type { Job } from '../../../../api/kinds/batch/v1/job.ts';
import type { Event } from '../../../../api/kinds/core/v1/event.ts';
import type { Node } from '../../../../api/kinds/core/v1/node.ts';
import type { PersistentVolume } from '../../../../api/kinds/core/v1/persistent-volume.ts';
import type { PersistentVolumeClaim } from '../../../../api/kinds/core/v1/persistent-volume-claim.ts';
import type { ResourceQuota } from '../../../../api/kinds/core/v1/resource-quota.ts';
import type { Service } from '../../../../api/kinds/core/v1/service.ts';
import type { EndpointSlice } from '../../../../api/kinds/discovery/v1/endpoint-slice.ts';
import type { StorageClass } from '../../../../api/kinds/storage/v1/storage-class.ts';
import { kindOf } from '../../api/discovery.ts';
import { collectionPath } from '../../api/kind.ts';
import { type Live, type Named, type Selection, useLive } from '../../api/live.ts';
import { useTable } from '../../api/table.ts';
import { KINDS, type KindName } from './findings/finding.ts';
import type { AnyAutoscaler } from './findings/workloads.ts';

const ENDPOINT_SLICES = { group: 'discovery.k8s.io', version: 'v1', plural: 'endpointslices' };
const STORAGE_CLASSES = { group: 'storage.k8s.io', version: 'v1', plural: 'storageclasses' };
const EVENTS = { group: '', version: 'v1', plural: 'events' };

type Plural = Pick<KindName, 'group' | 'version' | 'plural'>;

/** Of one namespace, or of the whole cluster without one. */
export function useSources(namespace: string) {
  const within = <T extends Named>(kind: Plural, selection?: Selection): Live<T> =>
    useLive<T>(collectionPath(kind, namespace), selection);
  /** What is in no namespace concerns nobody who looks at one. */
  const whole = <T extends Named>(kind: Plural): Live<T> =>
    useLive<T>(namespace ? undefined : collectionPath(kind));
  const pods = useTable(kindOf('', 'pods'), namespace);
  const sources = {
    nodes: whole<Node>(KINDS.Node),
    deployments: within<Deployment>(KINDS.Deployment),
    statefulSets: within<StatefulSet>(KINDS.StatefulSet),
    daemonSets: within<DaemonSet>(KINDS.DaemonSet),
    jobs: within<Job>(KINDS.Job),
    autoscalers: within<AnyAutoscaler>(KINDS.HorizontalPodAutoscaler),
    claims: within<PersistentVolumeClaim>(KINDS.PersistentVolumeClaim),
    volumes: whole<PersistentVolume>(KINDS.PersistentVolume),
    classes: useLive<StorageClass>(collectionPath(STORAGE_CLASSES)),
    services: within<Service>(KINDS.Service),
    slices: within<EndpointSlice>(ENDPOINT_SLICES),
    quotas: within<ResourceQuota>(KINDS.ResourceQuota),
    events: within<Event>(EVENTS, { fieldSelector: 'type=Warning' }),
    apiServices: whole<APIService>(KINDS.APIService),
    validating: whole<ValidatingWebhookConfiguration>(KINDS.ValidatingWebhookConfiguration),
    mutating: whole<MutatingWebhookConfiguration>(KINDS.MutatingWebhookConfiguration),
  };
  const hidden = useComputed(() => [
    ...(pods?.state.value === 'refused' ? ['pods'] : []),
    ...Object.entries(TITLES).flatMap(([name, title]) =>
      sources[name as keyof typeof TITLES].state.value === 'refused' ? [title] : [],
    ),
  ]);
  return { ...sources, pods, hidden };
}

export type Sources = ReturnType<typeof useSources>;

const TITLES = {
  nodes: 'nodes',
  deployments: 'deployments',
  statefulSets: 'stateful sets',
  daemonSets: 'daemon sets',
  jobs: 'jobs',
  autoscalers: 'autoscalers',
  claims: 'claims',
  volumes: 'volumes',
  services: 'services',
  slices: 'endpoints',
  quotas: 'quotas',
  events: 'events',
  apiServices: 'API services',
  validating: 'validating webhooks',
  mutating: 'mutating webhooks',
} as const;
