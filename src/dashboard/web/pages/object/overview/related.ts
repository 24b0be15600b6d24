// Which other objects have to do with one, and how they are found: by name, by a selector, or by looking at what lists say. Pure.
import type { Pod } from '../../../../../api/kinds/core/v1/pod.ts';
import type { PodSpec } from '../../../../../api/kinds/core/v1/pod-spec.ts';
import type { LabelSelector } from '../../../../../api/meta/v1/label-selector.ts';
import { claimNames, configMapNames, secretNames } from '../../../../../api/pods/references.ts';
import { labelSelectorOf, labelSelectorOfMap } from '../../../../../api/selectors/label-selector.ts';
import type { KubeObject } from '../object-shape.ts';
import { isObject } from '../yaml/document.ts';

/** By name; it may not exist. */
export interface Reference {
  readonly group: string;
  readonly kind: string;
  /** Empty for what has none. */
  readonly namespace: string;
  readonly name: string;
}

export interface NamedRelation {
  readonly title: string;
  readonly references: readonly Reference[];
}

export interface ListRelation {
  readonly title: string;
  readonly group: string;
  readonly plural: string;
  readonly namespace: string;
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
  /** Of those that the server gives. */
  readonly keep?: (object: KubeObject) => boolean;
}

export interface Relations {
  readonly named: readonly NamedRelation[];
  readonly lists: readonly ListRelation[];
}

export const groupOfVersion = (apiVersion: string): string =>
  apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '';

export const ownersOf = ({ metadata }: KubeObject): Reference[] =>
  (metadata.ownerReferences ?? []).map(({ apiVersion, kind, name }) => ({
    group: groupOfVersion(apiVersion),
    kind,
    namespace: metadata.namespace ?? '',
    name,
  }));

const core =
  (kind: string, namespace: string) =>
  (name: string): Reference => ({ group: '', kind, namespace, name });

const unique = (names: readonly string[]): string[] => [...new Set(names)].sort();

/** What a pod, or the template of pods, refers to. */
function referencesOfPods(pod: Pod, namespace: string): NamedRelation[] {
  const spec = (pod.spec ?? { containers: [] }) as PodSpec;
  const account = spec.serviceAccountName ? [core('ServiceAccount', namespace)(spec.serviceAccountName)] : [];
  return [
    { title: 'Claims', references: unique(claimNames(pod)).map(core('PersistentVolumeClaim', namespace)) },
    { title: 'ConfigMaps', references: unique(configMapNames(spec)).map(core('ConfigMap', namespace)) },
    { title: 'Secrets', references: unique(secretNames(spec)).map(core('Secret', namespace)) },
    { title: 'Service account', references: account },
  ];
}

/** The pods that an object would make. */
export function templateOf({ apiVersion, kind, metadata, spec }: KubeObject): Pod | undefined {
  const jobTemplate = isObject(spec?.jobTemplate) ? spec.jobTemplate.spec : undefined;
  const holder = isObject(jobTemplate) ? jobTemplate : spec;
  const template = holder?.template;
  if (!isObject(template) || !isObject(template.spec)) return undefined;
  const isKnown = ['v1', 'apps/v1', 'batch/v1'].includes(apiVersion);
  if (!isKnown) return undefined;
  const labels = isObject(template.metadata) ? template.metadata.labels : undefined;
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: `${kind}/${metadata.name}`, labels: (labels ?? {}) as Record<string, string> },
    spec: template.spec as PodSpec,
  };
}

const ownedBy =
  (owner: KubeObject) =>
  (object: KubeObject): boolean =>
    (object.metadata.ownerReferences ?? []).some(({ uid }) => uid === owner.metadata.uid);

/** The text of a workload's selector; undefined for one that means nothing. */
export function selectorText({ kind, spec }: KubeObject): string | undefined {
  const selector = spec?.selector;
  if (!isObject(selector) || Object.keys(selector).length === 0) return undefined;
  const isMap = kind === 'Service' || kind === 'ReplicationController';
  const compiled = isMap
    ? labelSelectorOfMap(selector as Record<string, string>)
    : labelSelectorOf(selector as LabelSelector);
  return String(compiled) || undefined;
}

