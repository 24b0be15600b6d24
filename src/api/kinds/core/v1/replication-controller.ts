import { resource } from '../../../meta/v1/resource.ts';
import {
  int32,
  int64,
  list,
  map,
  type Of,
  ref,
  required,
  string,
  struct,
  text,
  time,
} from '../../../schema/notation.ts';
import { PodTemplateSpec } from './pod-spec.ts';

export const ReplicationControllerCondition = struct(
  'io.k8s.api.core.v1.ReplicationControllerCondition',
  {
    lastTransitionTime: time(3, { doc: 'When the status last changed.', emit: 'always' }),
    message: string(5, { doc: 'Why, for people.' }),
    reason: string(4, { doc: 'Why, in one word.' }),
    status: required(string(2, { doc: 'True, False or Unknown.', emit: 'always' })),
    type: required(string(1, { doc: 'Which aspect.', emit: 'always' })),
  },
  { doc: 'What is known about one aspect of a replication controller.' },
);
export interface ReplicationControllerCondition extends Of<typeof ReplicationControllerCondition> {}

export const ReplicationControllerSpec = struct(
  'io.k8s.api.core.v1.ReplicationControllerSpec',
  {
    minReadySeconds: int32(4, { doc: 'A pod counts as available after being ready for so long.' }),
    replicas: int32(1, { doc: 'How many pods are wanted.', default: 1, emit: 'if-set' }),
    selector: map(2, text, {
      doc: 'The labels of its pods; those of the template if left out.',
      mapType: 'atomic',
    }),
    template: ref(3, PodTemplateSpec, { doc: 'What its pods look like.', emit: 'if-set' }),
  },
  { doc: 'Which pods, and how many.' },
);
export interface ReplicationControllerSpec extends Of<typeof ReplicationControllerSpec> {}

export const ReplicationControllerStatus = struct(
  'io.k8s.api.core.v1.ReplicationControllerStatus',
  {
    availableReplicas: int32(5, { doc: 'Pods that have been ready for minReadySeconds.' }),
    conditions: list(6, ReplicationControllerCondition, {
      doc: 'What is known, by aspect.',
      listType: 'map',
      keys: ['type'],
      merge: 'type',
    }),
    fullyLabeledReplicas: int32(2, { doc: 'Pods that carry all labels of the template.' }),
    observedGeneration: int64(3, { doc: 'Which generation of the spec this is about.' }),
    readyReplicas: int32(4, { doc: 'Pods that are ready.' }),
    replicas: required(int32(1, { doc: 'Pods that exist.', emit: 'always' })),
  },
  { doc: 'How many pods were seen.' },
);
export interface ReplicationControllerStatus extends Of<typeof ReplicationControllerStatus> {}

export const ReplicationController = resource(
  'io.k8s.api.core.v1.ReplicationController',
  {
    doc: 'The elder of ReplicaSet.',
    group: '',
    version: 'v1',
    kind: 'ReplicationController',
    plural: 'replicationcontrollers',
    singular: 'replicationcontroller',
    namespaced: true,
    shortNames: ['rc'],
    categories: ['all'],
    storageVersionHash: 'Jond2If31h0=',
    subresources: {
      scale: { kind: 'autoscaling/v1/Scale', verbs: ['get', 'patch', 'update'] },
      status: { kind: 'ReplicationController', verbs: ['get', 'patch', 'update'] },
    },
  },
  {
    spec: ref(2, ReplicationControllerSpec, { emit: 'always' }),
    status: ref(3, ReplicationControllerStatus, { emit: 'always' }),
  },
);
export interface ReplicationController extends Of<typeof ReplicationController> {}
