// The least that is valid of every kind that can be created, by "group/version/plural" ("v1/pods" for the core group).
// `name` where the kind has rules of its own for names. None needs another object.
const template = (labels: object, restartPolicy?: string) => ({
  metadata: { labels },
  spec: { containers: [{ name: 'c', image: 'i' }], ...(restartPolicy && { restartPolicy }) },
});
const app = { app: 'x' };
const selector = { matchLabels: app };
const rule = { operations: ['CREATE'], apiGroups: ['x.example'], apiVersions: ['v1'], resources: ['xs'] };
const webhook = {
  name: 'w.x.example',
  clientConfig: { url: 'https://127.0.0.1:1/' },
  rules: [rule],
  sideEffects: 'None',
  admissionReviewVersions: ['v1'],
};
const matchConstraints = { resourceRules: [rule] };
const now = '2026-01-01T00:00:00.000000Z';
// Made once: `openssl req -new -newkey ed25519 -nodes -subj /CN=x`.
export const signingRequest = [
  '-----BEGIN CERTIFICATE REQUEST-----',
  'MIGLMD8CAQAwDDEKMAgGA1UEAwwBeDAqMAUGAytlcAMhAFqmzgXyHTDTPi9LSp3H',
  'FzVEZ372lH2YwJje0s+mzu3BoAAwBQYDK2VwA0EAGFHeAmfVz1QLsstd6BZwI+BJ',
  'mCrn0Oe5wDZynSgrtE4uX1THgD5aXygNvLOiypS9FNV5vMcY1WCOMBu4OpnHDw==',
  '-----END CERTIFICATE REQUEST-----',
].join('\n');

export interface Minimal {
  /** The body beside apiVersion, kind and metadata. */
  readonly body: object;
  readonly name?: string;
}

const of = (body: object, name?: string): Minimal => ({ body, ...(name && { name }) });

