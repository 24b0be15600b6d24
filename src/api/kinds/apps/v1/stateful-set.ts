import { LabelSelector } from '../../../meta/v1/label-selector.ts';
import { resource } from '../../../meta/v1/resource.ts';
import {
  int32,
  int64,
  intOrString,
  list,
  type Of,
  ref,
  required,
  string,
  struct,
  time,
} from '../../../schema/notation.ts';
import { PersistentVolumeClaim } from '../../core/v1/persistent-volume-claim.ts';
import { PodTemplateSpec } from '../../core/v1/pod-spec.ts';

export const RollingUpdateStatefulSetStrategy = struct(
  'io.k8s.api.apps.v1.RollingUpdateStatefulSetStrategy',
  {
    maxUnavailable: intOrString(2, {
      doc: 'Maximum number or percentage of pods that may be unavailable during the update. Defaults to 1.',
      emit: 'if-set',
    }),
    partition: int32(1, {
      doc: 'Ordinal from which pods are updated. Pods with a lower ordinal keep the old revision.',
      emit: 'if-set',
    }),
  },
  { doc: 'Parameters of a rolling update of a StatefulSet.' },
);
export interface RollingUpdateStatefulSetStrategy extends Of<typeof RollingUpdateStatefulSetStrategy> {}

export const StatefulSetCondition = struct(
  'io.k8s.api.apps.v1.StatefulSetCondition',
  {
    lastTransitionTime: time(3, {
      doc: 'Last time the condition changed from one status to another.',
      emit: 'always',
    }),
    message: string(5, { doc: 'Human-readable message with details.' }),
    reason: string(4, { doc: 'Brief machine-readable reason in CamelCase.' }),
    status: required(string(2, { doc: 'Status of the condition: True, False or Unknown.', emit: 'always' })),
    type: required(string(1, { doc: 'Type of the condition.', emit: 'always' })),
  },
  { doc: 'Condition of a StatefulSet at a certain point.' },
);
export interface StatefulSetCondition extends Of<typeof StatefulSetCondition> {}

export const StatefulSetOrdinals = struct(
  'io.k8s.api.apps.v1.StatefulSetOrdinals',
  {
    start: int32(1, { doc: 'Ordinal of the first pod. Defaults to 0.', emit: 'always' }),
  },
  { doc: 'How the pods are numbered.' },
);
export interface StatefulSetOrdinals extends Of<typeof StatefulSetOrdinals> {}

export const StatefulSetPersistentVolumeClaimRetentionPolicy = struct(
  'io.k8s.api.apps.v1.StatefulSetPersistentVolumeClaimRetentionPolicy',
  {
    whenDeleted: string(1, {
      doc: 'What happens to the claims when the StatefulSet is deleted: Retain or Delete. Defaults to Retain.',
      assumed: 'Retain',
    }),
    whenScaled: string(2, {
      doc: 'What happens to the claim of a pod that is scaled away: Retain or Delete. Defaults to Retain.',
      assumed: 'Retain',
    }),
  },
  { doc: 'What happens to claims that were created from volumeClaimTemplates.' },
);
export interface StatefulSetPersistentVolumeClaimRetentionPolicy
  extends Of<typeof StatefulSetPersistentVolumeClaimRetentionPolicy> {}

export const StatefulSetUpdateStrategy = struct(
  'io.k8s.api.apps.v1.StatefulSetUpdateStrategy',
  {
    rollingUpdate: ref(2, RollingUpdateStatefulSetStrategy, {
      doc: 'Parameters of the rolling update. Used if type is RollingUpdate.',
      emit: 'if-set',
    }),
    type: string(1, {
      doc: 'Type of the update: RollingUpdate, or OnDelete to replace pods only when they are deleted.',
      enum: ['OnDelete', 'RollingUpdate'],
    }),
  },
  { doc: 'How pods are replaced when the template changes.' },
);
export interface StatefulSetUpdateStrategy extends Of<typeof StatefulSetUpdateStrategy> {}

