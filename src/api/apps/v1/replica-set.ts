import { PodTemplateSpec } from '../../core/v1/pod-spec.ts';
import { LabelSelector } from '../../meta/v1/label-selector.ts';
import { resource } from '../../meta/v1/resource.ts';
import { int32, int64, list, type Of, ref, required, string, struct, time } from '../../schema/notation.ts';

export const ReplicaSetCondition = struct('io.k8s.api.apps.v1.ReplicaSetCondition', {
  lastTransitionTime: time(3, { emit: 'always' }),
  message: string(5),
  reason: string(4),
  status: required(string(2, { emit: 'always' })),
  type: required(string(1, { emit: 'always' })),
});
export interface ReplicaSetCondition extends Of<typeof ReplicaSetCondition> {}

export const ReplicaSetSpec = struct('io.k8s.api.apps.v1.ReplicaSetSpec', {
  minReadySeconds: int32(4),
  replicas: int32(1, { assumed: 1, emit: 'if-set' }),
  selector: required(ref(2, LabelSelector, { emit: 'if-set' })),
  template: ref(3, PodTemplateSpec, { emit: 'always' }),
});
export interface ReplicaSetSpec extends Of<typeof ReplicaSetSpec> {}

export const ReplicaSetStatus = struct('io.k8s.api.apps.v1.ReplicaSetStatus', {
  availableReplicas: int32(5),
  conditions: list(6, ReplicaSetCondition, { listType: 'map', keys: ['type'], merge: 'type' }),
  fullyLabeledReplicas: int32(2),
  observedGeneration: int64(3),
  readyReplicas: int32(4),
  replicas: required(int32(1, { emit: 'always' })),
  terminatingReplicas: int32(7, { emit: 'if-set' }),
});
export interface ReplicaSetStatus extends Of<typeof ReplicaSetStatus> {}

export const ReplicaSet = resource(
  'io.k8s.api.apps.v1.ReplicaSet',
  {
    group: 'apps',
    version: 'v1',
    kind: 'ReplicaSet',
    plural: 'replicasets',
    singular: 'replicaset',
    namespaced: true,
    shortNames: ['rs'],
    categories: ['all'],
    storageVersionHash: 'P1RzHs8/mWQ=',
    subresources: {
      scale: { kind: 'autoscaling/v1/Scale', verbs: ['get', 'patch', 'update'] },
      status: { kind: 'ReplicaSet', verbs: ['get', 'patch', 'update'] },
    },
  },
  {
    spec: ref(2, ReplicaSetSpec, { emit: 'always' }),
    status: ref(3, ReplicaSetStatus, { emit: 'always' }),
  },
);
export interface ReplicaSet extends Of<typeof ReplicaSet> {}