export const minimalObjects: Readonly<Record<string, Minimal>> = {
  'v1/configmaps': of({ data: { a: '1' } }),
  'v1/endpoints': of({}),
  'v1/events': of({ involvedObject: { namespace: 'every' }, reason: 'R', type: 'Normal' }),
  'v1/limitranges': of({ spec: { limits: [{ type: 'Pod', max: { cpu: '64' } }] } }),
  'v1/namespaces': of({}),
  'v1/nodes': of({}),
  'v1/persistentvolumeclaims': of({
    spec: {
      accessModes: ['ReadWriteOnce'],
      storageClassName: 'none',
      resources: { requests: { storage: '1Gi' } },
    },
  }),
  'v1/persistentvolumes': of({
    spec: { accessModes: ['ReadWriteOnce'], capacity: { storage: '1Gi' }, hostPath: { path: '/x' } },
  }),
  'v1/pods': of({ spec: { containers: [{ name: 'c', image: 'i' }] } }),
  'v1/podtemplates': of({ template: template(app) }),
  'v1/replicationcontrollers': of({ spec: { replicas: 0, selector: app, template: template(app) } }),
  'v1/resourcequotas': of({ spec: { hard: { pods: '100' } } }),
  'v1/secrets': of({ stringData: { a: '1' } }),
  'v1/serviceaccounts': of({}),
  'v1/services': of({ spec: { ports: [{ port: 80 }] } }),
  'admissionregistration.k8s.io/v1/mutatingadmissionpolicies': of({
    spec: {
      matchConstraints,
      reinvocationPolicy: 'Never',
      mutations: [
        {
          patchType: 'JSONPatch',
          jsonPatch: { expression: '[JSONPatch{op: "remove", path: "/metadata/labels/x"}]' },
        },
      ],
    },
  }),
  'admissionregistration.k8s.io/v1/mutatingadmissionpolicybindings': of({ spec: { policyName: 'x' } }),
  'admissionregistration.k8s.io/v1/mutatingwebhookconfigurations': of({ webhooks: [webhook] }),
  'admissionregistration.k8s.io/v1/validatingadmissionpolicies': of({
    spec: { matchConstraints, validations: [{ expression: 'true' }] },
  }),
  'admissionregistration.k8s.io/v1/validatingadmissionpolicybindings': of({
    spec: { policyName: 'x', validationActions: ['Deny'] },
  }),
  'admissionregistration.k8s.io/v1/validatingwebhookconfigurations': of({ webhooks: [webhook] }),
  'apiextensions.k8s.io/v1/customresourcedefinitions': of(
    {
      spec: {
        group: 'minimal.example',
        scope: 'Namespaced',
        names: { plural: 'oddments', kind: 'Oddment' },
        versions: [
          { name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: { type: 'object' } } },
        ],
      },
    },
    'oddments.minimal.example',
  ),
  'apiregistration.k8s.io/v1/apiservices': of(
    {
      spec: {
        group: 'other.example',
        version: 'v1',
        groupPriorityMinimum: 100,
        versionPriority: 10,
        insecureSkipTLSVerify: true,
        service: { namespace: 'default', name: 'none' },
      },
    },
    'v1.other.example',
  ),
  'apps/v1/controllerrevisions': of({ revision: 1, data: { a: 1 } }),
  'apps/v1/daemonsets': of({ spec: { selector, template: template(app) } }),
  'apps/v1/deployments': of({ spec: { replicas: 0, selector, template: template(app) } }),
  'apps/v1/replicasets': of({ spec: { replicas: 0, selector, template: template(app) } }),
  'apps/v1/statefulsets': of({ spec: { replicas: 0, serviceName: 'x', selector, template: template(app) } }),
  'autoscaling/v1/horizontalpodautoscalers': of({
    spec: { maxReplicas: 2, scaleTargetRef: { kind: 'Deployment', name: 'none', apiVersion: 'apps/v1' } },
  }),
  'autoscaling/v2/horizontalpodautoscalers': of({
    spec: { maxReplicas: 2, scaleTargetRef: { kind: 'Deployment', name: 'none', apiVersion: 'apps/v1' } },
  }),
  'batch/v1/cronjobs': of({
    spec: {
      schedule: '0 0 1 1 *',
      suspend: true,
      jobTemplate: { spec: { template: template(app, 'Never') } },
    },
  }),
  'batch/v1/jobs': of({ spec: { suspend: true, template: template({}, 'Never') } }),
  'certificates.k8s.io/v1/certificatesigningrequests': of({
    spec: {
      signerName: 'x.example/s',
      usages: ['client auth'],
      request: Buffer.from(signingRequest).toString('base64'),
    },
  }),
  'coordination.k8s.io/v1/leases': of({ spec: { holderIdentity: 'x', leaseDurationSeconds: 10 } }),
  'discovery.k8s.io/v1/endpointslices': of({ addressType: 'IPv4', endpoints: [], ports: [] }),
  'events.k8s.io/v1/events': of({
    regarding: { namespace: 'every' },
    eventTime: now,
    reason: 'R',
    action: 'A',
    type: 'Normal',
    reportingController: 'x.example/c',
    reportingInstance: 'i',
  }),
  'flowcontrol.apiserver.k8s.io/v1/flowschemas': of({
    spec: { matchingPrecedence: 9000, priorityLevelConfiguration: { name: 'global-default' } },
  }),
  'flowcontrol.apiserver.k8s.io/v1/prioritylevelconfigurations': of({
    spec: { type: 'Limited', limited: { nominalConcurrencyShares: 1, limitResponse: { type: 'Reject' } } },
  }),
  'networking.k8s.io/v1/ingressclasses': of({ spec: { controller: 'x.example/c' } }),
  'networking.k8s.io/v1/ingresses': of({
    spec: { defaultBackend: { service: { name: 'x', port: { number: 80 } } } },
  }),
  'networking.k8s.io/v1/ipaddresses': of(
    { spec: { parentRef: { resource: 'services', namespace: 'default', name: 'none' } } },
    '10.200.0.7',
  ),
  'networking.k8s.io/v1/networkpolicies': of({ spec: { podSelector: {} } }),
  'networking.k8s.io/v1/servicecidrs': of({ spec: { cidrs: ['10.201.0.0/24'] } }),
  'node.k8s.io/v1/runtimeclasses': of({ handler: 'runc' }),
  'policy/v1/poddisruptionbudgets': of({ spec: { minAvailable: 1, selector } }),
  'rbac.authorization.k8s.io/v1/clusterrolebindings': of({
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'view' },
    subjects: [{ kind: 'User', apiGroup: 'rbac.authorization.k8s.io', name: 'u' }],
  }),
  'rbac.authorization.k8s.io/v1/clusterroles': of({
    rules: [{ apiGroups: [''], resources: ['pods'], verbs: ['get'] }],
  }),
  'rbac.authorization.k8s.io/v1/rolebindings': of({
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'view' },
    subjects: [{ kind: 'User', apiGroup: 'rbac.authorization.k8s.io', name: 'u' }],
  }),
  'rbac.authorization.k8s.io/v1/roles': of({
    rules: [{ apiGroups: [''], resources: ['pods'], verbs: ['get'] }],
  }),
  'resource.k8s.io/v1/deviceclasses': of({ spec: {} }),
  'resource.k8s.io/v1/resourceclaims': of({
    spec: { devices: { requests: [{ name: 'r', exactly: { deviceClassName: 'none' } }] } },
  }),
  'resource.k8s.io/v1/resourceclaimtemplates': of({
    spec: { spec: { devices: { requests: [{ name: 'r', exactly: { deviceClassName: 'none' } }] } } },
  }),
  'resource.k8s.io/v1/resourceslices': of({
    spec: {
      driver: 'x.example',
      allNodes: true,
      pool: { name: 'p', generation: 1, resourceSliceCount: 1 },
      devices: [{ name: 'd' }],
    },
  }),
  'scheduling.k8s.io/v1/priorityclasses': of({ value: 5 }),
  'storage.k8s.io/v1/csidrivers': of({ spec: {} }),
  'storage.k8s.io/v1/csinodes': of({ spec: { drivers: [] } }),
  'storage.k8s.io/v1/csistoragecapacities': of({ storageClassName: 'none' }),
  'storage.k8s.io/v1/storageclasses': of({ provisioner: 'x.example/p' }),
  'storage.k8s.io/v1/volumeattachments': of({
    spec: { attacher: 'x.example', nodeName: 'none', source: { persistentVolumeName: 'none' } },
  }),
  'storage.k8s.io/v1/volumeattributesclasses': of({ driverName: 'x.example', parameters: { a: '1' } }),
};
