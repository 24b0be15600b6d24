// A small shop with troubles of every kind, for the views of the dashboard. Its pods run on whatever nodes there are: a tolerated taint
// lets them onto simulated ones, too.
const NAMESPACE = 'shop';
/** Every node has it: the image of pods' sandboxes. */
const IMAGE = 'localhost/tiphys/pause:1';

const meta = (name: string, more: object = {}) => ({ name, namespace: NAMESPACE, ...more });
const tolerations = [{ key: 'kwok.x-k8s.io/node', operator: 'Exists' }];

const container = (more: object = {}) => ({
  ...{ name: 'main', image: IMAGE, imagePullPolicy: 'IfNotPresent' },
  resources: { requests: { cpu: '20m', memory: '16Mi' }, limits: { cpu: '100m', memory: '64Mi' } },
  ...more,
});

const deployment = (name: string, replicas: number, more: object = {}, spec: object = {}) => ({
  ...{ apiVersion: 'apps/v1', kind: 'Deployment', metadata: meta(name) },
  spec: {
    replicas,
    selector: { matchLabels: { app: name } },
    template: {
      metadata: { labels: { app: name } },
      spec: { tolerations, terminationGracePeriodSeconds: 0, containers: [container(more)], ...spec },
    },
  },
});

const service = (name: string, port: number, targetPort: number | string, spec: object = {}) => ({
  ...{ apiVersion: 'v1', kind: 'Service', metadata: meta(name) },
  spec: { selector: { app: name }, ports: [{ port, targetPort }], ...spec },
});

const policy = (name: string, spec: object) => ({
  ...{ apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: meta(name), spec },
});
const from = (app: string, port: number | string) => [
  { from: [{ podSelector: { matchLabels: { app } } }], ports: [{ port }] },
];

const http = { ports: [{ name: 'http', containerPort: 8080 }] };

const objects: readonly object[] = [
  deployment('web', 2, http),
  deployment('api', 2, http),
  deployment('payments', 1, http),
  deployment('db', 1, { ports: [{ name: 'sql', containerPort: 5432 }] }),
  // Nothing by that name is anywhere.
  deployment('recommender', 1, { image: 'localhost/no-such-image:1' }),
  // No node is that large.
  deployment('trainer', 1, { resources: { requests: { cpu: '900' } } }),
  service('web', 80, 'http', { type: 'LoadBalancer' }),
  service('api', 80, 'http'),
  service('payments', 443, 8080),
  service('db', 5432, 'sql'),
  service('reports', 80, 8080),
  {
    ...{ apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', metadata: meta('shop') },
    spec: {
      rules: [
        {
          host: 'shop.example',
          http: {
            paths: [
              { path: '/', pathType: 'Prefix', backend: { service: { name: 'web', port: { number: 80 } } } },
              {
                path: '/api',
                pathType: 'Prefix',
                backend: { service: { name: 'api', port: { number: 80 } } },
              },
            ],
          },
        },
      ],
    },
  },
  {
    ...{ apiVersion: 'gateway.networking.k8s.io/v1', kind: 'Gateway', metadata: meta('partners') },
    spec: { gatewayClassName: 'tiphys', listeners: [{ name: 'http', port: 8081, protocol: 'HTTP' }] },
  },
  {
    ...{ apiVersion: 'gateway.networking.k8s.io/v1', kind: 'HTTPRoute', metadata: meta('orders') },
    spec: {
      ...{ parentRefs: [{ name: 'partners' }], hostnames: ['orders.example'] },
      rules: [
        {
          backendRefs: [
            { name: 'api', port: 80, weight: 9 },
            { name: 'payments', port: 443, weight: 1 },
          ],
        },
      ],
    },
  },
  policy('api-from-web', { podSelector: { matchLabels: { app: 'api' } }, ingress: from('web', 'http') }),
  policy('payments-from-api', {
    podSelector: { matchLabels: { app: 'payments' } },
    ingress: from('api', 8080),
  }),
  policy('db-from-api', { podSelector: { matchLabels: { app: 'db' } }, ingress: from('api', 'sql') }),
  {
    ...{ apiVersion: 'v1', kind: 'ResourceQuota', metadata: meta('team') },
    spec: { hard: { pods: '9', 'requests.cpu': '1000', services: '10', configmaps: '40' } },
  },
  {
    ...{ apiVersion: 'v1', kind: 'LimitRange', metadata: meta('containers') },
    spec: { limits: [{ type: 'Container', max: { memory: '4Gi' }, defaultRequest: { cpu: '10m' } }] },
  },
  {
    ...{ apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: meta('archive') },
    spec: {
      ...{ storageClassName: 'no-such-class', accessModes: ['ReadWriteOnce'] },
      resources: { requests: { storage: '5Gi' } },
    },
  },
  { apiVersion: 'v1', kind: 'ServiceAccount', metadata: meta('auditor') },
  {
    ...{ apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'RoleBinding', metadata: meta('auditors') },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'view' },
    subjects: [{ kind: 'ServiceAccount', name: 'auditor' }],
  },
];

/** As a List, for kubectl: in a namespace of its own. */
export const shopIn = (name: string): string => {
  const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name } };
  const list = { apiVersion: 'v1', kind: 'List', items: [namespace, ...objects] };
  return JSON.stringify(list, (key, value: unknown) => (key === 'namespace' ? name : value));
};

export const shop = shopIn(NAMESPACE);
