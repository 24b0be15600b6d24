// A cluster role for each controller, bound to its service account in kube-system. The permissions are those of v1.36.
// Upstream: plugin/pkg/auth/authorizer/rbac/bootstrappolicy/controller_policy.go.
import type { ClusterRole } from '../../../api/kinds/rbac/v1/cluster-role.ts';
import type { ClusterRoleBinding } from '../../../api/kinds/rbac/v1/cluster-role-binding.ts';
import type { PolicyRule } from '../../../api/kinds/rbac/v1/policy.ts';
import { CSI_RULES } from './csi-roles.ts';
import { JOINED_NODE_RULES } from './joined-node-roles.ts';
import { account, clusterRole, clusterRoleBinding, defaults, EVENTS, type IsOn, on } from './notation.ts';

const RULES: Readonly<Record<string, PolicyRule[]>> = {
  'attachdetach-controller': [
    on('core', 'persistentvolumeclaims persistentvolumes', 'list watch'),
    on('core', 'nodes', 'read'),
    on('core', 'nodes/status', 'patch update'),
    on('core', 'pods', 'list watch'),
    EVENTS,
    on('storage.k8s.io', 'volumeattachments', 'read create delete'),
    on('storage.k8s.io', 'csidrivers', 'read'),
    on('storage.k8s.io', 'csinodes', 'read'),
  ],
  'certificate-controller': [
    on('certificates.k8s.io', 'certificatesigningrequests', 'read delete'),
    on(
      'certificates.k8s.io',
      'certificatesigningrequests/approval certificatesigningrequests/status',
      'update',
    ),
    on('certificates.k8s.io', 'signers', 'approve', 'kubernetes.io/kube-apiserver-client-kubelet'),
    on(
      'certificates.k8s.io',
      'signers',
      'sign',
      'kubernetes.io/kube-apiserver-client kubernetes.io/kube-apiserver-client-kubelet kubernetes.io/kubelet-serving kubernetes.io/legacy-unknown',
    ),
    on('authorization.k8s.io', 'subjectaccessreviews', 'create'),
    EVENTS,
  ],
  'clusterrole-aggregation-controller': [
    on('rbac.authorization.k8s.io', 'clusterroles', 'read escalate patch update'),
  ],
  // Upstream has none of these: decision 68.
  'configuration-rollout-controller': [
    on('apps', 'daemonsets deployments statefulsets', 'list watch patch'),
    on('core', 'configmaps secrets', 'list watch'),
    EVENTS,
  ],
  'cronjob-controller': [
    on('batch', 'cronjobs', 'read update'),
    on('batch', 'jobs', 'read create delete patch update'),
    on('batch', 'cronjobs/status', 'update'),
    on('batch', 'cronjobs/finalizers', 'update'),
    on('core', 'pods', 'delete list watch'),
    EVENTS,
  ],
  ...CSI_RULES,
  ...JOINED_NODE_RULES,
  'daemon-set-controller': [
    on('apps extensions', 'daemonsets', 'read'),
    on('apps extensions', 'daemonsets/status', 'update'),
    on('apps extensions', 'daemonsets/finalizers', 'update'),
    on('core', 'nodes', 'list watch'),
    on('core', 'pods', 'create delete list patch watch'),
    on('core', 'pods/binding', 'create'),
    on('apps', 'controllerrevisions', 'read create delete patch update'),
    EVENTS,
  ],
  'deployment-controller': [
    on('apps extensions', 'deployments', 'read update'),
    on('apps extensions', 'deployments/status', 'update'),
    on('apps extensions', 'deployments/finalizers', 'update'),
    on('apps extensions', 'replicasets', 'read create delete patch update'),
    on('core', 'pods', 'read update'),
    EVENTS,
  ],
  'device-taint-eviction-controller': [
    on('core', 'pods', 'read delete'),
    on('core', 'pods/status', 'patch update'),
    on('resource.k8s.io', 'resourceclaims', 'read'),
    on('resource.k8s.io', 'resourceslices', 'read'),
    on('resource.k8s.io', 'deviceclasses', 'read'),
    EVENTS,
  ],
  'disruption-controller': [
    on('apps extensions', 'deployments', 'read'),
    on('apps extensions', 'replicasets', 'read'),
    on('core', 'replicationcontrollers', 'read'),
    on('policy', 'poddisruptionbudgets', 'read'),
    on('apps', 'statefulsets', 'read'),
    on('policy', 'poddisruptionbudgets/status', 'update'),
    on('core', 'pods/status', 'patch update'),
    on('*', '*/scale', 'get'),
    EVENTS,
  ],
  'endpoint-controller': [
    on('core', 'pods services', 'read'),
    on('core', 'endpoints', 'read create delete update'),
    on('core', 'endpoints/restricted', 'create'),
    EVENTS,
  ],
  'endpointslice-controller': [
    on('core', 'nodes pods services', 'read'),
    on('core', 'services/finalizers', 'update'),
    on('discovery.k8s.io', 'endpointslices', 'read create delete update'),
    EVENTS,
  ],
  'endpointslicemirroring-controller': [
    on('core', 'endpoints services', 'read'),
    on('core', 'services/finalizers', 'update'),
    on('core', 'endpoints/finalizers', 'update'),
    on('discovery.k8s.io', 'endpointslices', 'read create delete update'),
    EVENTS,
  ],
  'ephemeral-volume-controller': [
    on('core', 'pods', 'read'),
    on('core', 'pods/finalizers', 'update'),
    on('core', 'persistentvolumeclaims', 'read create'),
    EVENTS,
  ],
  'expand-controller': [
    on('core', 'persistentvolumes', 'read patch update'),
    on('core', 'persistentvolumeclaims/status', 'patch update'),
    on('core', 'persistentvolumeclaims', 'read'),
    EVENTS,
  ],
  'generic-garbage-collector': [on('*', '*', 'read delete patch update'), EVENTS],
  'horizontal-pod-autoscaler': [
    on('autoscaling', 'horizontalpodautoscalers', 'read'),
    on('autoscaling', 'horizontalpodautoscalers/status', 'update'),
    on('*', '*/scale', 'get update'),
    on('core', 'pods', 'list watch'),
    on('metrics.k8s.io', 'pods', 'list watch'),
    on('custom.metrics.k8s.io', '*', 'read'),
    on('external.metrics.k8s.io', '*', 'read'),
    EVENTS,
  ],
  'job-controller': [
    on('batch', 'jobs', 'read patch update'),
    on('batch', 'jobs/status', 'update'),
    on('batch', 'jobs/finalizers', 'update'),
    on('core', 'pods', 'create delete list patch watch'),
    EVENTS,
  ],
  'legacy-service-account-token-cleaner': [
    on('core', 'configmaps', 'get', 'kube-apiserver-legacy-service-account-token-tracking'),
    on('core', 'secrets', 'delete patch'),
  ],
  'namespace-controller': [
    on('core', 'namespaces', 'read delete'),
    on('core', 'namespaces/finalize namespaces/status', 'update'),
    on('*', '*', 'read delete deletecollection'),
  ],
  'node-controller': [
    on('core', 'nodes', 'read delete patch update'),
    on('core', 'nodes/status', 'patch update'),
    on('core', 'pods/status', 'patch update'),
    on('core', 'pods', 'read delete'),
    EVENTS,
  ],
  'persistent-volume-binder': [
    on('core', 'persistentvolumes', 'read create delete update'),
    on('core', 'persistentvolumes/status', 'update'),
    on('core', 'persistentvolumeclaims', 'read update'),
    on('core', 'persistentvolumeclaims/status', 'update'),
    on('core', 'pods', 'read create delete'),
    on('storage.k8s.io', 'storageclasses', 'read'),
    on('core', 'nodes', 'list watch'),
    EVENTS,
    on('core', 'events', 'watch'),
  ],
  'pod-garbage-collector': [
    on('core', 'pods', 'delete list watch'),
    on('core', 'nodes', 'read'),
    on('core', 'pods/status', 'patch'),
  ],
  'pv-protection-controller': [on('core', 'persistentvolumes', 'read update'), EVENTS],
  'pvc-protection-controller': [
    on('core', 'persistentvolumeclaims', 'read update'),
    on('core', 'persistentvolumeclaims/status', 'update'),
    on('core', 'pods', 'read'),
    EVENTS,
  ],
  'replicaset-controller': [
    on('apps extensions', 'replicasets', 'read update'),
    on('apps extensions', 'replicasets/status', 'update'),
    on('apps extensions', 'replicasets/finalizers', 'update'),
    on('core', 'pods', 'create delete list patch watch'),
    EVENTS,
  ],
  'replication-controller': [
    on('core', 'replicationcontrollers', 'read update'),
    on('core', 'replicationcontrollers/status', 'update'),
    on('core', 'replicationcontrollers/finalizers', 'update'),
    on('core', 'pods', 'create delete list patch watch'),
    EVENTS,
  ],
  'resource-claim-controller': [
    on('core', 'pods', 'read'),
    on('core', 'pods/finalizers', 'update'),
    on('resource.k8s.io', 'resourceclaims', 'read create delete'),
    on('resource.k8s.io', 'resourceclaims resourceclaims/status', 'patch update'),
    on('core', 'pods/status', 'patch update'),
    EVENTS,
    on('resource.k8s.io', 'resourceclaims/binding', 'patch update'),
  ],
  'resourcequota-controller': [
    on('*', '*', 'list watch'),
    on('core', 'resourcequotas/status', 'update'),
    EVENTS,
  ],
  'root-ca-cert-publisher': [on('core', 'configmaps', 'create update'), EVENTS],
  'route-controller': [on('core', 'nodes', 'list watch'), on('core', 'nodes/status', 'patch'), EVENTS],
  'selinux-warning-controller': [
    EVENTS,
    on('core', 'persistentvolumes', 'read'),
    on('core', 'persistentvolumeclaims', 'read'),
    on('core', 'pods', 'read'),
    on('storage.k8s.io', 'csidrivers', 'read'),
  ],
  'service-account-controller': [on('core', 'serviceaccounts', 'create'), EVENTS],
  'service-cidrs-controller': [
    on('networking.k8s.io', 'servicecidrs', 'read patch update'),
    on('networking.k8s.io', 'servicecidrs/finalizers', 'patch update'),
    on('networking.k8s.io', 'servicecidrs/status', 'patch update'),
    on('networking.k8s.io', 'ipaddresses', 'read'),
    EVENTS,
  ],
  'service-controller': [
    on('core', 'services', 'read'),
    on('core', 'services/status', 'patch update'),
    on('core', 'nodes', 'list watch'),
    EVENTS,
  ],
  'statefulset-controller': [
    on('core', 'pods', 'list watch'),
    on('apps', 'statefulsets', 'read'),
    on('apps', 'statefulsets/status', 'update'),
    on('apps', 'statefulsets/finalizers', 'update'),
    on('core', 'pods', 'create delete get patch update'),
    on('apps', 'controllerrevisions', 'read create delete patch update'),
    on('core', 'persistentvolumeclaims', 'read create'),
    on('core', 'persistentvolumeclaims', 'delete update'),
    on('core', 'pods/finalizers', 'update'),
    EVENTS,
  ],
  'ttl-after-finished-controller': [on('batch', 'jobs', 'read delete'), EVENTS],
  'ttl-controller': [on('core', 'nodes', 'list patch update watch'), EVENTS],
  'validatingadmissionpolicy-status-controller': [
    on('admissionregistration.k8s.io', 'validatingadmissionpolicies', 'read'),
    on('admissionregistration.k8s.io', 'validatingadmissionpolicies/status', 'get patch update'),
    EVENTS,
  ],
  'volumeattributesclass-protection-controller': [
    on('core', 'persistentvolumeclaims', 'read'),
    on('core', 'persistentvolumes', 'read'),
    on('storage.k8s.io', 'volumeattributesclasses', 'read update'),
    EVENTS,
  ],
};

