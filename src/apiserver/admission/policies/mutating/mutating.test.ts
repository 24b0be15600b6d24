// Mutating admission policies. Upstream: apiserver/pkg/admission/plugin/policy/mutating/*_test.go,
// test/e2e/apimachinery/mutatingadmissionpolicy.go.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Body } from '../../../../sim/api-calls.ts';
import { type SimCluster, simCluster } from '../../../../sim/cluster.ts';

const API = '/apis/admissionregistration.k8s.io/v1';
const MAPS = '/api/v1/namespaces/default/configmaps';
const DEPLOYMENTS = '/apis/apps/v1/namespaces/default/deployments';
const rule = (apiGroups: string[], resources: string[], apiVersions = ['v1']) => ({
  operations: ['CREATE', 'UPDATE'],
  apiGroups,
  apiVersions,
  resources,
});
const ON_MAPS = rule([''], ['configmaps']);

const apply = (expression: string) => ({
  patchType: 'ApplyConfiguration',
  applyConfiguration: { expression },
});
const json = (expression: string) => ({ patchType: 'JSONPatch', jsonPatch: { expression } });

const policy = (name: string, mutations: object[], spec: object = {}) => ({
  apiVersion: 'admissionregistration.k8s.io/v1',
  kind: 'MutatingAdmissionPolicy',
  metadata: { name },
  spec: {
    matchConstraints: { resourceRules: [ON_MAPS] },
    reinvocationPolicy: 'Never',
    mutations,
    ...spec,
  },
});

async function bound(
  server: SimCluster,
  name: string,
  mutations: object[],
  spec: object = {},
  binding: object = {},
): Promise<void> {
  const made = await server.call('POST', `${API}/mutatingadmissionpolicies`, policy(name, mutations, spec));
  assert.equal(made.status, 201, JSON.stringify(made.body));
  const tied = await server.call('POST', `${API}/mutatingadmissionpolicybindings`, {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'MutatingAdmissionPolicyBinding',
    metadata: { name },
    spec: { policyName: name, ...binding },
  });
  assert.equal(tied.status, 201, JSON.stringify(tied.body));
}

const map = (name: string, data: object = {}, metadata: object = {}) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, ...metadata },
  data,
});

const created = async (
  server: SimCluster,
  name: string,
  data: object = {},
  metadata: object = {},
): Promise<Body> => {
  const { status, body } = await server.call('POST', MAPS, map(name, data, metadata));
  assert.equal(status, 201, JSON.stringify(body));
  return body;
};

test('fields are applied, and lists merged by their keys', async () => {
  const server = await simCluster();
  await bound(
    server,
    'sidecar',
    [
      apply(`Object{spec: Object.spec{template: Object.spec.template{spec: Object.spec.template.spec{
        containers: [Object.spec.template.spec.containers{name: "extra", image: object.spec.template.spec.containers[0].image}]
      }}}}`),
    ],
    { matchConstraints: { resourceRules: [rule(['apps'], ['deployments'])] } },
  );
  const labels = { a: 'b' };
  const { status, body } = await server.call('POST', DEPLOYMENTS, {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'd' },
    spec: {
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [{ name: 'c', image: 'i:1' }] } },
    },
  });
  assert.equal(status, 201, JSON.stringify(body));
  assert.deepEqual(
    body.spec.template.spec.containers.map(({ name, image, imagePullPolicy }: Body) => [
      name,
      image,
      imagePullPolicy,
    ]),
    [
      ['c', 'i:1', 'IfNotPresent'],
      ['extra', 'i:1', 'IfNotPresent'],
    ],
  );
});

