import { PodTemplateSpec } from '../../core/v1/pod-spec.ts';
import { LabelSelector } from '../../meta/v1/label-selector.ts';
import { resource } from '../../meta/v1/resource.ts';
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
} from '../../schema/notation.ts';

export const DeploymentCondition = struct('io.k8s.api.apps.v1.DeploymentCondition', {
  lastTransitionTime: time(7, { emit: 'always' }),
  lastUpdateTime: time(6, { emit: 'always' }),
  message: string(5),
  reason: string(4),
  status: required(string(2, { emit: 'always' })),
  type: required(string(1, { emit: 'always' })),
});
export interface DeploymentCondition extends Of<typeof DeploymentCondition> {}

export const RollingUpdateDeployment = struct('io.k8s.api.apps.v1.RollingUpdateDeployment', {
  maxSurge: intOrString(2, { emit: 'if-set' }),
  maxUnavailable: intOrString(1, { emit: 'if-set' }),
});
export interface RollingUpdateDeployment extends Of<typeof RollingUpdateDeployment> {}

export const DeploymentStrategy = struct('io.k8s.api.apps.v1.DeploymentStrategy', {
  rollingUpdate: ref(2, RollingUpdateDeployment, { emit: 'if-set' }),
  type: string(1, { assumed: 'RollingUpdate', enum: ['Recreate', 'RollingUpdate'] }),
});
export interface DeploymentStrategy extends Of<typeof DeploymentStrategy> {}

export const DeploymentSpec = struct('io.k8s.api.apps.v1.DeploymentSpec', {
  minReadySeconds: int32(5),
  paused: boolean(7),
  progressDeadlineSeconds: int32(9, { assumed: 600, emit: 'if-set' }),
  replicas: int32(1, { assumed: 1, emit: 'if-set' }),
  revisionHistoryLimit: int32(6, { assumed: 10, emit: 'if-set' }),
  selector: required(ref(2, LabelSelector, { emit: 'if-set' })),
  strategy: ref(4, DeploymentStrategy, { emit: 'always', retainKeys: true }),
  template: required(ref(3, PodTemplateSpec, { emit: 'always' })),
});
export interface DeploymentSpec extends Of<typeof DeploymentSpec> {}

export const DeploymentStatus = struct('io.k8s.api.apps.v1.DeploymentStatus', {
  availableReplicas: int32(4),
  collisionCount: int32(8, { emit: 'if-set' }),
  conditions: list(6, DeploymentCondition, { listType: 'map', keys: ['type'], merge: 'type' }),
  observedGeneration: int64(1),
  readyReplicas: int32(7),
  replicas: int32(2),
  terminatingReplicas: int32(9, { emit: 'if-set' }),
  unavailableReplicas: int32(5),
  updatedReplicas: int32(3),
});
export interface DeploymentStatus extends Of<typeof DeploymentStatus> {}

export const Deployment = resource(
  'io.k8s.api.apps.v1.Deployment',
  {
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
