import { int32, list, type Of, ref, required, string, struct, text } from '../../../schema/notation.ts';

export const NodeSelectorRequirement = struct(
  'io.k8s.api.core.v1.NodeSelectorRequirement',
  {
    key: required(string(1, { doc: 'The label or field that is looked at.', emit: 'always' })),
    operator: required(
      string(2, {
        doc: 'In, NotIn, Exists, DoesNotExist, Gt or Lt.',
        enum: ['DoesNotExist', 'Exists', 'Gt', 'In', 'Lt', 'NotIn'],
        emit: 'always',
      }),
    ),
    values: list(3, text, {
      doc: 'What to compare with; none for Exists, one number for Gt and Lt.',
      listType: 'atomic',
    }),
  },
  { doc: 'A condition on one label or field of a node.' },
);
export interface NodeSelectorRequirement extends Of<typeof NodeSelectorRequirement> {}

export const NodeSelectorTerm = struct(
  'io.k8s.api.core.v1.NodeSelectorTerm',
  {
    matchExpressions: list(1, NodeSelectorRequirement, {
      doc: "Conditions on the node's labels.",
      listType: 'atomic',
    }),
    matchFields: list(2, NodeSelectorRequirement, {
      doc: "Conditions on the node's fields; only metadata.name is known.",
      listType: 'atomic',
    }),
  },
  { doc: 'Conditions that must all hold; without any it matches nothing.', atomic: true },
);
export interface NodeSelectorTerm extends Of<typeof NodeSelectorTerm> {}

export const PreferredSchedulingTerm = struct(
  'io.k8s.api.core.v1.PreferredSchedulingTerm',
  {
    preference: required(ref(2, NodeSelectorTerm, { doc: 'Which nodes are wished for.', emit: 'always' })),
    weight: required(int32(1, { doc: 'How much the wish counts, from 1 to 100.', emit: 'always' })),
  },
  { doc: 'A wish about the node, and how much it counts.' },
);
export interface PreferredSchedulingTerm extends Of<typeof PreferredSchedulingTerm> {}

export const NodeSelector = struct(
  'io.k8s.api.core.v1.NodeSelector',
  {
    nodeSelectorTerms: required(
      list(1, NodeSelectorTerm, {
        doc: 'A node is chosen when it matches any of these.',
        emit: 'always',
        listType: 'atomic',
      }),
    ),
  },
  { doc: 'Nodes, chosen by one term or another.', atomic: true },
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