test('JSON patches add, replace and escape keys; one that fails its test changes nothing', async () => {
  const server = await simCluster();
  await bound(server, 'patch', [
    json(`[
      JSONPatch{op: "add", path: "/metadata/labels", value: {"env": "test"}},
      JSONPatch{op: "add", path: "/metadata/labels/" + jsonpatch.escapeKey("example.com/x"), value: "y"}
    ]`),
    json(`[
      JSONPatch{op: "test", path: "/metadata/labels/env", value: "other"},
      JSONPatch{op: "add", path: "/data/never", value: "x"}
    ]`),
    json(`has(object.data) ? [JSONPatch{op: "copy", from: "/data/a", path: "/data/b"}] : []`),
  ]);
  const { metadata, data } = await created(server, 'a', { a: '1' });
  assert.deepEqual(metadata.labels, { env: 'test', 'example.com/x': 'y' });
  assert.deepEqual(data, { a: '1', b: '1' });
});

test('what is made is validated, and an update is mutated, too', async () => {
  const server = await simCluster();
  await bound(server, 'wrong', [apply('Object{metadata: Object.metadata{labels: {"a b": "c"}}}')], {
    matchConditions: [{ name: 'wrong', expression: 'object.metadata.name == "wrong"' }],
  });
  await bound(server, 'stamp', [apply('Object{data: {"operation": request.operation}}')]);
  const refused = await server.call('POST', MAPS, map('wrong'));
  assert.deepEqual([refused.status, refused.body.reason], [422, 'Invalid'], JSON.stringify(refused.body));
  const made = await created(server, 'a');
  assert.deepEqual(made.data, { operation: 'CREATE' });
  const changed = await server.call('PUT', `${MAPS}/a`, { ...made, data: { ...made.data, x: '1' } });
  assert.deepEqual(changed.body.data, { operation: 'UPDATE', x: '1' });
  assert.equal((await server.call('DELETE', `${MAPS}/a`)).status, 200);
});

test('policies run in the order of their names, each with its variables, parameters and conditions', async () => {
  const server = await simCluster();
  await server.call('POST', MAPS, map('params', { suffix: '!' }, { labels: { params: 'yes' } }));
  await bound(
    server,
    'b',
    [apply('Object{data: {"x": object.data.x + variables.more}}')],
    {
      variables: [{ name: 'more', expression: 'params.data.suffix' }],
      paramKind: { apiVersion: 'v1', kind: 'ConfigMap' },
      matchConditions: [{ name: 'has', expression: 'has(object.data) && has(object.data.x)' }],
    },
    { paramRef: { name: 'params', parameterNotFoundAction: 'Deny' } },
  );
  await bound(
    server,
    'a',
    [apply('Object{data: {"x": object.data.x + "1"}}'), apply('Object{data: {"x": object.data.x + "2"}}')],
    { matchConditions: [{ name: 'has', expression: 'has(object.data) && has(object.data.x)' }] },
  );
  assert.equal((await created(server, 'm', { x: '0' })).data.x, '012!');
  assert.deepEqual((await created(server, 'n', { y: '0' })).data, { y: '0' });
});

test('a policy that asks for it runs again after another one has changed the object, and only then', async () => {
  const server = await simCluster();
  const count = (key: string) => apply(`Object{data: {"${key}": object.?data.?${key}.orValue("") + "x"}}`);
  await bound(server, 'a', [count('a')], { reinvocationPolicy: 'IfNeeded' });
  await bound(server, 'b', [count('b')]);
  assert.deepEqual((await created(server, 'm')).data, { a: 'xx', b: 'x' });
});

const FAILED = /^policy 'p' with binding 'p' denied request: /;

