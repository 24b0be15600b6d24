import { int64, type Of, required, string, struct, time } from '../../schema/notation.ts';

export const Condition = struct(
  'io.k8s.apimachinery.pkg.apis.meta.v1.Condition',
  {
    lastTransitionTime: required(
      time(4, { doc: 'Last time the condition changed from one status to another.', emit: 'always' }),
    ),
    message: required(string(6, { doc: 'Human-readable message with details.', emit: 'always' })),
    observedGeneration: int64(3, { doc: 'Generation of the object that the condition is based on.' }),
    reason: required(string(5, { doc: 'Brief machine-readable reason in CamelCase.', emit: 'always' })),
    status: required(string(2, { doc: 'Status of the condition: True, False or Unknown.', emit: 'always' })),
    type: required(string(1, { doc: 'Type of the condition.', emit: 'always' })),
  },
  { doc: 'Condition of an object at a certain point.' },
);
export interface Condition extends Of<typeof Condition> {}
