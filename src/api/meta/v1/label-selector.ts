import { list, map, type Of, required, string, struct, text } from '../../schema/notation.ts';

export const FieldSelectorRequirement = struct(
  'io.k8s.apimachinery.pkg.apis.meta.v1.FieldSelectorRequirement',
  {
    key: required(string(1, { emit: 'always' })),
    operator: required(string(2, { emit: 'always' })),
    values: list(3, text, { listType: 'atomic' }),
  },
);
export interface FieldSelectorRequirement extends Of<typeof FieldSelectorRequirement> {}

export const LabelSelectorRequirement = struct(
  'io.k8s.apimachinery.pkg.apis.meta.v1.LabelSelectorRequirement',
  {
    key: required(string(1, { emit: 'always' })),
    operator: required(string(2, { emit: 'always' })),
    values: list(3, text, { listType: 'atomic' }),
  },
);
export interface LabelSelectorRequirement extends Of<typeof LabelSelectorRequirement> {}

export const LabelSelector = struct(
  'io.k8s.apimachinery.pkg.apis.meta.v1.LabelSelector',
  {
    matchExpressions: list(2, LabelSelectorRequirement, { listType: 'atomic' }),
    matchLabels: map(1, text),
  },
  { atomic: true },
);
export interface LabelSelector extends Of<typeof LabelSelector> {}
