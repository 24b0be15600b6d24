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
    lastTransitionTime: time(3, { doc: 'When the status last changed.', emit: 'always' }),
    message: string(5, { doc: 'Why, for people.' }),
    reason: string(4, { doc: 'Why, in one word.' }),
    status: required(string(2, { doc: 'True, False or Unknown.', emit: 'always' })),
    type: required(string(1, { doc: 'Which aspect.', emit: 'always' })),
  },
  { doc: 'What is known about one aspect of a daemon set.' },
);
export interface DaemonSetCondition extends Of<typeof DaemonSetCondition> {}

export const RollingUpdateDaemonSet = struct(
  'io.k8s.api.apps.v1.RollingUpdateDaemonSet',
  {
    maxSurge: intOrString(2, {
      doc: 'On how many nodes a new pod may start before the old one ends.',
      emit: 'if-set',
    }),
    maxUnavailable: intOrString(1, { doc: 'On how many nodes the pod may be missing.', emit: 'if-set' }),
  },
  { doc: 'How fast pods are replaced.' },
);
export interface RollingUpdateDaemonSet extends Of<typeof RollingUpdateDaemonSet> {}

export const DaemonSetUpdateStrategy = struct(
  'io.k8s.api.apps.v1.DaemonSetUpdateStrategy',
  {
    rollingUpdate: ref(2, RollingUpdateDaemonSet, { doc: 'How fast, for RollingUpdate.', emit: 'if-set' }),
    type: string(1, {
      doc: 'RollingUpdate, or OnDelete to wait until somebody deletes them.',
      assumed: 'RollingUpdate',
      enum: ['OnDelete', 'RollingUpdate'],
    }),
  },
  { doc: 'How pods are replaced.' },
);
export interface DaemonSetUpdateStrategy extends Of<typeof DaemonSetUpdateStrategy> {}

export const DaemonSetSpec = struct(
  'io.k8s.api.apps.v1.DaemonSetSpec',
  {
    minReadySeconds: int32(4, { doc: 'A pod counts as available after being ready for so long.' }),
    revisionHistoryLimit: int32(6, { doc: 'How many old revisions are kept.', assumed: 10, emit: 'if-set' }),
    selector: required(
      ref(1, LabelSelector, { doc: 'The labels of its pods. It cannot be changed.', emit: 'if-set' }),
    ),
    template: required(ref(2, PodTemplateSpec, { doc: 'What its pods look like.', emit: 'always' })),
    updateStrategy: ref(3, DaemonSetUpdateStrategy, { doc: 'How pods are replaced.', emit: 'always' }),
  },
  { doc: 'Which pods.' },
);
export interface DaemonSetSpec extends Of<typeof DaemonSetSpec> {}

export const DaemonSetStatus = struct(
  'io.k8s.api.apps.v1.DaemonSetStatus',
  {
    collisionCount: int32(9, { doc: 'How often a name for a revision was taken.', emit: 'if-set' }),
    conditions: list(10, DaemonSetCondition, {
      doc: 'Its state, by aspect.',
      listType: 'map',
      keys: ['type'],
      merge: 'type',
    }),
    currentNumberScheduled: required(int32(1, { doc: 'Nodes that have it and should.', emit: 'always' })),
    desiredNumberScheduled: required(int32(3, { doc: 'Nodes that should have it.', emit: 'always' })),
    numberAvailable: int32(7, { doc: 'Nodes where it is available.' }),
    numberMisscheduled: required(int32(2, { doc: 'Nodes that have it and should not.', emit: 'always' })),
    numberReady: required(int32(4, { doc: 'Nodes where it is ready.', emit: 'always' })),
    numberUnavailable: int32(8, { doc: 'Nodes where it is missing.' }),
    observedGeneration: int64(5, { doc: 'The generation this status is about.' }),
    updatedNumberScheduled: int32(6, { doc: 'Nodes that have the newest.' }),
  },
  { doc: 'How many nodes have their pod.' },
);
export interface DaemonSetStatus extends Of<typeof DaemonSetStatus> {}

export const DaemonSet = resource(
  'io.k8s.api.apps.v1.DaemonSet',
  {
    doc: 'Keeps one pod on every node that fits.',
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
