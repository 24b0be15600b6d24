import { list, type Of, required, string, struct, text } from '../../../schema/notation.ts';

export const PolicyRule = struct(
  'io.k8s.api.rbac.v1.PolicyRule',
  {
    apiGroups: list(2, text, {
      doc: 'API groups of the resources. * matches all groups.',
      listType: 'atomic',
    }),
    nonResourceURLs: list(5, text, {
      doc: 'URL paths that are not API resources. Only for a ClusterRole.',
      listType: 'atomic',
    }),
    resourceNames: list(4, text, {
      doc: 'Names of the objects the rule applies to. An empty list allows every name.',
      listType: 'atomic',
    }),
    resources: list(3, text, {
      doc: 'Resources the rule applies to. * matches all resources.',
      listType: 'atomic',
    }),
    verbs: required(
      list(1, text, {
        doc: 'Verbs that are allowed. * allows all verbs.',
        emit: 'always',
        listType: 'atomic',
      }),
    ),
  },
  { doc: 'Set of permissions: verbs on resources or URL paths.' },
);
export interface PolicyRule extends Of<typeof PolicyRule> {}

export const RoleRef = struct(
  'io.k8s.api.rbac.v1.RoleRef',
  {
    apiGroup: string(1, {
      doc: 'API group of the role: rbac.authorization.k8s.io.',
      assumed: 'rbac.authorization.k8s.io',
      emit: 'always',
    }),
    kind: required(string(2, { doc: 'Kind of the role: Role or ClusterRole.', emit: 'always' })),
    name: required(string(3, { doc: 'Name of the object.', emit: 'always' })),
  },
  { doc: 'Reference to a Role or ClusterRole.', atomic: true },
);
export interface RoleRef extends Of<typeof RoleRef> {}

export const Subject = struct(
  'io.k8s.api.rbac.v1.Subject',
  {
    apiGroup: string(2, {
      doc: 'API group of the subject: rbac.authorization.k8s.io, or empty for a ServiceAccount.',
    }),
    kind: required(string(1, { doc: 'Kind of the subject: User, Group or ServiceAccount.', emit: 'always' })),
    name: required(string(3, { doc: 'Name of the object.', emit: 'always' })),
    namespace: string(4, { doc: 'Namespace of a ServiceAccount. Empty for other kinds.' }),
  },
  { doc: 'User, group or service account.', atomic: true },
);
export interface Subject extends Of<typeof Subject> {}
