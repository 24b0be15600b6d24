import { list, map, type Of, required, string, struct, text } from '../../schema/notation.ts';

export const FieldSelectorRequirement = struct(
  'io.k8s.apimachinery.pkg.apis.meta.v1.FieldSelectorRequirement',
  {
    key: required(string(1, { doc: 'The field, as in field selectors.', emit: 'always' })),
    operator: required(string(2, { doc: 'In, NotIn, Exists or DoesNotExist.', emit: 'always' })),
    values: list(3, text, { doc: 'The values for In and NotIn; empty for the others.', listType: 'atomic' }),
  },
  { doc: 'A requirement on one field.' },
);
export interface FieldSelectorRequirement extends Of<typeof FieldSelectorRequirement> {}

export const LabelSelectorRequirement = struct(
  'io.k8s.apimachinery.pkg.apis.meta.v1.LabelSelectorRequirement',
  {
    key: required(string(1, { doc: 'The label.', emit: 'always' })),
    operator: required(string(2, { doc: 'In, NotIn, Exists or DoesNotExist.', emit: 'always' })),
    values: list(3, text, { doc: 'The values for In and NotIn; empty for the others.', listType: 'atomic' }),
  },
  { doc: 'A requirement on one label.' },
);
export interface LabelSelectorRequirement extends Of<typeof LabelSelectorRequirement> {}

export const LabelSelector = struct(
  'io.k8s.apimachinery.pkg.apis.meta.v1.LabelSelector',
  {
    matchExpressions: list(2, LabelSelectorRequirement, {
      doc: 'Requirements on single labels.',
      listType: 'atomic',
    }),
    matchLabels: map(1, text, { doc: 'Labels that must be there with exactly these values.' }),
  },
  {
    doc: 'Selects objects by labels. All requirements must hold; an empty selector matches everything.',
    atomic: true,
  },
);
export interface LabelSelector extends Of<typeof LabelSelector> {}
