import { LabelSelector } from '../../meta/v1/label-selector.ts';
import { int32, int64, list, type Of, ref, required, string, struct, text } from '../../schema/notation.ts';
import { NodeAffinity } from './node-affinity.ts';

export const PodAffinityTerm = struct('io.k8s.api.core.v1.PodAffinityTerm', {
  labelSelector: ref(1, LabelSelector, { emit: 'if-set' }),
  matchLabelKeys: list(5, text, { listType: 'atomic' }),
  mismatchLabelKeys: list(6, text, { listType: 'atomic' }),
  namespaceSelector: ref(4, LabelSelector, { emit: 'if-set' }),
  namespaces: list(2, text, { listType: 'atomic' }),
  topologyKey: required(string(3, { emit: 'always' })),
});
export interface PodAffinityTerm extends Of<typeof PodAffinityTerm> {}

export const WeightedPodAffinityTerm = struct('io.k8s.api.core.v1.WeightedPodAffinityTerm', {
  podAffinityTerm: required(ref(2, PodAffinityTerm, { emit: 'always' })),
  weight: required(int32(1, { emit: 'always' })),
});
export interface WeightedPodAffinityTerm extends Of<typeof WeightedPodAffinityTerm> {}

export const PodAffinity = struct('io.k8s.api.core.v1.PodAffinity', {
  preferredDuringSchedulingIgnoredDuringExecution: list(2, WeightedPodAffinityTerm, { listType: 'atomic' }),
  requiredDuringSchedulingIgnoredDuringExecution: list(1, PodAffinityTerm, { listType: 'atomic' }),
});
export interface PodAffinity extends Of<typeof PodAffinity> {}

export const PodAntiAffinity = struct('io.k8s.api.core.v1.PodAntiAffinity', {
  preferredDuringSchedulingIgnoredDuringExecution: list(2, WeightedPodAffinityTerm, { listType: 'atomic' }),
  requiredDuringSchedulingIgnoredDuringExecution: list(1, PodAffinityTerm, { listType: 'atomic' }),
});
export interface PodAntiAffinity extends Of<typeof PodAntiAffinity> {}

export const Affinity = struct('io.k8s.api.core.v1.Affinity', {
  nodeAffinity: ref(1, NodeAffinity, { emit: 'if-set' }),
  podAffinity: ref(2, PodAffinity, { emit: 'if-set' }),
  podAntiAffinity: ref(3, PodAntiAffinity, { emit: 'if-set' }),
});
export interface Affinity extends Of<typeof Affinity> {}

export const Toleration = struct('io.k8s.api.core.v1.Toleration', {
  effect: string(4, { enum: ['NoExecute', 'NoSchedule', 'PreferNoSchedule'] }),
  key: string(1),
  operator: string(2, { enum: ['Equal', 'Exists', 'Gt', 'Lt'] }),
  tolerationSeconds: int64(5, { emit: 'if-set' }),
  value: string(3),
});
export interface Toleration extends Of<typeof Toleration> {}

export const TopologySpreadConstraint = struct('io.k8s.api.core.v1.TopologySpreadConstraint', {
  labelSelector: ref(4, LabelSelector, { emit: 'if-set' }),
  matchLabelKeys: list(8, text, { listType: 'atomic' }),
  maxSkew: required(int32(1, { emit: 'always' })),
  minDomains: int32(5, { emit: 'if-set' }),
  nodeAffinityPolicy: string(6, { enum: ['Honor', 'Ignore'], emit: 'if-set' }),
  nodeTaintsPolicy: string(7, { enum: ['Honor', 'Ignore'], emit: 'if-set' }),
  topologyKey: required(string(2, { emit: 'always' })),
  whenUnsatisfiable: required(string(3, { enum: ['DoNotSchedule', 'ScheduleAnyway'], emit: 'always' })),
});
export interface TopologySpreadConstraint extends Of<typeof TopologySpreadConstraint> {}
