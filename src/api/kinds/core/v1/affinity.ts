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
    labelSelector: ref(1, LabelSelector, {
      doc: 'Label selector for the pods the term refers to.',
      emit: 'if-set',
    }),
    matchLabelKeys: list(5, text, {
      doc: 'Label keys whose values are taken from the incoming pod and must be equal.',
      listType: 'atomic',
    }),
    mismatchLabelKeys: list(6, text, {
      doc: 'Label keys whose values are taken from the incoming pod and must differ.',
      listType: 'atomic',
    }),
    namespaceSelector: ref(4, LabelSelector, {
      doc: 'Selects the namespaces of the pods by label.',
      emit: 'if-set',
    }),
    namespaces: list(2, text, { doc: 'Names of the namespaces of the pods.', listType: 'atomic' }),
    topologyKey: required(
      string(3, {
        doc: 'Key of a node label. Nodes with the same value of it belong to the same topology domain.',
        emit: 'always',
      }),
    ),
  },
  { doc: 'Set of pods, and the topology domain in which to be or not to be with them.' },
);
export interface PodAffinityTerm extends Of<typeof PodAffinityTerm> {}

export const WeightedPodAffinityTerm = struct(
  'io.k8s.api.core.v1.WeightedPodAffinityTerm',
  {
    podAffinityTerm: required(
      ref(2, PodAffinityTerm, { doc: 'Pods and topology domain the preference refers to.', emit: 'always' }),
    ),
    weight: required(int32(1, { doc: 'Weight of the preference, from 1 to 100.', emit: 'always' })),
  },
  { doc: 'Weighted preference for being or not being near certain pods.' },
);
export interface WeightedPodAffinityTerm extends Of<typeof WeightedPodAffinityTerm> {}

export const PodAffinity = struct(
  'io.k8s.api.core.v1.PodAffinity',
  {
    preferredDuringSchedulingIgnoredDuringExecution: list(2, WeightedPodAffinityTerm, {
      doc: 'Preferred terms. Nodes with the highest sum of weights of matching terms are preferred.',
      listType: 'atomic',
    }),
    requiredDuringSchedulingIgnoredDuringExecution: list(1, PodAffinityTerm, {
      doc: 'Terms that must all be met for the pod to be scheduled onto a node.',
      listType: 'atomic',
    }),
  },
  { doc: 'Rules for scheduling a pod near other pods.' },
);
export interface PodAffinity extends Of<typeof PodAffinity> {}

export const PodAntiAffinity = struct(
  'io.k8s.api.core.v1.PodAntiAffinity',
  {
    preferredDuringSchedulingIgnoredDuringExecution: list(2, WeightedPodAffinityTerm, {
      doc: 'Terms to avoid. Nodes with the lowest sum of weights of matching terms are preferred.',
      listType: 'atomic',
    }),
    requiredDuringSchedulingIgnoredDuringExecution: list(1, PodAffinityTerm, {
      doc: 'Terms of which none may be met for the pod to be scheduled onto a node.',
      listType: 'atomic',
    }),
  },
  { doc: 'Rules for keeping a pod away from other pods.' },
);
export interface PodAntiAffinity extends Of<typeof PodAntiAffinity> {}

export const Affinity = struct(
  'io.k8s.api.core.v1.Affinity',
  {
    nodeAffinity: ref(1, NodeAffinity, {
      doc: 'Rules for the nodes a pod can be scheduled onto.',
      emit: 'if-set',
    }),
    podAffinity: ref(2, PodAffinity, {
      doc: 'Rules for scheduling the pod near other pods.',
      emit: 'if-set',
    }),
    podAntiAffinity: ref(3, PodAntiAffinity, {
      doc: 'Rules for keeping the pod away from other pods.',
      emit: 'if-set',
    }),
  },
  { doc: 'Scheduling constraints of a pod.' },
);
export interface Affinity extends Of<typeof Affinity> {}

export const Toleration = struct(
  'io.k8s.api.core.v1.Toleration',
  {
    effect: string(4, {
      doc: 'Taint effect to match: NoSchedule, PreferNoSchedule or NoExecute. Empty matches all effects.',
      enum: ['NoExecute', 'NoSchedule', 'PreferNoSchedule'],
    }),
    key: string(1, { doc: 'Taint key to match. Empty matches all keys; operator must then be Exists.' }),
    operator: string(2, {
      doc: 'How the value is compared: Exists, or Equal. Defaults to Equal.',
      enum: ['Equal', 'Exists', 'Gt', 'Lt'],
    }),
    tolerationSeconds: int64(5, {
      doc: 'Number of seconds a NoExecute taint is tolerated. By default, it is tolerated forever.',
      emit: 'if-set',
    }),
    value: string(3, { doc: 'Taint value to match. Must be empty if operator is Exists.' }),
  },
  { doc: 'Allows a pod to be scheduled onto nodes with a matching taint.' },
);
export interface Toleration extends Of<typeof Toleration> {}

export const TopologySpreadConstraint = struct(
  'io.k8s.api.core.v1.TopologySpreadConstraint',
  {
    labelSelector: ref(4, LabelSelector, {
      doc: 'Label selector for the pods that are counted.',
      emit: 'if-set',
    }),
    matchLabelKeys: list(8, text, {
      doc: 'Label keys whose values are taken from the incoming pod and must be equal.',
      listType: 'atomic',
    }),
    maxSkew: required(
      int32(1, {
        doc: 'Maximum permitted difference in the number of matching pods between topology domains.',
        emit: 'always',
      }),
    ),
    minDomains: int32(5, { doc: 'Minimum number of eligible topology domains.', emit: 'if-set' }),
    nodeAffinityPolicy: string(6, {
      doc: 'How node affinity and selector affect the count: Honor counts only matching nodes, Ignore counts all nodes.',
      enum: ['Honor', 'Ignore'],
      emit: 'if-set',
    }),
    nodeTaintsPolicy: string(7, {
      doc: 'How taints affect the count: Honor leaves out nodes that the pod does not tolerate, Ignore counts all nodes.',
      enum: ['Honor', 'Ignore'],
      emit: 'if-set',
    }),
    topologyKey: required(
      string(2, {
        doc: 'Key of a node label. Nodes with the same value of it belong to the same topology domain.',
        emit: 'always',
      }),
    ),
    whenUnsatisfiable: required(
      string(3, {
        doc: 'What to do if the constraint cannot be met: DoNotSchedule, or ScheduleAnyway with a preference.',
        enum: ['DoNotSchedule', 'ScheduleAnyway'],
        emit: 'always',
      }),
    ),
  },
  { doc: 'How matching pods are spread among topology domains.' },
);
export interface TopologySpreadConstraint extends Of<typeof TopologySpreadConstraint> {}
