// An aggregated API server: flunders of wardle.example.com in memory, and fixed figures of the three metrics APIs. It believes the user
// headers of callers whose certificate is from the authority that the cluster publishes, and notes the user in what is created.
const { randomUUID } = require('node:crypto');
const { readFileSync } = require('node:fs');
const https = require('node:https');

const mounted = (name) => readFileSync(`/var/run/secrets/kubernetes.io/serviceaccount/${name}`);
const published = '/api/v1/namespaces/kube-system/configmaps/extension-apiserver-authentication';
const FLUNDERS = '/apis/wardle.example.com/v1alpha1';
const METRICS = '/apis/metrics.k8s.io/v1beta1';
const CUSTOM = '/apis/custom.metrics.k8s.io/v1beta2';
const EXTERNAL = '/apis/external.metrics.k8s.io/v1beta1';
const IN_NAMESPACE = new RegExp(`^${FLUNDERS}/namespaces/([^/]+)/flunders(?:/([^/]+))?$`);

const objects = new Map();
const watchers = new Set();
let revision = 1;

const resource = (name, kind, namespaced, verbs) => ({
  name,
  singularName: kind.toLowerCase(),
  namespaced,
  kind,
  verbs,
});
const list = (groupVersion, ...resources) => ({
  kind: 'APIResourceList',
  apiVersion: 'v1',
  groupVersion,
  resources,
});
const VERBS = ['get', 'list', 'watch', 'create', 'delete', 'deletecollection'];
const usage = { cpu: '123m', memory: '456Mi' };
const times = { timestamp: '2026-01-01T00:00:00Z', window: '30s' };
const metrics = (kind, items) => ({ kind, apiVersion: 'metrics.k8s.io/v1beta1', metadata: {}, items });
const schema = (kind) => ({
  type: 'object',
  'x-kubernetes-group-version-kind': [{ group: 'wardle.example.com', version: 'v1alpha1', kind }],
});
const fixed = {
  [FLUNDERS]: list('wardle.example.com/v1alpha1', resource('flunders', 'Flunder', true, VERBS)),
  [METRICS]: list(
    'metrics.k8s.io/v1beta1',
    resource('nodes', 'NodeMetrics', false, ['get', 'list']),
    resource('pods', 'PodMetrics', true, ['get', 'list']),
  ),
  [`${METRICS}/nodes`]: metrics('NodeMetricsList', [
    { metadata: { name: process.env.NODE }, ...times, usage },
  ]),
  [`${METRICS}/namespaces/default/pods`]: metrics('PodMetricsList', [
    { metadata: { name: 'p', namespace: 'default' }, ...times, containers: [{ name: 'c', usage }] },
  ]),
  [CUSTOM]: list(
    'custom.metrics.k8s.io/v1beta2',
    resource('services/hits', 'MetricValueList', true, ['get']),
  ),
  [`${CUSTOM}/namespaces/default/services/work/hits`]: {
    kind: 'MetricValueList',
    apiVersion: 'custom.metrics.k8s.io/v1beta2',
    metadata: {},
    items: [
      {
        describedObject: { kind: 'Service', namespace: 'default', name: 'work', apiVersion: 'v1' },
        metric: { name: 'hits', selector: null },
        timestamp: times.timestamp,
        value: '3',
      },
    ],
  },
  [EXTERNAL]: list(
    'external.metrics.k8s.io/v1beta1',
    resource('queue', 'ExternalMetricValueList', true, ['get']),
  ),
  [`${EXTERNAL}/namespaces/default/queue`]: {
    kind: 'ExternalMetricValueList',
    apiVersion: 'external.metrics.k8s.io/v1beta1',
    metadata: {},
    items: [{ metricName: 'queue', metricLabels: {}, timestamp: times.timestamp, value: '2500m' }],
  },
  '/openapi/v3': { paths: { [FLUNDERS.slice(1)]: { serverRelativeURL: `/openapi/v3${FLUNDERS}?hash=1` } } },
  [`/openapi/v3${FLUNDERS}`]: {
    openapi: '3.0.0',
    info: { title: 'flunders', version: '1' },
    paths: {
      [`${FLUNDERS}/namespaces/{namespace}/flunders/{name}`]: {
        patch: {
          parameters: [{ name: 'fieldValidation', in: 'query', schema: { type: 'string' } }],
          responses: {},
          'x-kubernetes-action': 'patch',
          'x-kubernetes-group-version-kind': {
            group: 'wardle.example.com',
            version: 'v1alpha1',
            kind: 'Flunder',
          },
        },
      },
    },
    components: { schemas: { Flunder: { ...schema('Flunder'), description: 'A fish of the tests.' } } },
  },
};