/** By the feature gate without which they are not there. */
const GATED: Readonly<Record<string, Readonly<Record<string, PolicyRule[]>>>> = {
  ClusterTrustBundle: {
    'kube-apiserver-serving-clustertrustbundle-publisher': [
      on('certificates.k8s.io', 'signers', 'attest', 'kubernetes.io/kube-apiserver-serving'),
      on('certificates.k8s.io', 'clustertrustbundles', 'create delete list update watch'),
      EVENTS,
    ],
  },
  DRAResourcePoolStatus: {
    'resourcepoolstatusrequest-controller': [
      on('resource.k8s.io', 'resourcepoolstatusrequests', 'read delete'),
      on('resource.k8s.io', 'resourcepoolstatusrequests/status', 'patch update'),
      on('resource.k8s.io', 'resourceslices', 'read'),
      on('resource.k8s.io', 'resourceclaims', 'read'),
      EVENTS,
    ],
  },
  GenericWorkload: {
    'podgroup-protection-controller': [
      on('scheduling.k8s.io', 'podgroups', 'read update'),
      on('core', 'pods', 'read'),
    ],
  },
  PodCertificateRequest: {
    podcertificaterequestcleaner: [on('certificates.k8s.io', 'podcertificaterequests', 'read delete')],
  },
  StorageVersionAPI: {
    'storage-version-garbage-collector': [
      on('coordination.k8s.io', 'leases', 'read'),
      on('internal.apiserver.k8s.io', 'storageversions', 'read delete patch update'),
      on('internal.apiserver.k8s.io', 'storageversions/status', 'get patch update'),
    ],
  },
  StorageVersionMigrator: {
    'storage-version-migrator-controller': [
      on('*', '*', 'create list patch'),
      on('apiextensions.k8s.io', 'customresourcedefinitions', 'get'),
      on('apiextensions.k8s.io', 'customresourcedefinitions/status', 'patch'),
      on('storagemigration.k8s.io', 'storageversionmigrations/status', 'update'),
    ],
  },
};

