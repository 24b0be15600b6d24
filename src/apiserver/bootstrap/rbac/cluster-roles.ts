// The built-in cluster roles of v1.36. Upstream: plugin/pkg/auth/authorizer/rbac/bootstrappolicy/policy.go.
// system:node is also the rule set of the node authorizer (authz/node-authorizer.ts).
import type { ClusterRole } from '../../../api/kinds/rbac/v1/cluster-role.ts';
import { aggregated, clusterRole, defaults, EVENTS, type IsOn, on, url } from './notation.ts';

export const clusterRoles = (isOn: IsOn = defaults): ClusterRole[] => [
  aggregated('admin', 'admin'),
  clusterRole('cluster-admin', [on('*', '*', '*'), url('*', '*')]),
  aggregated('edit', 'edit', 'admin'),
  clusterRole(
    'system:aggregate-to-admin',
    [
      on('authorization.k8s.io', 'localsubjectaccessreviews', 'create'),
      on('rbac.authorization.k8s.io', 'rolebindings roles', 'manage'),
    ],
    'admin',
  ),
  clusterRole(
    'system:aggregate-to-edit',
    [
      on('core', 'pods/attach pods/exec pods/portforward pods/proxy secrets services/proxy', 'read'),
      on('core', 'serviceaccounts', 'impersonate'),
      on('core', 'pods pods/attach pods/exec pods/portforward pods/proxy', 'write'),
      on('core', 'pods/eviction', 'create'),
      on(
        'core',
        'configmaps persistentvolumeclaims replicationcontrollers replicationcontrollers/scale secrets serviceaccounts services services/proxy',
        'write',
      ),
      on('core', 'serviceaccounts/token', 'create'),
      on('core events.k8s.io', 'events', 'write'),
      on(
        'apps',
        'daemonsets deployments deployments/rollback deployments/scale replicasets replicasets/scale statefulsets statefulsets/scale',
        'write',
      ),
      on('autoscaling', 'horizontalpodautoscalers', 'write'),
      on('batch', 'cronjobs jobs', 'write'),
      on(
        'extensions',
        'daemonsets deployments deployments/rollback deployments/scale ingresses networkpolicies replicasets replicasets/scale replicationcontrollers/scale',
        'write',
      ),
      on('policy', 'poddisruptionbudgets', 'write'),
      on('networking.k8s.io', 'ingresses networkpolicies', 'write'),
      on('coordination.k8s.io', 'leases', 'manage'),
      on('resource.k8s.io', 'resourceclaims resourceclaimtemplates', 'write'),
      ...(isOn('GenericWorkload') ? [on('scheduling.k8s.io', 'podgroups workloads', 'write')] : []),
    ],
    'edit',
  ),
  clusterRole(
    'system:aggregate-to-view',
    [
      on(
        'core',
        'configmaps endpoints persistentvolumeclaims persistentvolumeclaims/status pods replicationcontrollers replicationcontrollers/scale serviceaccounts services services/status',
        'read',
      ),
      on(
        'core',
        'bindings limitranges namespaces/status pods/log pods/status replicationcontrollers/status resourcequotas resourcequotas/status',
        'read',
      ),
      on('core', 'namespaces', 'read'),
      on('core events.k8s.io', 'events', 'read'),
      on('discovery.k8s.io', 'endpointslices', 'read'),
      on(
        'apps',
        'controllerrevisions daemonsets daemonsets/status deployments deployments/scale deployments/status replicasets replicasets/scale replicasets/status statefulsets statefulsets/scale statefulsets/status',
        'read',
      ),
      on('autoscaling', 'horizontalpodautoscalers horizontalpodautoscalers/status', 'read'),
      on('batch', 'cronjobs cronjobs/status jobs jobs/status', 'read'),
      on(
        'extensions',
        'daemonsets daemonsets/status deployments deployments/scale deployments/status ingresses ingresses/status networkpolicies replicasets replicasets/scale replicasets/status replicationcontrollers/scale',
        'read',
      ),
      on('policy', 'poddisruptionbudgets poddisruptionbudgets/status', 'read'),
      on('networking.k8s.io', 'ingresses ingresses/status networkpolicies', 'read'),
      on('resource.k8s.io', 'resourceclaims resourceclaims/status resourceclaimtemplates', 'read'),
      ...(isOn('GenericWorkload')
        ? [on('scheduling.k8s.io', 'podgroups podgroups/status workloads', 'read')]
        : []),
    ],
    'view',
  ),
  clusterRole('system:auth-delegator', [
    on('authentication.k8s.io', 'tokenreviews', 'create'),
    on('authorization.k8s.io', 'subjectaccessreviews', 'create'),
  ]),
  clusterRole('system:basic-user', [
    on('authorization.k8s.io', 'selfsubjectaccessreviews selfsubjectrulesreviews', 'create'),
    on('authentication.k8s.io', 'selfsubjectreviews', 'create'),
  ]),
  clusterRole('system:certificates.k8s.io:certificatesigningrequests:nodeclient', [
    on('certificates.k8s.io', 'certificatesigningrequests/nodeclient', 'create'),
  ]),
  clusterRole('system:certificates.k8s.io:certificatesigningrequests:selfnodeclient', [
    on('certificates.k8s.io', 'certificatesigningrequests/selfnodeclient', 'create'),
  ]),
  clusterRole('system:certificates.k8s.io:kube-apiserver-client-approver', [
    on('certificates.k8s.io', 'signers', 'approve', 'kubernetes.io/kube-apiserver-client'),
  ]),
  clusterRole('system:certificates.k8s.io:kube-apiserver-client-kubelet-approver', [
    on('certificates.k8s.io', 'signers', 'approve', 'kubernetes.io/kube-apiserver-client-kubelet'),
  ]),
  clusterRole('system:certificates.k8s.io:kubelet-serving-approver', [
    on('certificates.k8s.io', 'signers', 'approve', 'kubernetes.io/kubelet-serving'),
  ]),
  clusterRole('system:certificates.k8s.io:legacy-unknown-approver', [
    on('certificates.k8s.io', 'signers', 'approve', 'kubernetes.io/legacy-unknown'),
  ]),
  ...(isOn('ClusterTrustBundle') ? [bundleDiscovery()] : []),
  clusterRole('system:discovery', [
    url('/api /api/* /apis /apis/* /healthz /livez /openapi /openapi/* /readyz /version /version/', 'get'),
  ]),
  clusterRole('system:heapster', [
    on('core', 'events namespaces nodes pods', 'read'),
    on('extensions', 'deployments', 'read'),
  ]),
  clusterRole('system:kube-aggregator', [on('core', 'endpoints services', 'read')]),
  clusterRole('system:kube-controller-manager', [
    EVENTS,
    on('coordination.k8s.io', 'leases', 'create'),
    on('coordination.k8s.io', 'leases', 'get update', 'kube-controller-manager'),
    on('core', 'secrets serviceaccounts', 'create'),
    on('core', 'secrets', 'delete'),
    on('core', 'configmaps namespaces secrets serviceaccounts', 'get'),
    on('core', 'secrets serviceaccounts', 'update'),
    on('authentication.k8s.io', 'tokenreviews', 'create'),
    on('authorization.k8s.io', 'subjectaccessreviews', 'create'),
    on('*', '*', 'list watch'),
    on('core', 'serviceaccounts/token', 'create'),
  ]),
  clusterRole('system:kube-dns', [on('core', 'endpoints services', 'list watch')]),
  clusterRole('system:kube-scheduler', [
    EVENTS,
    on('coordination.k8s.io', 'leases', 'create'),
    on('coordination.k8s.io', 'leases', 'read update', 'kube-scheduler'),
    on('coordination.k8s.io', 'leasecandidates', 'manage'),
    on('core', 'nodes', 'read'),
    on('core', 'pods', 'read delete'),
    on('core', 'bindings pods/binding', 'create'),
    on('core', 'pods/status', 'patch update'),
    on('core', 'replicationcontrollers services', 'read'),
    on('apps extensions', 'replicasets', 'read'),
    on('apps', 'statefulsets', 'read'),
    on('policy', 'poddisruptionbudgets', 'read'),
    on('core', 'persistentvolumeclaims persistentvolumes', 'read'),
    on('authentication.k8s.io', 'tokenreviews', 'create'),
    on('authorization.k8s.io', 'subjectaccessreviews', 'create'),
    on('storage.k8s.io', 'csinodes', 'read'),
    on('storage.k8s.io', 'volumeattachments', 'read'),
    on('core', 'namespaces', 'read'),
    on('storage.k8s.io', 'csidrivers', 'read'),
    on('storage.k8s.io', 'csistoragecapacities', 'read'),
    on('resource.k8s.io', 'deviceclasses', 'read'),
    on('resource.k8s.io', 'resourceclaims', 'read patch update'),
    on('resource.k8s.io', 'resourceclaims/status', 'read patch update'),
    on('core', 'pods/finalizers', 'update'),
    on('resource.k8s.io', 'resourceslices', 'read'),
    on('resource.k8s.io', 'resourceclaims', 'create delete'),
    on('resource.k8s.io', 'resourceclaims/binding', 'patch update'),
    ...(isOn('DRADeviceTaintRules') ? [on('resource.k8s.io', 'devicetaintrules', 'read')] : []),
    ...(isOn('GenericWorkload')
      ? [
          on('scheduling.k8s.io', 'podgroups', 'read'),
          on('scheduling.k8s.io', 'podgroups/status', 'patch update'),
        ]
      : []),
  ]),
  clusterRole('system:kubelet-api-admin', [
    on('core', 'nodes', 'read'),
    on('core', 'nodes', 'proxy'),
    on('core', 'nodes/log nodes/metrics nodes/proxy nodes/stats', '*'),
    on('core', 'nodes/configz nodes/healthz nodes/pods', '*'),
  ]),
  clusterRole('system:monitoring', [
    url(
      '/flagz /healthz /healthz/* /livez /livez/* /metrics /metrics/slis /readyz /readyz/* /statusz',
      'get',
    ),
    on('core', 'nodes/metrics', 'get'),
  ]),
  clusterRole('system:node', [
    on('authentication.k8s.io', 'tokenreviews', 'create'),
    on('authorization.k8s.io', 'localsubjectaccessreviews subjectaccessreviews', 'create'),
    on('core', 'services', 'read'),
    on('core', 'nodes', 'read create'),
    on('core', 'nodes/status', 'patch update'),
    on('core', 'nodes', 'patch update'),
    EVENTS,
    on('core', 'pods', 'read'),
    on('core', 'pods', 'create delete'),
    on('core', 'pods/status', 'patch update'),
    on('core', 'pods/eviction', 'create'),
    on('core', 'configmaps secrets', 'read'),
    on('core', 'persistentvolumeclaims persistentvolumes', 'get'),
    on('core', 'endpoints', 'get'),
    on('certificates.k8s.io', 'certificatesigningrequests', 'read create'),
    on('coordination.k8s.io', 'leases', 'create delete get patch update'),
    on('storage.k8s.io', 'volumeattachments', 'get'),
    on('core', 'serviceaccounts/token', 'create'),
    on('core', 'persistentvolumeclaims/status', 'get patch update'),
    on('storage.k8s.io', 'csidrivers', 'read'),
    on('storage.k8s.io', 'csinodes', 'create delete get patch update'),
    on('node.k8s.io', 'runtimeclasses', 'read'),
    on('resource.k8s.io', 'resourceclaims', 'get'),
    on('resource.k8s.io', 'resourceslices', 'deletecollection'),
    on('core', 'serviceaccounts', 'get'),
    ...(isOn('ClusterTrustBundle') ? [on('certificates.k8s.io', 'clustertrustbundles', 'read')] : []),
    ...(isOn('PodCertificateRequest')
      ? [on('certificates.k8s.io', 'podcertificaterequests', 'read create')]
      : []),
  ]),
  clusterRole('system:node-bootstrapper', [
    on('certificates.k8s.io', 'certificatesigningrequests', 'read create'),
  ]),
  clusterRole('system:node-problem-detector', [
    on('core', 'nodes', 'get'),
    on('core', 'nodes/status', 'patch'),
    EVENTS,
  ]),
  clusterRole('system:node-proxier', [
    on('core', 'endpoints services', 'list watch'),
    on('core', 'nodes', 'read'),
    EVENTS,
    on('networking.k8s.io', 'servicecidrs', 'list watch'),
    on('discovery.k8s.io', 'endpointslices', 'list watch'),
  ]),
  clusterRole('system:persistent-volume-provisioner', [
    on('core', 'persistentvolumes', 'read create delete'),
    on('core', 'persistentvolumeclaims', 'read update'),
    on('storage.k8s.io', 'storageclasses', 'read'),
    on('core', 'events', 'watch'),
    EVENTS,
  ]),
  clusterRole('system:public-info-viewer', [url('/healthz /livez /readyz /version /version/', 'get')]),
  clusterRole('system:service-account-issuer-discovery', [
    url(
      '/.well-known/openid-configuration /.well-known/openid-configuration/ /openid/v1/jwks /openid/v1/jwks/',
      'get',
    ),
  ]),
  clusterRole('system:volume-scheduler', [
    on('core', 'persistentvolumes', 'read patch update'),
    on('storage.k8s.io', 'storageclasses', 'read'),
    on('core', 'persistentvolumeclaims', 'read patch update'),
  ]),
  // For gateway/, as the roles of upstream's controllers without pods and nodes. It watches Secrets and ConfigMaps by name, which RBAC
  // cannot tell apart.
  clusterRole('tiphys:ingress-controller', [
    on('networking.k8s.io', 'ingresses ingressclasses', 'read'),
    on('networking.k8s.io', 'ingresses/status', 'patch update'),
    on('core', 'secrets configmaps', 'list watch'),
    on('core', 'namespaces', 'read'),
    on(
      'gateway.networking.k8s.io',
      'backendtlspolicies gatewayclasses gateways grpcroutes httproutes listenersets referencegrants tcproutes tlsroutes udproutes',
      'read',
    ),
    on(
      'gateway.networking.k8s.io',
      'backendtlspolicies/status gatewayclasses/status gateways/status grpcroutes/status httproutes/status listenersets/status tcproutes/status tlsroutes/status udproutes/status',
      'patch update',
    ),
    on('gateway.tiphys.io', 'routepolicies', 'read'),
    on('gateway.tiphys.io', 'routepolicies/status', 'patch update'),
    on('apiextensions.k8s.io', 'customresourcedefinitions', 'get'),
    EVENTS,
  ]),
  // For resource-metrics/. Not of the name that metrics-server's role has: who removes metrics-server, removes that one.
  clusterRole('tiphys:resource-metrics-reader', [on('metrics.k8s.io', 'nodes pods', 'read')], 'view'),
  // For placement/, which asks for what may be seen there.
  clusterRole('tiphys:why', [url('/why/*', 'get')]),
  aggregated('view', 'view', 'edit'),
];

const bundleDiscovery = (): ClusterRole =>
  clusterRole('system:cluster-trust-bundle-discovery', [
    on('certificates.k8s.io', 'clustertrustbundles', 'read'),
  ]);
