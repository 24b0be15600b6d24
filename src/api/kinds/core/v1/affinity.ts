import { LabelSelector } from '../../../meta/v1/label-selector.ts';
import {
  int32,
  int64,
  list,
  type Of,
  ref,
  required,
  string,
  struct,
  text,
} from '../../../schema/notation.ts';
import { NodeAffinity } from './node-affinity.ts';

export const PodAffinityTerm = struct(
  'io.k8s.api.core.v1.PodAffinityTerm',
  {
    labelSelector: ref(1, LabelSelector, { doc: 'The pods that are meant.', emit: 'if-set' }),
    matchLabelKeys: list(5, text, {
      doc: 'Labels that must be equal to those of the new pod.',
      listType: 'atomic',
    }),
    mismatchLabelKeys: list(6, text, {
      doc: 'Labels that must differ from those of the new pod.',
      listType: 'atomic',
    }),
    namespaceSelector: ref(4, LabelSelector, {
      doc: 'The namespaces of those pods, by label.',
      emit: 'if-set',
    }),
    namespaces: list(2, text, { doc: 'The namespaces of those pods, by name.', listType: 'atomic' }),
    topologyKey: required(
      string(3, { doc: 'Nodes with the same value of this label count as one place.', emit: 'always' }),
    ),
  },
  { doc: 'Pods, and how near is near.' },
);
export interface PodAffinityTerm extends Of<typeof PodAffinityTerm> {}

export const WeightedPodAffinityTerm = struct(
  'io.k8s.api.core.v1.WeightedPodAffinityTerm',
  {
    podAffinityTerm: required(
      ref(2, PodAffinityTerm, { doc: 'Which pods, and what counts as nearby.', emit: 'always' }),
    ),
    weight: required(int32(1, { doc: 'How much the wish counts, from 1 to 100.', emit: 'always' })),
  },
  { doc: 'A wish about pods nearby, and how much it counts.' },
);
export interface WeightedPodAffinityTerm extends Of<typeof WeightedPodAffinityTerm> {}

export const PodAffinity = struct(
  'io.k8s.api.core.v1.PodAffinity',
  {
    preferredDuringSchedulingIgnoredDuringExecution: list(2, WeightedPodAffinityTerm, {
      doc: 'Places that are liked, by weight.',
      listType: 'atomic',
    }),
    requiredDuringSchedulingIgnoredDuringExecution: list(1, PodAffinityTerm, {
      doc: 'Places that are possible at all.',
      listType: 'atomic',
    }),
  },
  { doc: 'Near which pods a pod would like to run.' },
);
export interface PodAffinity extends Of<typeof PodAffinity> {}

export const PodAntiAffinity = struct(
  'io.k8s.api.core.v1.PodAntiAffinity',
  {
    preferredDuringSchedulingIgnoredDuringExecution: list(2, WeightedPodAffinityTerm, {
      doc: 'Places that are disliked, by weight.',
      listType: 'atomic',
    }),
    requiredDuringSchedulingIgnoredDuringExecution: list(1, PodAffinityTerm, {
      doc: 'Places that are impossible.',
      listType: 'atomic',
    }),
  },
  { doc: 'Away from which pods a pod would like to run.' },
);
export interface PodAntiAffinity extends Of<typeof PodAntiAffinity> {}

export const Affinity = struct(
  'io.k8s.api.core.v1.Affinity',
  {
    nodeAffinity: ref(1, NodeAffinity, { doc: 'Which nodes.', emit: 'if-set' }),
    podAffinity: ref(2, PodAffinity, { doc: 'Near which pods.', emit: 'if-set' }),
    podAntiAffinity: ref(3, PodAntiAffinity, { doc: 'Away from which pods.', emit: 'if-set' }),
  },
  { doc: 'Where a pod would like to run.' },
);
export interface Affinity extends Of<typeof Affinity> {}

export const Toleration = struct(
  'io.k8s.api.core.v1.Toleration',
  {
    effect: string(4, {
      doc: 'NoSchedule, PreferNoSchedule or NoExecute; all of them if left out.',
      enum: ['NoExecute', 'NoSchedule', 'PreferNoSchedule'],
    }),
    key: string(1, { doc: 'The taint; all of them if left out, together with Exists.' }),
    operator: string(2, { doc: 'Equal or Exists.', enum: ['Equal', 'Exists', 'Gt', 'Lt'] }),
    tolerationSeconds: int64(5, {
      doc: 'How long a NoExecute taint is put up with; forever if left out.',
      emit: 'if-set',
    }),
    value: string(3, { doc: 'The value of the taint, for Equal.' }),
  },
  { doc: 'A taint that a pod puts up with.' },
);
export interface Toleration extends Of<typeof Toleration> {}

export const TopologySpreadConstraint = struct(
  'io.k8s.api.core.v1.TopologySpreadConstraint',
  {
    labelSelector: ref(4, LabelSelector, { doc: 'The pods that are counted.', emit: 'if-set' }),
    matchLabelKeys: list(8, text, {
      doc: 'Labels that must be equal to those of the new pod.',
      listType: 'atomic',
    }),
    maxSkew: required(int32(1, { doc: 'How uneven it may be.', emit: 'always' })),
    minDomains: int32(5, { doc: 'At least so many places are wanted.', emit: 'if-set' }),
    nodeAffinityPolicy: string(6, {
      doc: 'Whether nodes that the pod cannot use are counted: Honor or Ignore.',
      enum: ['Honor', 'Ignore'],
      emit: 'if-set',
    }),
    nodeTaintsPolicy: string(7, {
      doc: 'Whether tainted nodes are counted: Honor or Ignore.',
      enum: ['Honor', 'Ignore'],
      emit: 'if-set',
    }),
    topologyKey: required(
      string(2, { doc: 'Nodes with the same value of this label count as one place.', emit: 'always' }),
    ),
    whenUnsatisfiable: required(
      string(3, {
        doc: 'DoNotSchedule waits, ScheduleAnyway makes the best of it.',
        enum: ['DoNotSchedule', 'ScheduleAnyway'],
        emit: 'always',
      }),
    ),
  },
  { doc: 'How pods are spread.' },
);
export interface TopologySpreadConstraint extends Of<typeof TopologySpreadConstraint> {}
