// Which fields labels, annotations, namespaces, images and replica counts are written to: kustomize's default configuration, and
// what files of `configurations` add to it.
import type { JsonObject } from '../../../api/patch/json.ts';
import { isSelected } from '../resource.ts';
import { type FieldSpec, joinedSpecs } from './field-spec.ts';
import { defaultNameReferences, type NameReference } from './name-references.ts';

export interface FieldConfiguration {
  readonly commonLabels: readonly FieldSpec[];
  readonly labels: readonly FieldSpec[];
  readonly templateLabels: readonly FieldSpec[];
  readonly commonAnnotations: readonly FieldSpec[];
  readonly namePrefix: readonly FieldSpec[];
  readonly nameSuffix: readonly FieldSpec[];
  readonly namespace: readonly FieldSpec[];
  readonly images: readonly FieldSpec[];
  readonly replicas: readonly FieldSpec[];
  readonly nameReference: readonly NameReference[];
}

const created = (kind: string, path: string, more: Partial<FieldSpec> = {}): FieldSpec => ({
  kind,
  path,
  create: true,
  ...more,
});

const templates = (what: string): FieldSpec[] => [
  { path: `metadata/${what}`, create: true },
  created('ReplicationController', `spec/template/metadata/${what}`, { version: 'v1' }),
  created('Deployment', `spec/template/metadata/${what}`),
  created('ReplicaSet', `spec/template/metadata/${what}`),
  created('DaemonSet', `spec/template/metadata/${what}`),
];

const jobs = (what: string): FieldSpec[] => [
  created('Job', `spec/template/metadata/${what}`, { group: 'batch' }),
  created('CronJob', `spec/jobTemplate/metadata/${what}`, { group: 'batch' }),
  created('CronJob', `spec/jobTemplate/spec/template/metadata/${what}`, { group: 'batch' }),
];

const templateLabels: readonly FieldSpec[] = [
  ...templates('labels'),
  created('StatefulSet', 'spec/template/metadata/labels', { group: 'apps' }),
  created('StatefulSet', 'spec/volumeClaimTemplates[]/metadata/labels', { group: 'apps' }),
  ...jobs('labels'),
];

/** Selectors within a workload: they are only written where they are. */
const termsOf = (kind: string): FieldSpec[] => {
  const affinity = (which: string): string[] => [
    `affinity/${which}/preferredDuringSchedulingIgnoredDuringExecution/podAffinityTerm/labelSelector/matchLabels`,
    `affinity/${which}/requiredDuringSchedulingIgnoredDuringExecution/labelSelector/matchLabels`,
  ];
  const paths = [
    ...affinity('podAffinity'),
    ...affinity('podAntiAffinity'),
    'topologySpreadConstraints/labelSelector/matchLabels',
  ];
  return paths.map((path) => ({ group: 'apps', kind, path: `spec/template/spec/${path}` }));
};

const commonLabels: readonly FieldSpec[] = [
  created('Service', 'spec/selector', { version: 'v1' }),
  created('ReplicationController', 'spec/selector', { version: 'v1' }),
  created('Deployment', 'spec/selector/matchLabels'),
  ...termsOf('Deployment'),
  created('ReplicaSet', 'spec/selector/matchLabels'),
  created('DaemonSet', 'spec/selector/matchLabels'),
  created('StatefulSet', 'spec/selector/matchLabels', { group: 'apps' }),
  ...termsOf('StatefulSet'),
  { group: 'batch', kind: 'Job', path: 'spec/selector/matchLabels' },
  { group: 'batch', kind: 'CronJob', path: 'spec/jobTemplate/spec/selector/matchLabels' },
  { group: 'policy', kind: 'PodDisruptionBudget', path: 'spec/selector/matchLabels' },
  ...['spec/podSelector', 'spec/ingress/from/podSelector', 'spec/egress/to/podSelector'].map((path) => ({
    group: 'networking.k8s.io',
    kind: 'NetworkPolicy',
    path: `${path}/matchLabels`,
  })),
  ...templateLabels,
];

export const defaultFields: FieldConfiguration = {
  commonLabels,
  labels: [],
  templateLabels,
  commonAnnotations: [
    ...templates('annotations'),
    created('StatefulSet', 'spec/template/metadata/annotations'),
    ...jobs('annotations'),
  ],
  namePrefix: [{ path: 'metadata/name' }],
  nameSuffix: [{ path: 'metadata/name' }],
  namespace: [
    created('Namespace', 'metadata/name'),
    created('APIService', 'spec/service/namespace', { group: 'apiregistration.k8s.io' }),
    {
      kind: 'CustomResourceDefinition',
      group: 'apiextensions.k8s.io',
      path: 'spec/conversion/webhook/clientConfig/service/namespace',
    },
  ],
  images: ['spec', 'spec/template/spec'].flatMap((pod) =>
    ['containers[]/image', 'initContainers[]/image', 'volumes[]/image/reference'].map((path) => ({
      path: `${pod}/${path}`,
      create: true,
    })),
  ),
  replicas: ['Deployment', 'StatefulSet', 'ReplicaSet', 'ReplicationController'].map((kind) =>
    created(kind, 'spec/replicas'),
  ),
  nameReference: defaultNameReferences,
};

/** A file of `configurations` as it is parsed. */
export function withConfiguration(fields: FieldConfiguration, added: JsonObject): FieldConfiguration {
  const more = added as Partial<FieldConfiguration>;
  const joined = (name: Exclude<keyof FieldConfiguration, 'nameReference'>) =>
    joinedSpecs(fields[name], more[name] ?? []);
  return {
    commonLabels: joined('commonLabels'),
    labels: joined('labels'),
    templateLabels: joined('templateLabels'),
    commonAnnotations: joined('commonAnnotations'),
    namePrefix: joined('namePrefix'),
    nameSuffix: joined('nameSuffix'),
    namespace: joined('namespace'),
    images: joined('images'),
    replicas: joined('replicas'),
    nameReference: joinedReferences(fields.nameReference, more.nameReference ?? []),
  };
}

function joinedReferences(
  references: readonly NameReference[],
  more: readonly NameReference[],
): readonly NameReference[] {
  const joined = [...references];
  for (const one of more) {
    const at = joined.findIndex((other) => isSelected(other, one) && isSelected(one, other));
    const same = joined[at];
    if (same) joined[at] = { ...same, fieldSpecs: joinedSpecs(same.fieldSpecs, one.fieldSpecs) };
    else joined.push(one);
  }
  return joined;
}
