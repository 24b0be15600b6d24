// What the controllers may do that look after nodes which have joined (decision 47), and that upstream has none of. Read by
// controller-roles.ts.
import type { PolicyRule } from '../../../api/kinds/rbac/v1/policy.ts';
import { EVENTS, on } from './notation.ts';

export const JOINED_NODE_RULES: Readonly<Record<string, PolicyRule[]>> = {
  'kubelet-serving-approver': [
    on('certificates.k8s.io', 'certificatesigningrequests', 'read'),
    on('certificates.k8s.io', 'certificatesigningrequests/approval', 'update'),
    on('certificates.k8s.io', 'signers', 'approve', 'kubernetes.io/kubelet-serving'),
    on('coordination.k8s.io', 'leases', 'read'),
    on('core', 'nodes', 'read patch'),
    on('discovery.k8s.io', 'endpointslices', 'read'),
    on('networking.k8s.io', 'servicecidrs', 'read'),
    EVENTS,
  ],
  'node-dns-controller': [
    on('core', 'nodes services', 'read'),
    on('core', 'configmaps', 'get', 'kubelet-config'),
    on('core', 'services', 'create'),
    on('discovery.k8s.io', 'endpointslices', 'read create delete update'),
    on('networking.k8s.io', 'servicecidrs', 'read'),
  ],
};
