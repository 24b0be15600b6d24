// What `create rolebinding` and `create clusterrolebinding` make of their flags. Pure; called by the commands beside it.
import { ClusterRoleBinding } from '../../../../api/kinds/rbac/v1/cluster-role-binding.ts';
import type { Subject } from '../../../../api/kinds/rbac/v1/policy.ts';
import { RoleBinding } from '../../../../api/kinds/rbac/v1/role-binding.ts';
import { type Made, madeOf, metadataOf, type Place } from './made.ts';

export interface SubjectFlags {
  readonly users: readonly string[];
  readonly groups: readonly string[];
  /** `namespace:name` each. */
  readonly serviceAccounts: readonly string[];
}

export const RBAC_GROUP = 'rbac.authorization.k8s.io';

function subjectsOf({ users, groups, serviceAccounts }: SubjectFlags): Subject[] {
  const ofGroup = (kind: string) => (name: string) => ({ kind, apiGroup: RBAC_GROUP, name });
  return [...users.map(ofGroup('User')), ...groups.map(ofGroup('Group')), ...serviceAccounts.map(accountOf)];
}

function accountOf(text: string): Subject {
  const [namespace = '', name = '', ...more] = text.split(':');
  if (namespace === '' || name === '' || more.length > 0)
    throw new Error('serviceaccount must be <namespace>:<name>');
  return { kind: 'ServiceAccount', name, namespace };
}

export interface RoleBindingFlags extends SubjectFlags {
  readonly clusterRole: string;
  readonly role: string;
}

export function roleBindingOf(place: Place, flags: RoleBindingFlags): Made {
  const { role, clusterRole } = flags;
  if ((clusterRole === '') === (role === ''))
    throw new Error('exactly one of clusterrole or role must be specified');
  const [kind, name] = role === '' ? ['ClusterRole', clusterRole] : ['Role', role];
  return madeOf(RoleBinding, {
    metadata: metadataOf(place),
    roleRef: { apiGroup: RBAC_GROUP, kind, name },
    ...subjects(flags),
  });
}

export const clusterRoleBindingOf = (name: string, clusterRole: string, flags: SubjectFlags): Made =>
  madeOf(ClusterRoleBinding, {
    metadata: { name },
    roleRef: { apiGroup: RBAC_GROUP, kind: 'ClusterRole', name: clusterRole },
    ...subjects(flags),
  });

function subjects(flags: SubjectFlags): { subjects?: Subject[] } {
  const list = subjectsOf(flags);
  return list.length > 0 ? { subjects: list } : {};
}
