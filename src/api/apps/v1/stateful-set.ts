import { PersistentVolumeClaim } from '../../core/v1/persistent-volume-claim.ts';
import { PodTemplateSpec } from '../../core/v1/pod-spec.ts';
import { LabelSelector } from '../../meta/v1/label-selector.ts';
import { resource } from '../../meta/v1/resource.ts';
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
} from '../../schema/notation.ts';

export const RollingUpdateStatefulSetStrategy = struct(
  'io.k8s.api.apps.v1.RollingUpdateStatefulSetStrategy',
  {
    maxUnavailable: intOrString(2, { emit: 'if-set' }),
    partition: int32(1, { emit: 'if-set' }),
  },
);
export interface RollingUpdateStatefulSetStrategy extends Of<typeof RollingUpdateStatefulSetStrategy> {}

export const StatefulSetCondition = struct('io.k8s.api.apps.v1.StatefulSetCondition', {
  lastTransitionTime: time(3, { emit: 'always' }),
  message: string(5),
  reason: string(4),
  status: required(string(2, { emit: 'always' })),
  type: required(string(1, { emit: 'always' })),
});
export interface StatefulSetCondition extends Of<typeof StatefulSetCondition> {}

export const StatefulSetOrdinals = struct('io.k8s.api.apps.v1.StatefulSetOrdinals', {
  start: int32(1, { emit: 'always' }),
});
export interface StatefulSetOrdinals extends Of<typeof StatefulSetOrdinals> {}

export const StatefulSetPersistentVolumeClaimRetentionPolicy = struct(
  'io.k8s.api.apps.v1.StatefulSetPersistentVolumeClaimRetentionPolicy',
  {
    whenDeleted: string(1, { assumed: 'Retain' }),
    whenScaled: string(2, { assumed: 'Retain' }),
  },
);
export interface StatefulSetPersistentVolumeClaimRetentionPolicy
  extends Of<typeof StatefulSetPersistentVolumeClaimRetentionPolicy> {}

export const StatefulSetUpdateStrategy = struct('io.k8s.api.apps.v1.StatefulSetUpdateStrategy', {
  rollingUpdate: ref(2, RollingUpdateStatefulSetStrategy, { emit: 'if-set' }),
  type: string(1, { enum: ['OnDelete', 'RollingUpdate'] }),
});
export interface StatefulSetUpdateStrategy extends Of<typeof StatefulSetUpdateStrategy> {}

export const StatefulSetSpec = struct('io.k8s.api.apps.v1.StatefulSetSpec', {
  minReadySeconds: int32(9),
  ordinals: ref(11, StatefulSetOrdinals, { emit: 'if-set' }),
  persistentVolumeClaimRetentionPolicy: ref(10, StatefulSetPersistentVolumeClaimRetentionPolicy, {
    assumed: {},
    emit: 'if-set',
  }),
  podManagementPolicy: string(6, { assumed: 'OrderedReady', enum: ['OrderedReady', 'Parallel'] }),
  replicas: int32(1, { assumed: 1, emit: 'if-set' }),
  revisionHistoryLimit: int32(8, { assumed: 10, emit: 'if-set' }),
  selector: required(ref(2, LabelSelector, { emit: 'if-set' })),
  serviceName: string(5, { emit: 'always' }),
  template: required(ref(3, PodTemplateSpec, { emit: 'always' })),
  updateStrategy: ref(7, StatefulSetUpdateStrategy, { emit: 'always' }),
  volumeClaimTemplates: list(4, PersistentVolumeClaim, { listType: 'atomic' }),
});
export interface StatefulSetSpec extends Of<typeof StatefulSetSpec> {}

export const StatefulSetStatus = struct('io.k8s.api.apps.v1.StatefulSetStatus', {
  availableReplicas: int32(11, { emit: 'always' }),
  collisionCount: int32(9, { emit: 'if-set' }),
  conditions: list(10, StatefulSetCondition, { listType: 'map', keys: ['type'], merge: 'type' }),
  currentReplicas: int32(4),
  currentRevision: string(6),
  observedGeneration: int64(1),
  readyReplicas: int32(3),
  replicas: required(int32(2, { emit: 'always' })),
  updateRevision: string(7),
  updatedReplicas: int32(5),
});
export interface StatefulSetStatus extends Of<typeof StatefulSetStatus> {}

export const StatefulSet = resource(
  'io.k8s.api.apps.v1.StatefulSet',
  {
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
