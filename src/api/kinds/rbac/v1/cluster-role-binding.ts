import { resource } from '../../../meta/v1/resource.ts';
import { list, type Of, ref, required } from '../../../schema/notation.ts';
import { RoleRef, Subject } from './policy.ts';

export const ClusterRoleBinding = resource(
  'io.k8s.api.rbac.v1.ClusterRoleBinding',
  {
    doc: 'Grants the permissions of a ClusterRole to subjects in the whole cluster.',
    group: 'rbac.authorization.k8s.io',
    version: 'v1',
    kind: 'ClusterRoleBinding',
    plural: 'clusterrolebindings',
    singular: 'clusterrolebinding',
    namespaced: false,
    storageVersionHash: '48tpQ8gZHFc=',
  },
  {
    roleRef: required(
      ref(3, RoleRef, { doc: 'Role that is granted. It cannot be changed.', emit: 'always' }),
    ),
    subjects: list(2, Subject, { doc: 'Subjects that the role is granted to.', listType: 'atomic' }),
  },
);
export interface ClusterRoleBinding extends Of<typeof ClusterRoleBinding> {}
