import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { after, before, beforeEach, test } from 'node:test';
import { ensureCertificates } from '../../../cluster/pki/ensure-certificates.ts';
import { systemClock } from '../../../kit/clock.ts';
import type { Body } from '../../../sim/api-calls.ts';
import { type SimCluster, simCluster } from '../../../sim/cluster.ts';
import { aPod, aPodTemplate } from '../../../sim/objects/pod.ts';

const directory = mkdtempSync(join(tmpdir(), 'webhooks-'));
const maps = '/api/v1/namespaces/default/configmaps';
const configurations = '/apis/admissionregistration.k8s.io/v1';

let hook: Server;
let url = '';
let caBundle = '';
/** The responses of the webhook, the reviews it received, and the path and query of the last one. */
let answer: (request: Body) => object;
let asked: Body[] = [];
let target = '';
let server: SimCluster;

before(async () => {
  const certificates = ensureCertificates({ directory, clock: systemClock, nodes: [] });
  caBundle = Buffer.from(certificates.ca.certificate).toString('base64');
  hook = createServer(
    { cert: certificates.apiserver.certificate, key: certificates.apiserver.key },
    async (request, response) => {
      const review = JSON.parse(await text(request));
      asked.push(review.request);
      target = request.url ?? '';
      const verdict = { uid: review.request.uid, ...answer(review.request) };
      response.end(JSON.stringify({ ...review, request: undefined, response: verdict }));
    },
  );
  await new Promise<void>((resolve) => hook.listen(0, '127.0.0.1', resolve));
  url = `https://127.0.0.1:${(hook.address() as AddressInfo).port}/check`;
});

after(() => {
  hook.close();
  rmSync(directory, { recursive: true });
});

beforeEach(async () => {
  asked = [];
  answer = () => ({ allowed: true });
  server = await simCluster();
});

async function configure(kind: 'Mutating' | 'Validating', more: object = {}): Promise<void> {
  const made = await server.call('POST', `${configurations}/${kind.toLowerCase()}webhookconfigurations`, {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: `${kind}WebhookConfiguration`,
    metadata: { name: 'hooks' },
    webhooks: [
      {
        name: 'hook.example.com',
        clientConfig: { url, caBundle },
        rules: [
          {
            operations: ['CREATE', 'UPDATE'],
            apiGroups: [''],
            apiVersions: ['v1'],
            resources: ['configmaps'],
          },
        ],
        sideEffects: 'None',
        admissionReviewVersions: ['v1'],
        ...more,
      },
    ],
  });
  assert.equal(made.status, 201, JSON.stringify(made.body));
}

const map = (name: string, labels: object = {}) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, labels },
});

test('a mutating webhook changes what is stored', async () => {
  await configure('Mutating');
  const patch = [{ op: 'add', path: '/data', value: { added: 'yes' } }];
  answer = () => ({
    allowed: true,
    patchType: 'JSONPatch',
    patch: Buffer.from(JSON.stringify(patch)).toString('base64'),
  });
  const made = await server.call('POST', maps, map('a'));
  assert.deepEqual([made.status, made.body.data], [201, { added: 'yes' }], JSON.stringify(made.body));
  const [request] = asked;
  assert.deepEqual(
    [request.operation, request.resource.resource, request.object.metadata.name],
    ['CREATE', 'configmaps', 'a'],
  );
  assert.equal(request.userInfo.username, 'kubernetes-admin');
});

test('a patch that does not apply is a failure in upstream’s words, whatever the failure policy', async () => {
  await configure('Mutating', { failurePolicy: 'Ignore' });
  const send = async (patch: object) => {
    const bytes = Buffer.from(JSON.stringify([patch]));
    answer = () => ({ allowed: true, patchType: 'JSONPatch', patch: bytes.toString('base64') });
    const { status, body } = await server.call('POST', maps, map('unpatched'));
    return `${status} ${body.message}`;
  };
  assert.equal(
    await send({ op: 'remove', path: '/data/nokey' }),
    '500 Internal error occurred: remove operation does not apply: doc is missing path: "/data/nokey": missing value',
  );
  assert.equal(
    await send({ op: 'remove', path: '/metadata/nokey' }),
    "500 Internal error occurred: error in remove for path: '/metadata/nokey': Unable to remove nonexistent key: nokey: missing value",
  );
  assert.equal(
    await send({ op: 'test', path: '/kind', value: 'Secret' }),
    '500 Internal error occurred: testing value /kind failed: test failed',
  );
});

