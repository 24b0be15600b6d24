import { resource } from '../../../meta/v1/resource.ts';
import { list, type Of, ref, required } from '../../../schema/notation.ts';
import { RoleRef, Subject } from './policy.ts';

export const RoleBinding = resource(
  'io.k8s.api.rbac.v1.RoleBinding',
  {
    doc: 'Grants the permissions of a role to subjects within a namespace.',
    group: 'rbac.authorization.k8s.io',
    version: 'v1',
    kind: 'RoleBinding',
    plural: 'rolebindings',
    singular: 'rolebinding',
    namespaced: true,
    storageVersionHash: 'eGsCzGH6b1g=',
  },
  {
    roleRef: required(
      ref(3, RoleRef, { doc: 'Role that is granted. It cannot be changed.', emit: 'always' }),
    ),
    subjects: list(2, Subject, { doc: 'Subjects that the role is granted to.', listType: 'atomic' }),
  },
);
export interface RoleBinding extends Of<typeof RoleBinding> {}
