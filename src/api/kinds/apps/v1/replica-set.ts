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
    lastTransitionTime: time(3, { doc: 'When the status last changed.', emit: 'always' }),
    message: string(5, { doc: 'Why, for people.' }),
    reason: string(4, { doc: 'Why, in one word.' }),
    status: required(string(2, { doc: 'True, False or Unknown.', emit: 'always' })),
    type: required(string(1, { doc: 'Which aspect.', emit: 'always' })),
  },
  { doc: 'What is known about one aspect of a replica set.' },
);
export interface ReplicaSetCondition extends Of<typeof ReplicaSetCondition> {}

export const ReplicaSetSpec = struct(
  'io.k8s.api.apps.v1.ReplicaSetSpec',
  {
    minReadySeconds: int32(4, { doc: 'A pod counts as available after being ready for so long.' }),
    replicas: int32(1, { doc: 'How many pods are wanted.', assumed: 1, emit: 'if-set' }),
    selector: required(
      ref(2, LabelSelector, { doc: 'The labels of its pods. It cannot be changed.', emit: 'if-set' }),
    ),
    template: ref(3, PodTemplateSpec, { doc: 'What its pods look like.', emit: 'always' }),
  },
  { doc: 'Which pods, and how many.' },
);
export interface ReplicaSetSpec extends Of<typeof ReplicaSetSpec> {}

export const ReplicaSetStatus = struct(
  'io.k8s.api.apps.v1.ReplicaSetStatus',
  {
    availableReplicas: int32(5, { doc: 'Pods that are available.' }),
    conditions: list(6, ReplicaSetCondition, {
      doc: 'What went wrong.',
      listType: 'map',
      keys: ['type'],
      merge: 'type',
    }),
    fullyLabeledReplicas: int32(2, { doc: 'Pods with all labels of the template.' }),
    observedGeneration: int64(3, { doc: 'The generation this status is about.' }),
    readyReplicas: int32(4, { doc: 'Pods that are ready.' }),
    replicas: required(int32(1, { doc: 'Pods there are.', emit: 'always' })),
    terminatingReplicas: int32(7, { doc: 'Pods that are ending.', emit: 'if-set' }),
  },
  { doc: 'How many pods there are.' },
);
export interface ReplicaSetStatus extends Of<typeof ReplicaSetStatus> {}

export const ReplicaSet = resource(
  'io.k8s.api.apps.v1.ReplicaSet',
  {
    doc: 'Keeps a number of equal pods running.',
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
