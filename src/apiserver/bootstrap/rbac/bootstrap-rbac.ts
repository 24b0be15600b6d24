// All built-in RBAC objects, in the order in which they are created: roles before their bindings. Pure.
// Called by built-in-objects.ts. Upstream: plugin/pkg/auth/authorizer/rbac/bootstrappolicy.
import type { ClusterRole } from '../../../api/kinds/rbac/v1/cluster-role.ts';
import type { ClusterRoleBinding } from '../../../api/kinds/rbac/v1/cluster-role-binding.ts';
import type { Role } from '../../../api/kinds/rbac/v1/role.ts';
import type { RoleBinding } from '../../../api/kinds/rbac/v1/role-binding.ts';
import { administrators, clusterRoleBindings } from './cluster-role-bindings.ts';
import { clusterRoles } from './cluster-roles.ts';
import { controllerRoleBindings, controllerRoles } from './controller-roles.ts';
import { namespaceRoleBindings, namespaceRoles } from './namespace-roles.ts';
import { defaults, type IsOn } from './notation.ts';

export type RbacObject = ClusterRole | ClusterRoleBinding | Role | RoleBinding;

export const bootstrapRbac = (isOn: IsOn = defaults): RbacObject[] => [
  ...clusterRoles(isOn),
  ...controllerRoles(isOn),
  ...clusterRoleBindings(isOn),
  ...controllerRoleBindings(isOn),
  administrators(),
  ...namespaceRoles(),
  ...namespaceRoleBindings(),
];
