import { int32, list, type Of, ref, required, string, struct, text } from '../../schema/notation.ts';

export const NodeSelectorRequirement = struct('io.k8s.api.core.v1.NodeSelectorRequirement', {
  key: required(string(1, { emit: 'always' })),
  operator: required(
    string(2, { enum: ['DoesNotExist', 'Exists', 'Gt', 'In', 'Lt', 'NotIn'], emit: 'always' }),
  ),
  values: list(3, text, { listType: 'atomic' }),
});
export interface NodeSelectorRequirement extends Of<typeof NodeSelectorRequirement> {}

export const NodeSelectorTerm = struct(
  'io.k8s.api.core.v1.NodeSelectorTerm',
  {
    matchExpressions: list(1, NodeSelectorRequirement, { listType: 'atomic' }),
    matchFields: list(2, NodeSelectorRequirement, { listType: 'atomic' }),
  },
  { atomic: true },
);
export interface NodeSelectorTerm extends Of<typeof NodeSelectorTerm> {}

export const PreferredSchedulingTerm = struct('io.k8s.api.core.v1.PreferredSchedulingTerm', {
  preference: required(ref(2, NodeSelectorTerm, { emit: 'always' })),
  weight: required(int32(1, { emit: 'always' })),
});
export interface PreferredSchedulingTerm extends Of<typeof PreferredSchedulingTerm> {}

export const NodeSelector = struct(
  'io.k8s.api.core.v1.NodeSelector',
  {
    nodeSelectorTerms: required(list(1, NodeSelectorTerm, { emit: 'always', listType: 'atomic' })),
  },
  { atomic: true },
);
export interface NodeSelector extends Of<typeof NodeSelector> {}

export const NodeAffinity = struct(
  'io.k8s.api.core.v1.NodeAffinity',
  {
    preferredDuringSchedulingIgnoredDuringExecution: list(2, PreferredSchedulingTerm, {
      doc: 'Nodes that are liked, by weight.',
      listType: 'atomic',
    }),
    requiredDuringSchedulingIgnoredDuringExecution: ref(1, NodeSelector, {
      doc: 'Nodes that are possible at all.',
      emit: 'if-set',
    }),
  },
  { doc: 'Which nodes a pod would like or needs.' },
);
export interface NodeAffinity extends Of<typeof NodeAffinity> {}