export const StatefulSetSpec = struct(
  'io.k8s.api.apps.v1.StatefulSetSpec',
  {
    minReadySeconds: int32(9, {
      doc: 'Minimum number of seconds that a new pod must be ready before it is considered available. Defaults to 0.',
    }),
    ordinals: ref(11, StatefulSetOrdinals, {
      doc: 'How the pods are numbered. By default, they start at 0.',
      emit: 'if-set',
    }),
    persistentVolumeClaimRetentionPolicy: ref(10, StatefulSetPersistentVolumeClaimRetentionPolicy, {
      doc: 'What happens to claims that were created from volumeClaimTemplates.',
      assumed: {},
      emit: 'if-set',
    }),
    podManagementPolicy: string(6, {
      doc: 'How pods are created and deleted: OrderedReady one after the other, Parallel all at once.',
      assumed: 'OrderedReady',
      enum: ['OrderedReady', 'Parallel'],
    }),
    replicas: int32(1, { doc: 'Desired number of pods. Defaults to 1.', assumed: 1, emit: 'if-set' }),
    revisionHistoryLimit: int32(8, {
      doc: 'Number of old revisions to keep for rollbacks. Defaults to 10.',
      assumed: 10,
      emit: 'if-set',
    }),
    selector: required(
      ref(2, LabelSelector, {
        doc: 'Label selector for the pods. It must match the labels of the template and cannot be changed.',
        emit: 'if-set',
      }),
    ),
    serviceName: string(5, {
      doc: 'Name of the headless Service that provides the DNS names of the pods.',
      emit: 'always',
    }),
    template: required(ref(3, PodTemplateSpec, { doc: 'Template of the pods to create.', emit: 'always' })),
    updateStrategy: ref(7, StatefulSetUpdateStrategy, {
      doc: 'How pods are replaced when the template changes.',
      emit: 'always',
    }),
    volumeClaimTemplates: list(4, PersistentVolumeClaim, {
      doc: 'Claims that are created for each pod.',
      listType: 'atomic',
    }),
  },
  { doc: 'Desired pods, their number and their storage.' },
);
export interface StatefulSetSpec extends Of<typeof StatefulSetSpec> {}

export const StatefulSetStatus = struct(
  'io.k8s.api.apps.v1.StatefulSetStatus',
  {
    availableReplicas: int32(11, {
      doc: 'Number of pods that have been ready for at least minReadySeconds.',
      emit: 'always',
    }),
    collisionCount: int32(9, {
      doc: 'Number of hash collisions for revision names, used to avoid further collisions.',
      emit: 'if-set',
    }),
    conditions: list(10, StatefulSetCondition, {
      doc: 'Latest observations of the current state.',
      listType: 'map',
      keys: ['type'],
      merge: 'type',
    }),
    currentReplicas: int32(4, { doc: 'Number of pods of the current revision.' }),
    currentRevision: string(6, { doc: 'Revision of the pods that have not been updated yet.' }),
    observedGeneration: int64(1, { doc: 'Generation of the object that the controller last observed.' }),
    readyReplicas: int32(3, { doc: 'Number of pods with a Ready condition.' }),
    replicas: required(int32(2, { doc: 'Total number of pods that are not terminating.', emit: 'always' })),
    updateRevision: string(7, { doc: 'Revision that pods are updated to.' }),
    updatedReplicas: int32(5, { doc: 'Number of pods of the update revision.' }),
  },
  { doc: 'Observed state of the StatefulSet.' },
);
export interface StatefulSetStatus extends Of<typeof StatefulSetStatus> {}

export const StatefulSet = resource(
  'io.k8s.api.apps.v1.StatefulSet',
  {
    doc: 'Manages a set of pods with stable names and storage.',
    group: 'apps',
    version: 'v1',
    kind: 'StatefulSet',
    plural: 'statefulsets',
    singular: 'statefulset',
    namespaced: true,
    shortNames: ['sts'],
    categories: ['all'],
    storageVersionHash: 'H+vl74LkKdo=',
    subresources: {
      scale: { kind: 'autoscaling/v1/Scale', verbs: ['get', 'patch', 'update'] },
      status: { kind: 'StatefulSet', verbs: ['get', 'patch', 'update'] },
    },
  },
  {
    spec: ref(2, StatefulSetSpec, { emit: 'always' }),
    status: ref(3, StatefulSetStatus, { emit: 'always' }),
  },
);
export interface StatefulSet extends Of<typeof StatefulSet> {}
