// The built-in cluster role bindings of v1.36 (bootstrappolicy/policy.go), and kubeadm's binding of administrators.
import type { ClusterRoleBinding } from '../../../api/kinds/rbac/v1/cluster-role-binding.ts';
import { account, clusterRoleBinding, defaults, group, type IsOn, user } from './notation.ts';

export const clusterRoleBindings = (isOn: IsOn = defaults): ClusterRoleBinding[] => [
  clusterRoleBinding('cluster-admin', [group('system:masters')]),
  clusterRoleBinding('system:basic-user', [group('system:authenticated')]),
  ...(isOn('ClusterTrustBundle')
    ? [clusterRoleBinding('system:cluster-trust-bundle-discovery', [group('system:serviceaccounts')])]
    : []),
  clusterRoleBinding('system:discovery', [group('system:authenticated')]),
  clusterRoleBinding('system:kube-controller-manager', [user('system:kube-controller-manager')]),
  clusterRoleBinding('system:kube-dns', [account('kube-dns')]),
  clusterRoleBinding('system:kube-scheduler', [user('system:kube-scheduler')]),
  clusterRoleBinding('system:monitoring', [group('system:monitoring')]),
  clusterRoleBinding('system:node', []),
  clusterRoleBinding('system:node-proxier', [user('system:kube-proxy')]),
  clusterRoleBinding('system:public-info-viewer', [
    group('system:authenticated'),
    group('system:unauthenticated'),
  ]),
  clusterRoleBinding('system:service-account-issuer-discovery', [group('system:serviceaccounts')]),
  clusterRoleBinding('system:volume-scheduler', [user('system:kube-scheduler')]),
  clusterRoleBinding('tiphys:ingress-controller', [user('tiphys:ingress-controller')]),
  clusterRoleBinding('tiphys:why', [group('system:authenticated')]),
];

/** kubeadm's binding for the group in admin.conf. Unlike system:masters, its permissions can be revoked. */
export const administrators = (): ClusterRoleBinding => {
  const { metadata, ...binding } = clusterRoleBinding(
    'kubeadm:cluster-admins',
    [group('kubeadm:cluster-admins')],
    'cluster-admin',
  );
  return { ...binding, metadata: { name: metadata.name! } };
};
