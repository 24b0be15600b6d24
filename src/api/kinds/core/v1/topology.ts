import { list, type Of, required, string, struct, text } from '../../../schema/notation.ts';

export const TopologySelectorLabelRequirement = struct(
  'io.k8s.api.core.v1.TopologySelectorLabelRequirement',
  {
    key: required(string(1, { doc: 'The label that is looked at.', emit: 'always' })),
    values: required(
      list(2, text, { doc: "One of these must be the label's value.", emit: 'always', listType: 'atomic' }),
    ),
  },
  { doc: 'A node label and the values it may have.' },
);
export interface TopologySelectorLabelRequirement extends Of<typeof TopologySelectorLabelRequirement> {}

export const TopologySelectorTerm = struct(
  'io.k8s.api.core.v1.TopologySelectorTerm',
  {
    matchLabelExpressions: list(1, TopologySelectorLabelRequirement, {
      doc: 'The conditions, one per label.',
      listType: 'atomic',
    }),
  },
  { doc: 'Conditions on node labels that must all hold.', atomic: true },
);
export interface TopologySelectorTerm extends Of<typeof TopologySelectorTerm> {}