type Labels = Readonly<Record<string, string>>;
type Keep = (object: KubeObject) => boolean;

/** Items of lists do not say their kind. An empty selector of a Service means no pod, of others every pod. */
const servesPods =
  (labels: Labels): Keep =>
  ({ spec }) => {
    const selector = spec?.selector;
    if (!isObject(selector) || Object.keys(selector).length === 0) return false;
    return labelSelectorOfMap(selector as Labels).matches(labels);
  };

const selectsPods =
  (labels: Labels, field: 'selector' | 'podSelector'): Keep =>
  ({ spec }) => {
    const selector = spec?.[field];
    return isObject(selector) && labelSelectorOf(selector as LabelSelector).matches(labels);
  };

const scaling =
  (target: KubeObject) =>
  ({ spec }: KubeObject): boolean => {
    const { kind, name } = (spec?.scaleTargetRef ?? {}) as { kind?: string; name?: string };
    return kind === target.kind && name === target.metadata.name;
  };

const podUses =
  (namesOf: (pod: Pod) => readonly string[], name: string) =>
  (object: KubeObject): boolean =>
    namesOf(object as Pod).includes(name);

const WORKLOADS = new Set([
  'Deployment',
  'StatefulSet',
  'DaemonSet',
  'ReplicaSet',
  'Job',
  'ReplicationController',
]);

export function relationsOf(object: KubeObject): Relations {
  const { apiVersion, metadata } = object;
  const { name = '', namespace = '' } = metadata;
  const isBuiltIn = ['v1', 'apps/v1', 'batch/v1', 'networking.k8s.io/v1', 'autoscaling/v2'].includes(
    apiVersion,
  );
  const lists = isBuiltIn ? listsOf(object, name, namespace) : [];
  const owners = { title: 'Owners', references: ownersOf(object) };
  const named = isBuiltIn ? namedOf(object, namespace) : [];
  return { named: [owners, ...named].filter(({ references }) => references.length > 0), lists };
}

function namedOf(object: KubeObject, namespace: string): NamedRelation[] {
  const { kind, spec = {} } = object;
  const text = (value: unknown): string[] => (typeof value === 'string' && value ? [value] : []);
  switch (kind) {
    case 'Pod': {
      const node = text(spec.nodeName).map(core('Node', ''));
      return [{ title: 'Node', references: node }, ...referencesOfPods(object as Pod, namespace)];
    }
    case 'PersistentVolumeClaim':
      return [
        { title: 'Volume', references: text(spec.volumeName).map(core('PersistentVolume', '')) },
        { title: 'Storage class', references: text(spec.storageClassName).map(storageClass) },
      ];
    case 'PersistentVolume': {
      const claim = (spec.claimRef ?? {}) as { namespace?: string; name?: string };
      return [
        {
          title: 'Claim',
          references: text(claim.name).map(core('PersistentVolumeClaim', claim.namespace ?? '')),
        },
        { title: 'Storage class', references: text(spec.storageClassName).map(storageClass) },
      ];
    }
    case 'Ingress':
      return [{ title: 'Services', references: unique(backendsOf(spec)).map(core('Service', namespace)) }];
    case 'HorizontalPodAutoscaler': {
      const target = (spec.scaleTargetRef ?? {}) as { apiVersion?: string; kind?: string; name?: string };
      const { apiVersion = '', kind: of = '', name = '' } = target;
      return [
        { title: 'Scales', references: [{ group: groupOfVersion(apiVersion), kind: of, namespace, name }] },
      ];
    }
    default: {
      const template = templateOf(object);
      return template ? referencesOfPods(template, namespace) : [];
    }
  }
}

const storageClass = (name: string): Reference => ({
  group: 'storage.k8s.io',
  kind: 'StorageClass',
  namespace: '',
  name,
});

interface Backend {
  readonly service?: { readonly name?: string };
}

