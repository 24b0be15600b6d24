import { LabelSelector } from '../../../meta/v1/label-selector.ts';
import { resource } from '../../../meta/v1/resource.ts';
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
} from '../../../schema/notation.ts';
import { PodTemplateSpec } from '../../core/v1/pod-spec.ts';

export const DaemonSetCondition = struct(
  'io.k8s.api.apps.v1.DaemonSetCondition',
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
  { doc: 'Condition of a DaemonSet at a certain point.' },
);
export interface DaemonSetCondition extends Of<typeof DaemonSetCondition> {}

export const RollingUpdateDaemonSet = struct(
  'io.k8s.api.apps.v1.RollingUpdateDaemonSet',
  {
    maxSurge: intOrString(2, {
      doc: 'Maximum number or percentage of nodes on which a new pod may run before the old one has stopped.',
      emit: 'if-set',
    }),
    maxUnavailable: intOrString(1, {
      doc: 'Maximum number or percentage of nodes whose pod may be unavailable during the update.',
      emit: 'if-set',
    }),
  },
  { doc: 'Parameters of a rolling update.' },
);
export interface RollingUpdateDaemonSet extends Of<typeof RollingUpdateDaemonSet> {}

export const DaemonSetUpdateStrategy = struct(
  'io.k8s.api.apps.v1.DaemonSetUpdateStrategy',
  {
    rollingUpdate: ref(2, RollingUpdateDaemonSet, {
      doc: 'Parameters of the rolling update. Used if type is RollingUpdate.',
      emit: 'if-set',
    }),
    type: string(1, {
      doc: 'Type of the update: RollingUpdate, or OnDelete to replace pods only when they are deleted.',
      assumed: 'RollingUpdate',
      enum: ['OnDelete', 'RollingUpdate'],
    }),
  },
  { doc: 'How pods are replaced when the template changes.' },
);
export interface DaemonSetUpdateStrategy extends Of<typeof DaemonSetUpdateStrategy> {}

export const DaemonSetSpec = struct(
  'io.k8s.api.apps.v1.DaemonSetSpec',
  {
    minReadySeconds: int32(4, {
      doc: 'Minimum number of seconds that a new pod must be ready before it is considered available. Defaults to 0.',
    }),
    revisionHistoryLimit: int32(6, {
      doc: 'Number of old revisions to keep for rollbacks. Defaults to 10.',
      assumed: 10,
      emit: 'if-set',
    }),
    selector: required(
      ref(1, LabelSelector, {
        doc: 'Label selector for the pods. It must match the labels of the template and cannot be changed.',
        emit: 'if-set',
      }),
    ),
    template: required(ref(2, PodTemplateSpec, { doc: 'Template of the pods to create.', emit: 'always' })),
    updateStrategy: ref(3, DaemonSetUpdateStrategy, {
      doc: 'How pods are replaced when the template changes.',
      emit: 'always',
    }),
  },
  { doc: 'Desired behavior of the DaemonSet.' },
);
export interface DaemonSetSpec extends Of<typeof DaemonSetSpec> {}

export const DaemonSetStatus = struct(
  'io.k8s.api.apps.v1.DaemonSetStatus',
  {
    collisionCount: int32(9, {
      doc: 'Number of hash collisions for revision names, used to avoid further collisions.',
      emit: 'if-set',
    }),
    conditions: list(10, DaemonSetCondition, {
      doc: 'Latest observations of the current state.',
      listType: 'map',
      keys: ['type'],
      merge: 'type',
    }),
    currentNumberScheduled: required(
      int32(1, { doc: 'Number of nodes that run a pod of this set and are supposed to.', emit: 'always' }),
    ),
    desiredNumberScheduled: required(
      int32(3, { doc: 'Number of nodes that should run a pod of this set.', emit: 'always' }),
    ),
    numberAvailable: int32(7, {
      doc: 'Number of nodes that should run a pod of this set and have one that is available.',
    }),
    numberMisscheduled: required(
      int32(2, {
        doc: 'Number of nodes that run a pod of this set but are not supposed to.',
        emit: 'always',
      }),
    ),
    numberReady: required(
      int32(4, {
        doc: 'Number of nodes that should run a pod of this set and have one that is ready.',
        emit: 'always',
      }),
    ),
    numberUnavailable: int32(8, {
      doc: 'Number of nodes that should run a pod of this set and have none that is available.',
    }),
    observedGeneration: int64(5, { doc: 'Generation of the object that the controller last observed.' }),
    updatedNumberScheduled: int32(6, { doc: 'Number of nodes that run a pod of the newest template.' }),
  },
  { doc: 'Observed number of nodes by the state of their pods.' },
);
export interface DaemonSetStatus extends Of<typeof DaemonSetStatus> {}

export const DaemonSet = resource(
  'io.k8s.api.apps.v1.DaemonSet',
  {
    doc: 'Ensures that all eligible nodes run a copy of a pod.',
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