test('mutations that fail refuse the request in upstream’s words, unless the failure policy is Ignore', async () => {
  const cases: readonly (readonly [object, RegExp])[] = [
    [
      apply('Object{spec: Object.spec{a: 1}}'),
      /error applying patch: failed to convert patch object to typed object: \.spec: field not declared in schema$/,
    ],
    [
      apply('Object{metadata: Object.wrong{labels: {"a": "b"}}}'),
      /type mismatch: unexpected type name "Object\.wrong", expected "Object\.metadata", which matches field name path from root Object type$/,
    ],
    [
      apply('Object{data: {"x": object.data.missing}}'),
      /expression '.*' resulted in error: no such key: missing$/,
    ],
    [
      json('[JSONPatch{op: "add", path: "/no/where", value: 1}]'),
      /JSON Patch: add operation does not apply: doc is missing path: "\/no\/where": missing value$/,
    ],
    [
      json('[JSONPatch{op: "remove", path: "/data/none"}]'),
      /JSON Patch: error in remove for path: '\/data\/none': Unable to remove nonexistent key: none: missing value$/,
    ],
    [json('[JSONPatch{op: "odd", path: "/data"}]'), /JSON Patch: Unexpected kind: odd$/],
  ];
  for (const [mutation, message] of cases) {
    const server = await simCluster();
    await bound(server, 'p', [mutation]);
    const { status, body } = await server.call('POST', MAPS, map('m', { a: '1' }));
    assert.deepEqual([status, body.reason], [403, 'Invalid'], JSON.stringify(body));
    assert.match(body.message, FAILED);
    assert.match(body.message, message);
    assert.deepEqual(body.details.causes, [{ message: body.message }]);
    const lenient = { ...policy('p', [mutation]).spec, failurePolicy: 'Ignore' };
    const merge = { headers: { 'content-type': 'application/merge-patch+json' } };
    const path = `${API}/mutatingadmissionpolicies/p`;
    assert.equal((await server.call('PATCH', path, { spec: lenient }, merge)).status, 200);
    assert.deepEqual((await created(server, 'm', { a: '1' })).data, { a: '1' });
  }
});

test('atomic lists cannot be applied; unknown fields of a JSON patch are an internal error', async () => {
  const server = await simCluster();
  await bound(server, 'p', [apply('Object{spec: Object.spec{accessModes: ["ReadWriteOnce"]}}')], {
    matchConstraints: { resourceRules: [rule([''], ['persistentvolumeclaims'])] },
  });
  const claim = {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: { name: 'c' },
    spec: { accessModes: ['ReadWriteMany'], resources: { requests: { storage: '1Gi' } } },
  };
  const refused = await server.call('POST', '/api/v1/namespaces/default/persistentvolumeclaims', claim);
  assert.match(
    refused.body.message,
    /error applying patch: invalid ApplyConfiguration: may not mutate atomic arrays, maps or structs: \.spec\.accessModes$/,
  );
  await bound(server, 'q', [json('[JSONPatch{op: "add", path: "/odd", value: 1}]')], {
    failurePolicy: 'Ignore',
  });
  const odd = await server.call('POST', MAPS, map('m'));
  assert.deepEqual([odd.status, odd.body.reason], [500, 'InternalError'], JSON.stringify(odd.body));
  assert.match(odd.body.message, /strict decoding error: unknown field "odd"$/);
});

test('objects without end are refused', async () => {
  const server = await simCluster();
  const doubled = (name: string, of: string) => ({
    name,
    expression: `[${of}, ${of}, ${of}, ${of}, ${of}, ${of}, ${of}, ${of}]`,
  });
  const variables = Array.from({ length: 12 }, (_, i) =>
    doubled(`v${i}`, i === 0 ? '"x"' : `variables.v${i - 1}`),
  );
  await bound(server, 'p', [json('[JSONPatch{op: "add", path: "/data", value: variables.v11}]')], {
    variables,
  });
  const { status, body } = await server.call('POST', MAPS, map('m'));
  assert.equal(status, 403, JSON.stringify(body));
  assert.match(body.message, /denied request: the value is too large$/);
});

test('bindings restrict policies, and a policy without one does nothing', async () => {
  const server = await simCluster();
  const mutations = [apply('Object{data: {"x": "1"}}')];
  assert.equal(
    (await server.call('POST', `${API}/mutatingadmissionpolicies`, policy('free', mutations))).status,
    201,
  );
  assert.equal((await created(server, 'a')).data?.x, undefined);
  await bound(
    server,
    'p',
    mutations,
    {},
    {
      matchResources: { objectSelector: { matchLabels: { chosen: 'yes' } } },
    },
  );
  assert.equal((await created(server, 'b')).data?.x, undefined);
  assert.equal((await created(server, 'c', {}, { labels: { chosen: 'yes' } })).data.x, '1');
});