test('a webhook whose service is not there is a failure in upstream’s words', async () => {
  const service = { namespace: 'default', name: 'nosuch', path: '/v' };
  await configure('Mutating', { clientConfig: { service }, timeoutSeconds: 2 });
  const { body } = await server.call('POST', maps, map('unreached'));
  assert.match(
    body.message,
    /failed to call webhook: Post "https:\/\/nosuch\.default\.svc:443\/v\?timeout=2s": service "nosuch" not found$/,
  );
});

test('a validating webhook refuses and warns', async () => {
  await configure('Validating');
  answer = () => ({ allowed: false, status: { message: 'not today' }, warnings: ['mind the gap'] });
  const refused = await server.call('POST', maps, map('b'));
  assert.deepEqual(
    [refused.status, refused.body.message],
    [400, 'admission webhook "hook.example.com" denied the request: not today'],
  );
  assert.match(refused.headers.warning ?? '', /mind the gap/);
  assert.equal(target, '/check?timeout=10s');
});

test('a webhook is called only if its rules and selectors match', async () => {
  await configure('Validating', { objectSelector: { matchLabels: { watched: 'yes' } } });
  await server.call('POST', maps, map('c'));
  await server.call('POST', '/api/v1/namespaces/default/secrets', {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 's', labels: { watched: 'yes' } },
  });
  assert.equal(asked.length, 0);
  await server.call('POST', maps, map('d', { watched: 'yes' }));
  await server.call('DELETE', `${maps}/d`);
  assert.deepEqual(
    asked.map(({ operation }) => operation),
    ['CREATE'],
  );
});

test('an unreachable webhook refuses the request, unless failurePolicy is Ignore', async () => {
  const nowhere = { clientConfig: { url: 'https://127.0.0.1:1/x', caBundle } };
  await configure('Validating', nowhere);
  const refused = await server.call('POST', maps, map('e'));
  assert.equal(refused.status, 500);
  assert.match(
    refused.body.message,
    /failed calling webhook "hook\.example\.com": failed to call webhook: Post "https:\/\/127\.0\.0\.1:1\/x\?timeout=10s": dial tcp 127\.0\.0\.1:1: connect: connection refused/,
  );
  await server.call('DELETE', `${configurations}/validatingwebhookconfigurations/hooks`);
  await configure('Validating', { ...nowhere, failurePolicy: 'Ignore' });
  assert.equal((await server.call('POST', maps, map('e'))).status, 201);
});

test('a dry run is refused if a matching webhook has side effects, as an older version of the API accepted', async () => {
  await configure('Validating');
  const entry = server.store.range('').entries.find(({ key }) => key.endsWith('configurations/hooks'))!;
  const older = entry.value.toString().replace('"sideEffects":"None"', '"sideEffects":"Some"');
  await server.store.update(entry.key, entry.revision, () => Buffer.from(older));
  const { status, body } = await server.call('POST', maps, map('f'), { query: { dryRun: 'All' } });
  const why = 'admission webhook "hook.example.com" does not support dry run';
  assert.deepEqual([status, body.message], [400, why]);
});

const everything = {
  rules: [{ operations: ['*'], apiGroups: ['*'], apiVersions: ['*'], resources: ['*/*'] }],
};
const seen = ({ operation, kind, resource, subResource = '', object, name }: Body) => [
  operation,
  `${resource.resource}/${subResource}`,
  `${kind.group}/${kind.version}/${kind.kind}`,
  object?.kind,
  name,
];

