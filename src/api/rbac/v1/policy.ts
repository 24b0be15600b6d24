import { list, type Of, required, string, struct, text } from '../../schema/notation.ts';

export const PolicyRule = struct('io.k8s.api.rbac.v1.PolicyRule', {
  apiGroups: list(2, text, { listType: 'atomic' }),
  nonResourceURLs: list(5, text, { listType: 'atomic' }),
  resourceNames: list(4, text, { listType: 'atomic' }),
  resources: list(3, text, { listType: 'atomic' }),
  verbs: required(list(1, text, { emit: 'always', listType: 'atomic' })),
});
export interface PolicyRule extends Of<typeof PolicyRule> {}

export const RoleRef = struct(
  'io.k8s.api.rbac.v1.RoleRef',
  {
    apiGroup: string(1, { assumed: 'rbac.authorization.k8s.io', emit: 'always' }),
    kind: required(string(2, { emit: 'always' })),
    name: required(string(3, { emit: 'always' })),
  },
  { atomic: true },
);
export interface RoleRef extends Of<typeof RoleRef> {}

export const Subject = struct(
  'io.k8s.api.rbac.v1.Subject',
  {
    apiGroup: string(2),
    kind: required(string(1, { emit: 'always' })),
    name: required(string(3, { emit: 'always' })),
    namespace: string(4),
  },
  { atomic: true },
);
export interface Subject extends Of<typeof Subject> {}
