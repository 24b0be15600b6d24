import { LabelSelector } from '../../../meta/v1/label-selector.ts';
import { resource } from '../../../meta/v1/resource.ts';
import {
  boolean,
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
import { PodTemplateSpec } from '../../core/v1/pod-spec.ts';

export const DeploymentCondition = struct(
  'io.k8s.api.apps.v1.DeploymentCondition',
  {
    lastTransitionTime: time(7, {
      doc: 'Last time the condition changed from one status to another.',
      emit: 'always',
    }),
    lastUpdateTime: time(6, { doc: 'Last time the condition was updated.', emit: 'always' }),
    message: string(5, { doc: 'Human-readable message with details.' }),
    reason: string(4, { doc: 'Brief machine-readable reason in CamelCase.' }),
    status: required(string(2, { doc: 'Status of the condition: True, False or Unknown.', emit: 'always' })),
    type: required(string(1, { doc: 'Type of the condition.', emit: 'always' })),
  },
  { doc: 'Condition of a Deployment at a certain point.' },
);
export interface DeploymentCondition extends Of<typeof DeploymentCondition> {}

export const RollingUpdateDeployment = struct(
  'io.k8s.api.apps.v1.RollingUpdateDeployment',
  {
    maxSurge: intOrString(2, {
      doc: 'Maximum number or percentage of pods above the desired number during the update. Defaults to 25%.',
      emit: 'if-set',
    }),
    maxUnavailable: intOrString(1, {
      doc: 'Maximum number or percentage of pods that may be unavailable during the update. Defaults to 25%.',
      emit: 'if-set',
    }),
  },
  { doc: 'Parameters of a rolling update.' },
);
export interface RollingUpdateDeployment extends Of<typeof RollingUpdateDeployment> {}

export const DeploymentStrategy = struct(
  'io.k8s.api.apps.v1.DeploymentStrategy',
  {
    rollingUpdate: ref(2, RollingUpdateDeployment, {
      doc: 'Parameters of the rolling update. Used if type is RollingUpdate.',
      emit: 'if-set',
    }),
    type: string(1, {
      doc: 'Type of the strategy: RollingUpdate, or Recreate to stop all old pods before new ones start.',
      assumed: 'RollingUpdate',
      enum: ['Recreate', 'RollingUpdate'],
    }),
  },
  { doc: 'How old pods are replaced by new ones.' },
);
export interface DeploymentStrategy extends Of<typeof DeploymentStrategy> {}

export const DeploymentSpec = struct(
  'io.k8s.api.apps.v1.DeploymentSpec',
  {
    minReadySeconds: int32(5, {
      doc: 'Minimum number of seconds that a new pod must be ready before it is considered available. Defaults to 0.',
    }),
    paused: boolean(7, {
      doc: 'Whether the Deployment is paused. Changes of the template of a paused Deployment are not rolled out.',
    }),
    progressDeadlineSeconds: int32(9, {
      doc: 'Number of seconds without progress after which the rollout is reported as failed. Defaults to 600.',
      assumed: 600,
      emit: 'if-set',
    }),
    replicas: int32(1, { doc: 'Desired number of pods. Defaults to 1.', assumed: 1, emit: 'if-set' }),
    revisionHistoryLimit: int32(6, {
      doc: 'Number of old ReplicaSets to keep for rollbacks. Defaults to 10.',
      assumed: 10,
      emit: 'if-set',
    }),
    selector: required(
      ref(2, LabelSelector, {
        doc: 'Label selector for the pods. It must match the labels of the template and cannot be changed.',
        emit: 'if-set',
      }),
    ),
    strategy: ref(4, DeploymentStrategy, {
      doc: 'How old pods are replaced by new ones.',
      emit: 'always',
      retainKeys: true,
    }),
    template: required(ref(3, PodTemplateSpec, { doc: 'Template of the pods to create.', emit: 'always' })),
  },
  { doc: 'Desired behavior of the Deployment.' },
);
export interface DeploymentSpec extends Of<typeof DeploymentSpec> {}

export const DeploymentStatus = struct(
  'io.k8s.api.apps.v1.DeploymentStatus',
  {
    availableReplicas: int32(4, { doc: 'Number of pods that have been ready for at least minReadySeconds.' }),
    collisionCount: int32(8, {
      doc: 'Number of hash collisions for ReplicaSet names, used to avoid further collisions.',
      emit: 'if-set',
    }),
    conditions: list(6, DeploymentCondition, {
      doc: 'Latest observations of the current state.',
      listType: 'map',
      keys: ['type'],
      merge: 'type',
    }),
    observedGeneration: int64(1, { doc: 'Generation of the object that the controller last observed.' }),
    readyReplicas: int32(7, { doc: 'Number of pods with a Ready condition.' }),
    replicas: int32(2, { doc: 'Total number of pods that are not terminating.' }),
    terminatingReplicas: int32(9, { doc: 'Total number of pods that are terminating.', emit: 'if-set' }),
    unavailableReplicas: int32(5, {
      doc: 'Number of pods that are still required for the desired number to be available.',
    }),
    updatedReplicas: int32(3, { doc: 'Number of pods of the newest template.' }),
  },
  { doc: 'Observed progress of the rollout.' },
);
export interface DeploymentStatus extends Of<typeof DeploymentStatus> {}

export const Deployment = resource(
  'io.k8s.api.apps.v1.Deployment',
  {
    doc: 'Manages a set of identical pods, and rolls out changes of their template step by step.',
    group: 'apps',
    version: 'v1',
    kind: 'Deployment',
    plural: 'deployments',
    singular: 'deployment',
    namespaced: true,
    shortNames: ['deploy'],
    categories: ['all'],
    storageVersionHash: '8aSe+NMegvE=',
    subresources: {
      scale: { kind: 'autoscaling/v1/Scale', verbs: ['get', 'patch', 'update'] },
      status: { kind: 'Deployment', verbs: ['get', 'patch', 'update'] },
    },
  },
  {
    spec: ref(2, DeploymentSpec, { emit: 'always' }),
    status: ref(3, DeploymentStatus, { emit: 'always' }),
  },
);
export interface Deployment extends Of<typeof Deployment> {}