/** Rules that controllers have besides those above, by feature gate. */
const MORE: Readonly<Record<string, Readonly<Record<string, PolicyRule[]>>>> = {
  DRADeviceTaintRules: {
    'device-taint-eviction-controller': [
      on('resource.k8s.io', 'devicetaintrules/status', 'patch update'),
      on('resource.k8s.io', 'devicetaintrules', 'read'),
    ],
  },
  DRAWorkloadResourceClaims: {
    'resource-claim-controller': [
      on('scheduling.k8s.io', 'podgroups', 'read'),
      on('scheduling.k8s.io', 'podgroups/status', 'patch update'),
    ],
  },
  WorkloadWithJob: {
    'job-controller': [on('scheduling.k8s.io', 'podgroups workloads', 'read create')],
  },
};

function rulesFor(isOn: IsOn): [string, PolicyRule[]][] {
  const gated = Object.entries(GATED).flatMap(([gate, roles]) => (isOn(gate) ? Object.entries(roles) : []));
  const more = Object.entries(MORE).flatMap(([gate, roles]) => (isOn(gate) ? [roles] : []));
  return [...Object.entries(RULES), ...gated].map(([name, rules]) => [
    name,
    [...rules, ...more.flatMap((roles) => roles[name] ?? [])],
  ]);
}

const nameOf = (controller: string): string => `system:controller:${controller}`;

export const controllerRoles = (isOn: IsOn = defaults): ClusterRole[] =>
  rulesFor(isOn).map(([controller, rules]) => clusterRole(nameOf(controller), rules));

export const controllerRoleBindings = (isOn: IsOn = defaults): ClusterRoleBinding[] =>
  rulesFor(isOn).map(([controller]) => clusterRoleBinding(nameOf(controller), [account(controller)]));
