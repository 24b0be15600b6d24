import { list, type Of, required, string, struct, text } from '../../schema/notation.ts';

export const TopologySelectorLabelRequirement = struct(
  'io.k8s.api.core.v1.TopologySelectorLabelRequirement',
  {
    key: required(string(1, { emit: 'always' })),
    values: required(list(2, text, { emit: 'always', listType: 'atomic' })),
  },
);
export interface TopologySelectorLabelRequirement extends Of<typeof TopologySelectorLabelRequirement> {}

export const TopologySelectorTerm = struct(
  'io.k8s.api.core.v1.TopologySelectorTerm',
  {
    matchLabelExpressions: list(1, TopologySelectorLabelRequirement, { listType: 'atomic' }),
  },
  { atomic: true },
);
export interface TopologySelectorTerm extends Of<typeof TopologySelectorTerm> {}