function backendsOf(spec: NonNullable<KubeObject['spec']>): string[] {
  const rules = (spec.rules ?? []) as readonly { http?: { paths?: readonly { backend?: Backend }[] } }[];
  const backends = rules.flatMap(({ http }) => (http?.paths ?? []).map(({ backend }) => backend));
  return [spec.defaultBackend as Backend | undefined, ...backends].flatMap((one) =>
    one?.service?.name ? [one.service.name] : [],
  );
}

function listsOf(object: KubeObject, name: string, namespace: string): ListRelation[] {
  const { kind } = object;
  const labels = (kind === 'Pod' ? object : templateOf(object))?.metadata.labels;
  return [...ownLists(object, name, namespace), ...(labels ? aroundPods(object, labels, namespace) : [])];
}

/** What is below it. */
function ownLists(object: KubeObject, name: string, namespace: string): ListRelation[] {
  const { kind } = object;
  const inNamespace = { namespace };
  const labelSelector = selectorText(object);
  const pods = { title: 'Pods', group: '', plural: 'pods', ...inNamespace };
  if (kind === 'Node') return [{ ...pods, namespace: '', fieldSelector: `spec.nodeName=${name}` }];
  if (kind === 'PersistentVolumeClaim')
    return [{ ...pods, title: 'Used by', keep: podUses(claimNames, name) }];
  if (kind === 'ConfigMap')
    return [
      { ...pods, title: 'Used by', keep: podUses(({ spec }) => (spec ? configMapNames(spec) : []), name) },
    ];
  if (kind === 'Secret')
    return [
      { ...pods, title: 'Used by', keep: podUses(({ spec }) => (spec ? secretNames(spec) : []), name) },
    ];
  if (kind === 'ServiceAccount')
    return [
      { ...pods, title: 'Used by', keep: ({ spec }) => (spec?.serviceAccountName ?? 'default') === name },
    ];
  if (kind === 'CronJob')
    return [{ title: 'Jobs', group: 'batch', plural: 'jobs', ...inNamespace, keep: ownedBy(object) }];
  if (kind === 'Service')
    return [
      ...(labelSelector ? [{ ...pods, labelSelector }] : []),
      {
        title: 'Endpoint slices',
        group: 'discovery.k8s.io',
        plural: 'endpointslices',
        ...inNamespace,
        labelSelector: `kubernetes.io/service-name=${name}`,
      },
      {
        title: 'Ingresses',
        group: 'networking.k8s.io',
        plural: 'ingresses',
        ...inNamespace,
        keep: leadsTo(name),
      },
    ];
  if (!WORKLOADS.has(kind) || !labelSelector) return [];
  if (kind !== 'Deployment') return [{ ...pods, labelSelector, keep: ownedBy(object) }];
  const replicaSets = {
    title: 'ReplicaSets',
    group: 'apps',
    plural: 'replicasets',
    ...inNamespace,
    labelSelector,
  };
  return [
    { ...pods, labelSelector },
    { ...replicaSets, keep: ownedBy(object) },
  ];
}

const leadsTo =
  (service: string) =>
  ({ spec }: KubeObject): boolean =>
    backendsOf(spec ?? {}).includes(service);

/** What has to do with pods of these labels. */
function aroundPods(object: KubeObject, labels: Labels, namespace: string): ListRelation[] {
  const scalers = {
    title: 'Autoscalers',
    group: 'autoscaling',
    plural: 'horizontalpodautoscalers',
    namespace,
    keep: scaling(object),
  };
  return [
    { title: 'Services', group: '', plural: 'services', namespace, keep: servesPods(labels) },
    {
      title: 'Disruption budgets',
      group: 'policy',
      plural: 'poddisruptionbudgets',
      namespace,
      keep: selectsPods(labels, 'selector'),
    },
    {
      title: 'Network policies',
      group: 'networking.k8s.io',
      plural: 'networkpolicies',
      namespace,
      keep: selectsPods(labels, 'podSelector'),
    },
    ...(object.kind === 'Pod' ? [] : [scalers]),
  ];
}