test('webhooks are asked about connections to pods, services and nodes, with the options of the request', async () => {
  await server.call('POST', '/api/v1/namespaces/default/pods', aPod('p', { nodeName: 'n1' }));
  await configure('Validating', everything);
  answer = () => ({ allowed: false, status: { message: 'closed' } });
  const pod = '/api/v1/namespaces/default/pods/p';
  const exec = { command: 'id', stdout: 'true', container: 'main' };
  for (const [method, path, query] of [
    ['GET', `${pod}/exec`, exec],
    ['POST', `${pod}/exec`, exec],
    ['POST', `${pod}/attach`, { stdin: '1' }],
    ['POST', `${pod}/portforward`, { ports: '80,81' }],
    ['GET', `${pod}/proxy/a/b`, {}],
    ['DELETE', `${pod}/proxy/a`, {}],
    ['GET', '/api/v1/namespaces/default/services/s/proxy/x', {}],
    ['GET', '/api/v1/nodes/n1/proxy/metrics', {}],
  ] as const) {
    const refused = await server.call(method, path, undefined, { query });
    assert.deepEqual(
      [refused.status, refused.body.message],
      [400, 'admission webhook "hook.example.com" denied the request: closed'],
    );
  }
  const of = (plural: string, sub: string, kind: string, name: string) => [
    'CONNECT',
    `${plural}/${sub}`,
    `/v1/${kind}`,
    kind,
    name,
  ];
  assert.deepEqual(asked.map(seen), [
    of('pods', 'exec', 'PodExecOptions', 'p'),
    of('pods', 'exec', 'PodExecOptions', 'p'),
    of('pods', 'attach', 'PodAttachOptions', 'p'),
    of('pods', 'portforward', 'PodPortForwardOptions', 'p'),
    of('pods', 'proxy', 'PodProxyOptions', 'p'),
    of('pods', 'proxy', 'PodProxyOptions', 'p'),
    of('services', 'proxy', 'ServiceProxyOptions', 's'),
    of('nodes', 'proxy', 'NodeProxyOptions', 'n1'),
  ]);
  const options = {
    kind: 'PodExecOptions',
    apiVersion: 'v1',
    stdout: true,
    container: 'main',
    command: ['id'],
  };
  assert.deepEqual(asked[0].object, options);
  assert.deepEqual(asked[3].object.ports, [80, 81]);
  assert.equal(asked[4].object.path, '/a/b');
});

test('webhooks are asked about evictions, bindings, tokens, scales, status and reviews', async () => {
  const inDefault = '/api/v1/namespaces/default';
  const deployments = '/apis/apps/v1/namespaces/default/deployments';
  await server.call('POST', `${inDefault}/pods`, aPod('p'));
  await server.call('POST', `${inDefault}/serviceaccounts`, {
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: { name: 'robot' },
  });
  const selector = { matchLabels: { a: 'b' } };
  await server.call('POST', deployments, {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'd' },
    spec: { replicas: 1, selector, template: aPodTemplate({ a: 'b' }) },
  });
  await configure('Validating', everything);
  answer = () => ({ allowed: false, status: { message: 'closed' } });
  const metadata = { name: 'p' };
  const target = { kind: 'Node', name: 'n1' };
  const binding = { apiVersion: 'v1', kind: 'Binding', metadata, target };
  const merge = { headers: { 'content-type': 'application/merge-patch+json' } };
  const requests: Parameters<SimCluster['call']>[] = [
    ['POST', `${inDefault}/pods/p/eviction`, { apiVersion: 'policy/v1', kind: 'Eviction', metadata }],
    ['POST', `${inDefault}/pods/p/binding`, binding],
    ['POST', `${inDefault}/bindings`, binding],
    [
      'POST',
      `${inDefault}/serviceaccounts/robot/token`,
      { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: { audiences: ['x'] } },
    ],
    ['PATCH', `${deployments}/d/scale`, { spec: { replicas: 5 } }, merge],
    ['PATCH', `${inDefault}/pods/p/status`, { status: { reason: 'x' } }, merge],
    [
      'POST',
      '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews',
      {
        apiVersion: 'authorization.k8s.io/v1',
        kind: 'SelfSubjectAccessReview',
        spec: { resourceAttributes: { verb: 'get', resource: 'pods' } },
      },
    ],
  ];
  for (const request of requests) {
    const refused = await server.call(...request);
    assert.deepEqual(
      [refused.status, refused.body.message],
      [400, 'admission webhook "hook.example.com" denied the request: closed'],
      request[1],
    );
  }
  assert.deepEqual(asked.map(seen), [
    ['CREATE', 'pods/eviction', 'policy/v1/Eviction', 'Eviction', 'p'],
    ['CREATE', 'pods/binding', '/v1/Binding', 'Binding', 'p'],
    ['CREATE', 'bindings/', '/v1/Binding', 'Binding', 'p'],
    ['CREATE', 'serviceaccounts/token', 'authentication.k8s.io/v1/TokenRequest', 'TokenRequest', 'robot'],
    ['UPDATE', 'deployments/scale', 'autoscaling/v1/Scale', 'Scale', 'd'],
    ['UPDATE', 'pods/status', '/v1/Pod', 'Pod', 'p'],
    [
      'CREATE',
      'selfsubjectaccessreviews/',
      'authorization.k8s.io/v1/SelfSubjectAccessReview',
      'SelfSubjectAccessReview',
      undefined,
    ],
  ]);
  const scale = asked[4];
  assert.deepEqual([scale.oldObject.spec, scale.object.spec], [{ replicas: 1 }, { replicas: 5 }]);
});

