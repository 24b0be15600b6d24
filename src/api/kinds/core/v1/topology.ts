import { list, type Of, required, string, struct, text } from '../../../schema/notation.ts';

export const TopologySelectorLabelRequirement = struct(
  'io.k8s.api.core.v1.TopologySelectorLabelRequirement',
  {
    key: required(string(1, { doc: 'Key of the label to compare.', emit: 'always' })),
    values: required(
      list(2, text, { doc: 'Values of which the label must have one.', emit: 'always', listType: 'atomic' }),
    ),
  },
  { doc: 'Requirement on a label of a node.' },
);
export interface TopologySelectorLabelRequirement extends Of<typeof TopologySelectorLabelRequirement> {}

export const TopologySelectorTerm = struct(
  'io.k8s.api.core.v1.TopologySelectorTerm',
  {
    matchLabelExpressions: list(1, TopologySelectorLabelRequirement, {
      doc: 'Requirements by label.',
      listType: 'atomic',
    }),
  },
  { doc: 'Topology term: requirements on labels of a node that must all be met.', atomic: true },
);
export interface TopologySelectorTerm extends Of<typeof TopologySelectorTerm> {}
