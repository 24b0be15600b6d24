import { int64, type Of, required, string, struct, time } from '../../schema/notation.ts';

export const Condition = struct('io.k8s.apimachinery.pkg.apis.meta.v1.Condition', {
  lastTransitionTime: required(time(4, { emit: 'always' })),
  message: required(string(6, { emit: 'always' })),
  observedGeneration: int64(3),
  reason: required(string(5, { emit: 'always' })),
  status: required(string(2, { emit: 'always' })),
  type: required(string(1, { emit: 'always' })),
});
export interface Condition extends Of<typeof Condition> {}
