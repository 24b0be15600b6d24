import { int64, type Of, required, string, struct, time } from '../../schema/notation.ts';

export const Condition = struct(
  'io.k8s.apimachinery.pkg.apis.meta.v1.Condition',
  {
    lastTransitionTime: required(time(4, { doc: 'When the status last changed.', emit: 'always' })),
    message: required(string(6, { doc: 'Why, for people.', emit: 'always' })),
    observedGeneration: int64(3, { doc: 'The generation of the object this was true for.' }),
    reason: required(string(5, { doc: 'Why, in one word.', emit: 'always' })),
    status: required(string(2, { doc: 'True, False or Unknown.', emit: 'always' })),
    type: required(string(1, { doc: 'Which aspect.', emit: 'always' })),
  },
  { doc: 'One aspect of the state of an object.' },
);
export interface Condition extends Of<typeof Condition> {}
