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

export const DaemonSetCondition = struct('io.k8s.api.apps.v1.DaemonSetCondition', {
  lastTransitionTime: time(3, { emit: 'always' }),
  message: string(5),
  reason: string(4),
  status: required(string(2, { emit: 'always' })),
  type: required(string(1, { emit: 'always' })),
});
export interface DaemonSetCondition extends Of<typeof DaemonSetCondition> {}

export const RollingUpdateDaemonSet = struct('io.k8s.api.apps.v1.RollingUpdateDaemonSet', {
  maxSurge: intOrString(2, { emit: 'if-set' }),
  maxUnavailable: intOrString(1, { emit: 'if-set' }),
});
export interface RollingUpdateDaemonSet extends Of<typeof RollingUpdateDaemonSet> {}

export const DaemonSetUpdateStrategy = struct('io.k8s.api.apps.v1.DaemonSetUpdateStrategy', {
  rollingUpdate: ref(2, RollingUpdateDaemonSet, { emit: 'if-set' }),
  type: string(1, { assumed: 'RollingUpdate', enum: ['OnDelete', 'RollingUpdate'] }),
});
export interface DaemonSetUpdateStrategy extends Of<typeof DaemonSetUpdateStrategy> {}

export const DaemonSetSpec = struct('io.k8s.api.apps.v1.DaemonSetSpec', {
  minReadySeconds: int32(4),
  revisionHistoryLimit: int32(6, { assumed: 10, emit: 'if-set' }),
  selector: required(ref(1, LabelSelector, { emit: 'if-set' })),
  template: required(ref(2, PodTemplateSpec, { emit: 'always' })),
  updateStrategy: ref(3, DaemonSetUpdateStrategy, { emit: 'always' }),
});
export interface DaemonSetSpec extends Of<typeof DaemonSetSpec> {}

export const DaemonSetStatus = struct('io.k8s.api.apps.v1.DaemonSetStatus', {
  collisionCount: int32(9, { emit: 'if-set' }),
  conditions: list(10, DaemonSetCondition, { listType: 'map', keys: ['type'], merge: 'type' }),
  currentNumberScheduled: required(int32(1, { emit: 'always' })),
  desiredNumberScheduled: required(int32(3, { emit: 'always' })),
  numberAvailable: int32(7),
  numberMisscheduled: required(int32(2, { emit: 'always' })),
  numberReady: required(int32(4, { emit: 'always' })),
  numberUnavailable: int32(8),
  observedGeneration: int64(5),
  updatedNumberScheduled: int32(6),
});
export interface DaemonSetStatus extends Of<typeof DaemonSetStatus> {}

export const DaemonSet = resource(
  'io.k8s.api.apps.v1.DaemonSet',
  {
    group: 'apps',
    version: 'v1',
    kind: 'DaemonSet',
    plural: 'daemonsets',
    singular: 'daemonset',
    namespaced: true,
    shortNames: ['ds'],
    categories: ['all'],
    storageVersionHash: 'dd7pWHUlMKQ=',
    subresources: { status: { kind: 'DaemonSet', verbs: ['get', 'patch', 'update'] } },
  },
  {
    spec: ref(2, DaemonSetSpec, { emit: 'always' }),
    status: ref(3, DaemonSetStatus, { emit: 'always' }),
  },
);
export interface DaemonSet extends Of<typeof DaemonSet> {}
