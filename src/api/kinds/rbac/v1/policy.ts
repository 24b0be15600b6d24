import { list, type Of, required, string, struct, text } from '../../../schema/notation.ts';

export const PolicyRule = struct(
  'io.k8s.api.rbac.v1.PolicyRule',
  {
    apiGroups: list(2, text, { doc: 'In which API groups; * for all.', listType: 'atomic' }),
    nonResourceURLs: list(5, text, { doc: 'Which paths that are no resources.', listType: 'atomic' }),
    resourceNames: list(4, text, { doc: 'Which objects, by name; all if left out.', listType: 'atomic' }),
    resources: list(3, text, { doc: 'Which resources; * for all.', listType: 'atomic' }),
    verbs: required(
      list(1, text, { doc: 'What may be done; * for everything.', emit: 'always', listType: 'atomic' }),
    ),
  },
  { doc: 'A right.' },
);
export interface PolicyRule extends Of<typeof PolicyRule> {}

export const RoleRef = struct(
  'io.k8s.api.rbac.v1.RoleRef',
  {
    apiGroup: string(1, {
      doc: 'Always rbac.authorization.k8s.io.',
      assumed: 'rbac.authorization.k8s.io',
      emit: 'always',
    }),
    kind: required(string(2, { doc: 'Role or ClusterRole.', emit: 'always' })),
    name: required(string(3, { doc: 'Its name.', emit: 'always' })),
  },
  { doc: 'A role.', atomic: true },
);
export interface RoleRef extends Of<typeof RoleRef> {}

export const Subject = struct(
  'io.k8s.api.rbac.v1.Subject',
  {
    apiGroup: string(2, { doc: 'rbac.authorization.k8s.io, or empty for service accounts.' }),
    kind: required(string(1, { doc: 'User, Group or ServiceAccount.', emit: 'always' })),
    name: required(string(3, { doc: 'Its name.', emit: 'always' })),
    namespace: string(4, { doc: 'The namespace of a service account.' }),
  },
  { doc: 'A user, group or service account.', atomic: true },
);
export interface Subject extends Of<typeof Subject> {}
