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
    lastTransitionTime: time(3, {
      doc: 'Last time the condition changed from one status to another.',
      emit: 'always',
    }),
    message: string(5, { doc: 'Human-readable message with details.' }),
    reason: string(4, { doc: 'Brief machine-readable reason in CamelCase.' }),
    status: required(string(2, { doc: 'Status of the condition: True, False or Unknown.', emit: 'always' })),
    type: required(string(1, { doc: 'Type of the condition.', emit: 'always' })),
  },
  { doc: 'Condition of a ReplicationController at a certain point.' },
);
export interface ReplicationControllerCondition extends Of<typeof ReplicationControllerCondition> {}

export const ReplicationControllerSpec = struct(
  'io.k8s.api.core.v1.ReplicationControllerSpec',
  {
    minReadySeconds: int32(4, {
      doc: 'Minimum number of seconds that a new pod must be ready before it is considered available. Defaults to 0.',
    }),
    replicas: int32(1, { doc: 'Desired number of pods. Defaults to 1.', default: 1, emit: 'if-set' }),
    selector: map(2, text, {
      doc: 'Labels that identify the pods. Defaults to the labels of the template.',
      mapType: 'atomic',
    }),
    template: ref(3, PodTemplateSpec, { doc: 'Template of the pods to create.', emit: 'if-set' }),
  },
  { doc: 'Desired number of pods, their selector and their template.' },
);
export interface ReplicationControllerSpec extends Of<typeof ReplicationControllerSpec> {}

export const ReplicationControllerStatus = struct(
  'io.k8s.api.core.v1.ReplicationControllerStatus',
  {
    availableReplicas: int32(5, { doc: 'Number of pods that have been ready for at least minReadySeconds.' }),
    conditions: list(6, ReplicationControllerCondition, {
      doc: 'Latest observations of the current state.',
      listType: 'map',
      keys: ['type'],
      merge: 'type',
    }),
    fullyLabeledReplicas: int32(2, { doc: 'Number of pods whose labels match those of the template.' }),
    observedGeneration: int64(3, { doc: 'Generation of the object that the controller last observed.' }),
    readyReplicas: int32(4, { doc: 'Number of pods with a Ready condition.' }),
    replicas: required(int32(1, { doc: 'Observed number of pods.', emit: 'always' })),
  },
  { doc: 'Observed number of pods by state.' },
);
export interface ReplicationControllerStatus extends Of<typeof ReplicationControllerStatus> {}

export const ReplicationController = resource(
  'io.k8s.api.core.v1.ReplicationController',
  {
    doc: 'Ensures that a specified number of identical pods is running. ReplicaSet is its successor.',
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
