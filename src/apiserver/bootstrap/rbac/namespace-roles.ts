// The built-in roles and role bindings in kube-system and kube-public, as in v1.36.
// Upstream: plugin/pkg/auth/authorizer/rbac/bootstrappolicy/namespace_policy.go.
import type { Role } from '../../../api/kinds/rbac/v1/role.ts';
import type { RoleBinding } from '../../../api/kinds/rbac/v1/role-binding.ts';
import { account, EVENTS, on, role, roleBinding, user } from './notation.ts';

export const namespaceRoles = (): Role[] => [
  role('kube-public', 'system:controller:bootstrap-signer', [
    on('core', 'configmaps', 'read'),
    on('core', 'configmaps', 'update', 'cluster-info'),
    EVENTS,
  ]),
  role('kube-system', 'extension-apiserver-authentication-reader', [
    on('core', 'configmaps', 'read', 'extension-apiserver-authentication'),
  ]),
  role('kube-system', 'system::leader-locking-kube-controller-manager', [
    on('coordination.k8s.io', 'leases', 'read create update'),
    on('coordination.k8s.io', 'leasecandidates', 'read create update'),
  ]),
  role('kube-system', 'system::leader-locking-kube-scheduler', [
    on('coordination.k8s.io', 'leases', 'read create update'),
    on('coordination.k8s.io', 'leasecandidates', 'read create update'),
  ]),
  role('kube-system', 'system:controller:bootstrap-signer', [on('core', 'secrets', 'read')]),
  role('kube-system', 'system:controller:cloud-provider', [on('core', 'configmaps', 'read create')]),
  role('kube-system', 'system:controller:token-cleaner', [on('core', 'secrets', 'read delete'), EVENTS]),
];

export const namespaceRoleBindings = (): RoleBinding[] => [
  roleBinding('kube-public', 'system:controller:bootstrap-signer', [account('bootstrap-signer')]),
  roleBinding(
    'kube-system',
    'system::extension-apiserver-authentication-reader',
    [user('system:kube-controller-manager'), user('system:kube-scheduler')],
    'extension-apiserver-authentication-reader',
  ),
  roleBinding('kube-system', 'system::leader-locking-kube-controller-manager', [
    user('system:kube-controller-manager'),
    account('kube-controller-manager'),
    account('leader-election-controller'),
  ]),
  roleBinding('kube-system', 'system::leader-locking-kube-scheduler', [
    user('system:kube-scheduler'),
    account('kube-scheduler'),
  ]),
  roleBinding('kube-system', 'system:controller:bootstrap-signer', [account('bootstrap-signer')]),
  roleBinding('kube-system', 'system:controller:cloud-provider', [account('cloud-provider')]),
  roleBinding('kube-system', 'system:controller:token-cleaner', [account('token-cleaner')]),
];