test('parameters that are not there: the binding is left out, or refuses', async () => {
  const server = await simCluster();
  const spec = { paramKind: { apiVersion: 'v1', kind: 'Secret' } };
  const mutations = [apply('Object{data: {"x": "1"}}')];
  await bound(server, 'p', mutations, spec, { paramRef: { name: 'none', parameterNotFoundAction: 'Allow' } });
  assert.equal((await created(server, 'a')).data?.x, undefined);
  await bound(server, 'q', mutations, spec, { paramRef: { name: 'none', parameterNotFoundAction: 'Deny' } });
  const { status, body } = await server.call('POST', MAPS, map('b'));
  assert.deepEqual([status, body.reason], [403, 'Forbidden']);
  assert.equal(
    body.message,
    "policy 'q' with binding 'q' denied request: failed to configure binding: no params found for policy binding with `Deny` parameterNotFoundAction",
  );
});

test('policies are checked when they are written', async () => {
  const { call } = await simCluster();
  const errors = async (spec: object): Promise<string> => {
    const { status, body } = await call('POST', `${API}/mutatingadmissionpolicies`, policy('p', [], spec));
    assert.equal(status, 422, JSON.stringify(body));
    return body.message;
  };
  assert.match(await errors({}), /spec\.mutations: Required value: mutations must contain at least one item/);
  assert.match(
    await errors({ reinvocationPolicy: 'Odd' }),
    /spec\.reinvocationPolicy: Unsupported value: "Odd": supported values: "IfNeeded", "Never"/,
  );
  const deletes = { resourceRules: [{ ...ON_MAPS, operations: ['DELETE'] }] };
  assert.match(
    await errors({ matchConstraints: deletes }),
    /spec\.matchConstraints\.resourceRules\.operations: Unsupported value: "DELETE": supported values: "CREATE", "UPDATE"/,
  );
  const one = async (mutation: object) => errors({ mutations: [mutation] });
  assert.match(
    await one({ patchType: 'JSONPatch' }),
    /spec\.mutations\[0\]\.jsonPatch: Required value: must be specified when patchType is JSONPatch/,
  );
  assert.match(
    await one({ ...apply('Object{}'), jsonPatch: { expression: '[]' } }),
    /spec\.mutations\[0\]\.jsonPatch: Invalid value: "\{jsonPatch\}": must not be specified when patchType is ApplyConfiguration/,
  );
  assert.match(await one(apply('Invalid{}')), /undeclared reference to 'Invalid'/);
  assert.match(await one(apply('"text"')), /must evaluate to Object but got string/);
  assert.match(
    await one(json('JSONPatch{op: "add"}')),
    /must evaluate to list\(JSONPatch\) but got JSONPatch/,
  );
  assert.match(
    await one(json('[JSONPatch{op: 1}]')),
    /expected type of field 'op' is 'string' but provided type is 'int'/,
  );
  assert.match(await one(json('[JSONPatch{other: 1}]')), /undefined field 'other'/);
});

test('evaluations are counted', async () => {
  const server = await simCluster();
  await bound(server, 'p', [apply('Object{}'), apply('Object{data: {"x": object.data.missing}}')], {
    failurePolicy: 'Ignore',
  });
  await created(server, 'a', { a: '1' });
  const { body } = await server.call('GET', '/metrics');
  for (const type of ['no_error', 'invalid_error'])
    assert.ok(
      body
        .split('\n')
        .some(
          (line: string) =>
            line.startsWith('apiserver_mutating_admission_policy_check_total{') &&
            line.includes(`error_type="${type}"`) &&
            line.endsWith(' 1'),
        ),
      type,
    );
});
