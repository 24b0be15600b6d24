import { list, map, type Of, required, string, struct, text } from '../../schema/notation.ts';

export const FieldSelectorRequirement = struct(
  'io.k8s.apimachinery.pkg.apis.meta.v1.FieldSelectorRequirement',
  {
    key: required(string(1, { doc: 'Key of the field.', emit: 'always' })),
    operator: required(
      string(2, { doc: 'How values are compared: In, NotIn, Exists or DoesNotExist.', emit: 'always' }),
    ),
    values: list(3, text, {
      doc: 'Values to compare with. Required for In and NotIn, otherwise empty.',
      listType: 'atomic',
    }),
  },
  { doc: 'Requirement on a field.' },
);
export interface FieldSelectorRequirement extends Of<typeof FieldSelectorRequirement> {}

export const LabelSelectorRequirement = struct(
  'io.k8s.apimachinery.pkg.apis.meta.v1.LabelSelectorRequirement',
  {
    key: required(string(1, { doc: 'Key of the label.', emit: 'always' })),
    operator: required(
      string(2, { doc: 'How values are compared: In, NotIn, Exists or DoesNotExist.', emit: 'always' }),
    ),
    values: list(3, text, {
      doc: 'Values to compare with. Required for In and NotIn, otherwise empty.',
      listType: 'atomic',
    }),
  },
  { doc: 'Requirement on a label.' },
);
export interface LabelSelectorRequirement extends Of<typeof LabelSelectorRequirement> {}

export const LabelSelector = struct(
  'io.k8s.apimachinery.pkg.apis.meta.v1.LabelSelector',
  {
    matchExpressions: list(2, LabelSelectorRequirement, {
      doc: 'Requirements on labels. All of them must be met.',
      listType: 'atomic',
    }),
    matchLabels: map(1, text, { doc: 'Labels and the exact values that they must have.' }),
  },
  {
    doc: 'Selects objects by label. All requirements must be met; an empty selector matches all objects.',
    atomic: true,
  },
);
export interface LabelSelector extends Of<typeof LabelSelector> {}