test('a mutating webhook changes a Scale and a TokenRequest', async () => {
  const inDefault = '/api/v1/namespaces/default';
  const deployments = '/apis/apps/v1/namespaces/default/deployments';
  await server.call('POST', `${inDefault}/serviceaccounts`, {
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: { name: 'robot' },
  });
  const selector = { matchLabels: { a: 'b' } };
  await server.call('POST', deployments, {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'd' },
    spec: { replicas: 1, selector, template: aPodTemplate({ a: 'b' }) },
  });
  await configure('Mutating', everything);
  answer = ({ kind }) => {
    const patch =
      kind.kind === 'Scale'
        ? { op: 'replace', path: '/spec/replicas', value: 3 }
        : { op: 'add', path: '/spec/audiences', value: ['vault'] };
    const bytes = Buffer.from(JSON.stringify([patch]));
    return { allowed: true, patchType: 'JSONPatch', patch: bytes.toString('base64') };
  };
  const merge = { headers: { 'content-type': 'application/merge-patch+json' } };
  const scaled = await server.call('PATCH', `${deployments}/d/scale`, { spec: { replicas: 50 } }, merge);
  assert.deepEqual([scaled.status, scaled.body.spec], [200, { replicas: 3 }], JSON.stringify(scaled.body));
  const token = await server.call('POST', `${inDefault}/serviceaccounts/robot/token`, {
    apiVersion: 'authentication.k8s.io/v1',
    kind: 'TokenRequest',
    spec: {},
  });
  assert.deepEqual([token.status, token.body.spec.audiences], [201, ['vault']], JSON.stringify(token.body));
});

test('a webhook is shown a Node as it is to be, beside the Node as it was', async () => {
  const rules = [{ operations: ['UPDATE'], apiGroups: [''], apiVersions: ['v1'], resources: ['nodes'] }];
  await configure('Validating', { rules });
  await server.call('POST', '/api/v1/nodes', { apiVersion: 'v1', kind: 'Node', metadata: { name: 'n' } });
  const change = { metadata: { labels: { new: '1' } }, spec: { unschedulable: true } };
  const headers = { 'content-type': 'application/merge-patch+json' };
  await server.call('PATCH', '/api/v1/nodes/n', change, { headers });
  const [{ object, oldObject }] = asked as [Body];
  assert.deepEqual([object.metadata.labels?.new, object.spec.unschedulable], ['1', true]);
  assert.deepEqual([oldObject.metadata.labels?.new, oldObject.spec?.unschedulable], [undefined, undefined]);
});

test('a webhook that asks for it is called again after a later one has changed the object', async () => {
  const hookNamed = (name: string, reinvocationPolicy: string) => ({
    name: `${name}.example.com`,
    clientConfig: { url, caBundle },
    rules: [{ operations: ['CREATE'], apiGroups: [''], apiVersions: ['v1'], resources: ['configmaps'] }],
    sideEffects: 'None',
    admissionReviewVersions: ['v1'],
    reinvocationPolicy,
  });
  await server.call('POST', `${configurations}/mutatingwebhookconfigurations`, {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'MutatingWebhookConfiguration',
    metadata: { name: 'hooks' },
    webhooks: [hookNamed('first', 'IfNeeded'), hookNamed('second', 'Never'), hookNamed('third', 'IfNeeded')],
  });
  // Each of the first three calls adds a key: the second one is after the first, so the first has to see the object again.
  answer = () => ({
    allowed: true,
    ...(asked.length <= 2 && {
      patchType: 'JSONPatch',
      patch: Buffer.from(
        JSON.stringify([{ op: 'add', path: '/data', value: { calls: String(asked.length) } }]),
      ).toString('base64'),
    }),
  });
  assert.equal((await server.call('POST', maps, map('again'))).status, 201);
  assert.deepEqual(
    asked.map(({ object }) => object.data?.calls),
    [undefined, '1', '2', '2'],
  );
});
