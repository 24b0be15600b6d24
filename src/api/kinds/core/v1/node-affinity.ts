import { int32, list, type Of, ref, required, string, struct, text } from '../../../schema/notation.ts';

export const NodeSelectorRequirement = struct(
  'io.k8s.api.core.v1.NodeSelectorRequirement',
  {
    key: required(string(1, { doc: 'Key of the label or field to compare.', emit: 'always' })),
    operator: required(
      string(2, {
        doc: 'How values are compared: In, NotIn, Exists, DoesNotExist, Gt or Lt.',
        enum: ['DoesNotExist', 'Exists', 'Gt', 'In', 'Lt', 'NotIn'],
        emit: 'always',
      }),
    ),
    values: list(3, text, {
      doc: 'Values to compare with. Empty for Exists and DoesNotExist; a single integer for Gt and Lt.',
      listType: 'atomic',
    }),
  },
  { doc: 'Requirement on a label or field of a node.' },
);
export interface NodeSelectorRequirement extends Of<typeof NodeSelectorRequirement> {}

export const NodeSelectorTerm = struct(
  'io.k8s.api.core.v1.NodeSelectorTerm',
  {
    matchExpressions: list(1, NodeSelectorRequirement, {
      doc: 'Requirements on labels of the node.',
      listType: 'atomic',
    }),
    matchFields: list(2, NodeSelectorRequirement, {
      doc: 'Requirements on fields of the node. Only metadata.name is supported.',
      listType: 'atomic',
    }),
  },
  { doc: 'Requirements that must all be met. An empty term matches no nodes.', atomic: true },
);
export interface NodeSelectorTerm extends Of<typeof NodeSelectorTerm> {}

export const PreferredSchedulingTerm = struct(
  'io.k8s.api.core.v1.PreferredSchedulingTerm',
  {
    preference: required(
      ref(2, NodeSelectorTerm, { doc: 'Node selector term that the preference refers to.', emit: 'always' }),
    ),
    weight: required(int32(1, { doc: 'Weight of the preference, from 1 to 100.', emit: 'always' })),
  },
  { doc: 'Weighted preference for nodes that match a term.' },
);
export interface PreferredSchedulingTerm extends Of<typeof PreferredSchedulingTerm> {}

export const NodeSelector = struct(
  'io.k8s.api.core.v1.NodeSelector',
  {
    nodeSelectorTerms: required(
      list(1, NodeSelectorTerm, {
        doc: 'Terms of which at least one must match.',
        emit: 'always',
        listType: 'atomic',
      }),
    ),
  },
  { doc: 'Selects nodes by one or more terms.', atomic: true },
);
export interface NodeSelector extends Of<typeof NodeSelector> {}

export const NodeAffinity = struct(
  'io.k8s.api.core.v1.NodeAffinity',
  {
    preferredDuringSchedulingIgnoredDuringExecution: list(2, PreferredSchedulingTerm, {
      doc: 'Preferred terms. Nodes with the highest sum of weights of matching terms are preferred.',
      listType: 'atomic',
    }),
    requiredDuringSchedulingIgnoredDuringExecution: ref(1, NodeSelector, {
      doc: 'Node selector that must match for the pod to be scheduled onto a node.',
      emit: 'if-set',
    }),
  },
  { doc: 'Rules for the nodes that a pod can be scheduled onto.' },
);
export interface NodeAffinity extends Of<typeof NodeAffinity> {}
