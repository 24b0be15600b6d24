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
    maxUnavailable: intOrString(2, { doc: 'How many pods may be missing.', emit: 'if-set' }),
    partition: int32(1, { doc: 'Only pods from this number on are replaced.', emit: 'if-set' }),
  },
  { doc: 'Details of replacing pods.' },
);
export interface RollingUpdateStatefulSetStrategy extends Of<typeof RollingUpdateStatefulSetStrategy> {}

export const StatefulSetCondition = struct(
  'io.k8s.api.apps.v1.StatefulSetCondition',
  {
    lastTransitionTime: time(3, { doc: 'When the status last changed.', emit: 'always' }),
    message: string(5, { doc: 'Why, for people.' }),
    reason: string(4, { doc: 'Why, in one word.' }),
    status: required(string(2, { doc: 'True, False or Unknown.', emit: 'always' })),
    type: required(string(1, { doc: 'Which aspect.', emit: 'always' })),
  },
  { doc: 'What is known about one aspect of a stateful set.' },
);
export interface StatefulSetCondition extends Of<typeof StatefulSetCondition> {}

export const StatefulSetOrdinals = struct(
  'io.k8s.api.apps.v1.StatefulSetOrdinals',
  {
    start: int32(1, { doc: 'The number of the first pod; 0 when absent.', emit: 'always' }),
  },
  { doc: 'How the pods are numbered.' },
);
export interface StatefulSetOrdinals extends Of<typeof StatefulSetOrdinals> {}

export const StatefulSetPersistentVolumeClaimRetentionPolicy = struct(
  'io.k8s.api.apps.v1.StatefulSetPersistentVolumeClaimRetentionPolicy',
  {
    whenDeleted: string(1, { doc: 'When the set is deleted: Retain or Delete.', assumed: 'Retain' }),
    whenScaled: string(2, { doc: 'When a pod is scaled away: Retain or Delete.', assumed: 'Retain' }),
  },
  { doc: 'What becomes of the claims.' },
);
export interface StatefulSetPersistentVolumeClaimRetentionPolicy
  extends Of<typeof StatefulSetPersistentVolumeClaimRetentionPolicy> {}

export const StatefulSetUpdateStrategy = struct(
  'io.k8s.api.apps.v1.StatefulSetUpdateStrategy',
  {
    rollingUpdate: ref(2, RollingUpdateStatefulSetStrategy, {
      doc: 'Details, for RollingUpdate.',
      emit: 'if-set',
    }),
    type: string(1, {
      doc: 'RollingUpdate, or OnDelete to wait until somebody deletes them.',
      enum: ['OnDelete', 'RollingUpdate'],
    }),
  },
  { doc: 'How pods are replaced.' },
);
export interface StatefulSetUpdateStrategy extends Of<typeof StatefulSetUpdateStrategy> {}

export const StatefulSetSpec = struct(
  'io.k8s.api.apps.v1.StatefulSetSpec',
  {
    minReadySeconds: int32(9, { doc: 'A pod counts as available after being ready for so long.' }),
    ordinals: ref(11, StatefulSetOrdinals, { doc: 'With which number to begin.', emit: 'if-set' }),
    persistentVolumeClaimRetentionPolicy: ref(10, StatefulSetPersistentVolumeClaimRetentionPolicy, {
      doc: 'What becomes of the claims.',
      assumed: {},
      emit: 'if-set',
    }),
    podManagementPolicy: string(6, {
      doc: 'OrderedReady starts one after the other, Parallel all at once.',
      assumed: 'OrderedReady',
      enum: ['OrderedReady', 'Parallel'],
    }),
    replicas: int32(1, { doc: 'How many pods are wanted.', assumed: 1, emit: 'if-set' }),
    revisionHistoryLimit: int32(8, { doc: 'How many old revisions are kept.', assumed: 10, emit: 'if-set' }),
    selector: required(
      ref(2, LabelSelector, { doc: 'The labels of its pods. It cannot be changed.', emit: 'if-set' }),
    ),
    serviceName: string(5, { doc: 'The headless service that gives the pods their names.', emit: 'always' }),
    template: required(ref(3, PodTemplateSpec, { doc: 'What its pods look like.', emit: 'always' })),
    updateStrategy: ref(7, StatefulSetUpdateStrategy, { doc: 'How pods are replaced.', emit: 'always' }),
    volumeClaimTemplates: list(4, PersistentVolumeClaim, {
      doc: 'Claims that each pod gets for itself.',
      listType: 'atomic',
    }),
  },
  { doc: 'Which pods, how many, with which storage.' },
);
export interface StatefulSetSpec extends Of<typeof StatefulSetSpec> {}

export const StatefulSetStatus = struct(
  'io.k8s.api.apps.v1.StatefulSetStatus',
  {
    availableReplicas: int32(11, { doc: 'Pods that are available.', emit: 'always' }),
    collisionCount: int32(9, { doc: 'How often a name for a revision was taken.', emit: 'if-set' }),
    conditions: list(10, StatefulSetCondition, {
      doc: 'Its state, by aspect.',
      listType: 'map',
      keys: ['type'],
      merge: 'type',
    }),
    currentReplicas: int32(4, { doc: 'Pods of the current revision.' }),
    currentRevision: string(6, { doc: 'The revision before the update.' }),
    observedGeneration: int64(1, { doc: 'The generation this status is about.' }),
    readyReplicas: int32(3, { doc: 'Pods that are ready.' }),
    replicas: required(int32(2, { doc: 'Pods there are.', emit: 'always' })),
    updateRevision: string(7, { doc: 'The newest revision.' }),
    updatedReplicas: int32(5, { doc: 'Pods of the newest revision.' }),
  },
  { doc: 'How far the set is.' },
);
export interface StatefulSetStatus extends Of<typeof StatefulSetStatus> {}

export const StatefulSet = resource(
  'io.k8s.api.apps.v1.StatefulSet',
  {
    doc: 'Keeps pods with lasting names and storage running.',
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