const send = (response, code, body) =>
  response.writeHead(code, { 'content-type': 'application/json' }).end(JSON.stringify(body));
const status = (code, reason) => ({
  kind: 'Status',
  apiVersion: 'v1',
  status: 'Failure',
  reason,
  code,
  message: reason,
});

function tell(type, object) {
  for (const watcher of watchers)
    if (!watcher.namespace || watcher.namespace === object.metadata.namespace)
      watcher.response.write(`${JSON.stringify({ type, object })}\n`);
}

function watch(response, namespace) {
  const watcher = { response, namespace };
  watchers.add(watcher);
  response.on('close', () => watchers.delete(watcher));
  response.writeHead(200, { 'content-type': 'application/json' });
  response.flushHeaders();
}

function remove(key) {
  const object = objects.get(key);
  objects.delete(key);
  object.metadata.resourceVersion = String(++revision);
  tell('DELETED', object);
  return object;
}

function create(request, response, namespace, body) {
  const object = JSON.parse(body);
  const { 'x-remote-user': user, 'x-remote-group': groups } = request.headersDistinct;
  const metadata = { ...object.metadata, namespace, uid: randomUUID(), resourceVersion: String(++revision) };
  metadata.creationTimestamp = new Date().toISOString();
  Object.assign(object, { metadata, owner: { user: user[0], groups } });
  objects.set(`${namespace}/${metadata.name}`, object);
  tell('ADDED', object);
  send(response, 201, object);
}

function flunders(request, response, url, namespace, name, body) {
  const key = `${namespace}/${name}`;
  if (name && !objects.has(key)) return send(response, 404, status(404, 'NotFound'));
  if (name && request.method === 'DELETE') return send(response, 200, remove(key));
  if (name) return send(response, 200, objects.get(key));
  if (request.method === 'POST') return create(request, response, namespace, body);
  const chosen = [...objects.values()].filter(
    ({ metadata }) => !namespace || metadata.namespace === namespace,
  );
  if (request.method === 'DELETE')
    for (const { metadata } of chosen) remove(`${metadata.namespace}/${metadata.name}`);
  const isWatch = ['1', 'true'].includes(url.searchParams.get('watch'));
  if (isWatch && url.searchParams.has('sendInitialEvents'))
    return send(response, 422, status(422, 'Invalid'));
  if (isWatch) return watch(response, namespace);
  const metadata = { resourceVersion: String(revision) };
  send(response, 200, {
    kind: 'FlunderList',
    apiVersion: 'wardle.example.com/v1alpha1',
    metadata,
    items: chosen,
  });
}

async function handle(request, response) {
  let body = '';
  for await (const chunk of request) body += chunk;
  const { authorized } = request.socket;
  if (!authorized || request.socket.getPeerCertificate().subject.CN !== 'front-proxy-client')
    return send(response, 401, status(401, 'Unauthorized'));
  const url = new URL(request.url, 'https://localhost');
  if (fixed[url.pathname]) return send(response, 200, fixed[url.pathname]);
  const [, namespace, name] = IN_NAMESPACE.exec(url.pathname) ?? [];
  if (namespace || url.pathname === `${FLUNDERS}/flunders`)
    return flunders(request, response, url, namespace, name, body);
  send(response, 404, status(404, 'NotFound'));
}

https.get(
  `https://kubernetes.default.svc${published}`,
  { ca: mounted('ca.crt'), headers: { authorization: `Bearer ${mounted('token')}` } },
  async (answer) => {
    let text = '';
    for await (const chunk of answer) text += chunk;
    const ca = JSON.parse(text).data['requestheader-client-ca-file'];
    const [cert, key] = [readFileSync('/serving/tls.crt'), readFileSync('/serving/tls.key')];
    https.createServer({ cert, key, ca, requestCert: true, rejectUnauthorized: false }, handle).listen(8443);
  },
);
