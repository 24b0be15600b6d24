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
    lastTransitionTime: time(7, { doc: 'When the status last changed.', emit: 'always' }),
    lastUpdateTime: time(6, { doc: 'When it was last written.', emit: 'always' }),
    message: string(5, { doc: 'Why, for people.' }),
    reason: string(4, { doc: 'Why, in one word.' }),
    status: required(string(2, { doc: 'True, False or Unknown.', emit: 'always' })),
    type: required(string(1, { doc: 'Which aspect.', emit: 'always' })),
  },
  { doc: 'What is known about one aspect of a deployment.' },
);
export interface DeploymentCondition extends Of<typeof DeploymentCondition> {}

export const RollingUpdateDeployment = struct(
  'io.k8s.api.apps.v1.RollingUpdateDeployment',
  {
    maxSurge: intOrString(2, {
      doc: 'How many pods more than wanted there may be, as a number or percentage.',
      emit: 'if-set',
    }),
    maxUnavailable: intOrString(1, {
      doc: 'How many pods may be missing, as a number or percentage.',
      emit: 'if-set',
    }),
  },
  { doc: 'How fast pods are replaced.' },
);
export interface RollingUpdateDeployment extends Of<typeof RollingUpdateDeployment> {}

export const DeploymentStrategy = struct(
  'io.k8s.api.apps.v1.DeploymentStrategy',
  {
    rollingUpdate: ref(2, RollingUpdateDeployment, { doc: 'How fast, for RollingUpdate.', emit: 'if-set' }),
    type: string(1, {
      doc: 'RollingUpdate, or Recreate to end all old pods first.',
      assumed: 'RollingUpdate',
      enum: ['Recreate', 'RollingUpdate'],
    }),
  },
  { doc: 'How old pods are replaced.' },
);
export interface DeploymentStrategy extends Of<typeof DeploymentStrategy> {}

export const DeploymentSpec = struct(
  'io.k8s.api.apps.v1.DeploymentSpec',
  {
    minReadySeconds: int32(5, { doc: 'A pod counts as available after being ready for so long.' }),
    paused: boolean(7, { doc: 'Make no new rollout for now.' }),
    progressDeadlineSeconds: int32(9, {
      doc: 'Without progress for so long, the rollout is reported as stuck.',
      assumed: 600,
      emit: 'if-set',
    }),
    replicas: int32(1, { doc: 'How many pods are wanted.', assumed: 1, emit: 'if-set' }),
    revisionHistoryLimit: int32(6, {
      doc: 'How many old replica sets are kept for going back.',
      assumed: 10,
      emit: 'if-set',
    }),
    selector: required(
      ref(2, LabelSelector, { doc: 'The labels of its pods. It cannot be changed.', emit: 'if-set' }),
    ),
    strategy: ref(4, DeploymentStrategy, {
      doc: 'How old pods are replaced.',
      emit: 'always',
      retainKeys: true,
    }),
    template: required(ref(3, PodTemplateSpec, { doc: 'What its pods look like.', emit: 'always' })),
  },
  { doc: 'Which pods, how many, and how they are replaced.' },
);
export interface DeploymentSpec extends Of<typeof DeploymentSpec> {}

export const DeploymentStatus = struct(
  'io.k8s.api.apps.v1.DeploymentStatus',
  {
    availableReplicas: int32(4, { doc: 'Pods that are available.' }),
    collisionCount: int32(8, { doc: 'How often a name for a replica set was taken.', emit: 'if-set' }),
    conditions: list(6, DeploymentCondition, {
      doc: 'Available, progressing, failing.',
      listType: 'map',
      keys: ['type'],
      merge: 'type',
    }),
    observedGeneration: int64(1, { doc: 'The generation this status is about.' }),
    readyReplicas: int32(7, { doc: 'Pods that are ready.' }),
    replicas: int32(2, { doc: 'Pods there are.' }),
    terminatingReplicas: int32(9, { doc: 'Pods that are ending.', emit: 'if-set' }),
    unavailableReplicas: int32(5, { doc: 'Pods that are missing.' }),
    updatedReplicas: int32(3, { doc: 'Pods of the newest template.' }),
  },
  { doc: 'How far the rollout is.' },
);
export interface DeploymentStatus extends Of<typeof DeploymentStatus> {}

export const Deployment = resource(
  'io.k8s.api.apps.v1.Deployment',
  {
    doc: 'Keeps a number of equal pods running and replaces them step by step when they change.',
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
