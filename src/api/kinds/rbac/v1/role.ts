import { resource } from '../../../meta/v1/resource.ts';
import { list, type Of } from '../../../schema/notation.ts';
import { PolicyRule } from './policy.ts';

export const Role = resource(
  'io.k8s.api.rbac.v1.Role',
  {
    doc: 'Set of permissions within a namespace.',
    group: 'rbac.authorization.k8s.io',
    version: 'v1',
    kind: 'Role',
    plural: 'roles',
    singular: 'role',
    namespaced: true,
    storageVersionHash: '7FuwZcIIItM=',
  },
  {
    rules: list(2, PolicyRule, { doc: 'Permissions of the role.', emit: 'always', listType: 'atomic' }),
  },
);
export interface Role extends Of<typeof Role> {}
