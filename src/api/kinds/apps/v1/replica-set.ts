import { LabelSelector } from '../../../meta/v1/label-selector.ts';
import { resource } from '../../../meta/v1/resource.ts';
import {
  int32,
  int64,
  list,
  type Of,
  ref,
  required,
  string,
  struct,
  time,
} from '../../../schema/notation.ts';
import { PodTemplateSpec } from '../../core/v1/pod-spec.ts';

export const ReplicaSetCondition = struct(
  'io.k8s.api.apps.v1.ReplicaSetCondition',
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
  { doc: 'Condition of a ReplicaSet at a certain point.' },
);
export interface ReplicaSetCondition extends Of<typeof ReplicaSetCondition> {}

export const ReplicaSetSpec = struct(
  'io.k8s.api.apps.v1.ReplicaSetSpec',
  {
    minReadySeconds: int32(4, {
      doc: 'Minimum number of seconds that a new pod must be ready before it is considered available. Defaults to 0.',
    }),
    replicas: int32(1, { doc: 'Desired number of pods. Defaults to 1.', assumed: 1, emit: 'if-set' }),
    selector: required(
      ref(2, LabelSelector, {
        doc: 'Label selector for the pods. It must match the labels of the template and cannot be changed.',
        emit: 'if-set',
      }),
    ),
    template: ref(3, PodTemplateSpec, { doc: 'Template of the pods to create.', emit: 'always' }),
  },
  { doc: 'Desired number of pods, their selector and their template.' },
);
export interface ReplicaSetSpec extends Of<typeof ReplicaSetSpec> {}

export const ReplicaSetStatus = struct(
  'io.k8s.api.apps.v1.ReplicaSetStatus',
  {
    availableReplicas: int32(5, { doc: 'Number of pods that have been ready for at least minReadySeconds.' }),
    conditions: list(6, ReplicaSetCondition, {
      doc: 'Latest observations of the current state.',
      listType: 'map',
      keys: ['type'],
      merge: 'type',
    }),
    fullyLabeledReplicas: int32(2, { doc: 'Number of pods whose labels match those of the template.' }),
    observedGeneration: int64(3, { doc: 'Generation of the object that the controller last observed.' }),
    readyReplicas: int32(4, { doc: 'Number of pods with a Ready condition.' }),
    replicas: required(int32(1, { doc: 'Total number of pods that are not terminating.', emit: 'always' })),
    terminatingReplicas: int32(7, { doc: 'Total number of pods that are terminating.', emit: 'if-set' }),
  },
  { doc: 'Observed number of pods by state.' },
);
export interface ReplicaSetStatus extends Of<typeof ReplicaSetStatus> {}

export const ReplicaSet = resource(
  'io.k8s.api.apps.v1.ReplicaSet',
  {
    doc: 'Ensures that a specified number of identical pods is running.',
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
