import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import type { Body } from '../sim/api-calls.ts';
import { type SimCluster, simCluster } from '../sim/cluster.ts';

let server: SimCluster;
before(async () => {
  server = await simCluster();
});

const maps = '/api/v1/namespaces/default/configmaps';
const map = (name: string, more: object = {}) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name },
  ...more,
});

async function refused(
  expected: { code: number; reason: string; message?: RegExp },
  ...[method, path, body, options]: Parameters<SimCluster['call']>
): Promise<Body> {
  const answer = await server.call(method, path, body, options);
  assert.equal(answer.status, expected.code, JSON.stringify(answer.body));
  assert.deepEqual(
    [answer.body.kind, answer.body.status, answer.body.code, answer.body.reason],
    ['Status', 'Failure', expected.code, expected.reason],
  );
  if (expected.message) assert.match(answer.body.message, expected.message);
  return answer.body;
}

const bad = (message?: RegExp) => ({ code: 400, reason: 'BadRequest', ...(message && { message }) });

test('malformed JSON and YAML are bad requests', async () => {
  await refused(bad(/couldn't get version\/kind; json parse error/), 'POST', maps, '{"apiVersion":');
  const headers = { 'content-type': 'application/yaml' };
  await refused(bad(), 'POST', maps, 'a: [b', { headers });
  await refused(bad(), 'POST', maps, '');
  await refused(bad(), 'POST', maps, '[]');
  await refused(bad(), 'POST', maps, 'null');
});

test('a body of another kind is a bad request', async () => {
  await refused(
    bad(/ConfigMap in version "v1" cannot be handled as a Pod|does not match/),
    'POST',
    '/api/v1/namespaces/default/pods',
    map('a'),
  );
  await refused(bad(), 'POST', maps, { apiVersion: 'v1', kind: 'Nonsense', metadata: { name: 'a' } });
});

test('unknown fields are refused, reported as warnings or dropped, depending on fieldValidation', async () => {
  const body = map('u', { date: {}, data: { a: 'b' } });
  const strict = { query: { fieldValidation: 'Strict' } };
  await refused(bad(/strict decoding error: unknown field "date"/), 'POST', maps, body, strict);
  const warned = await server.call('POST', maps, body);
  assert.equal(warned.status, 201);
  assert.match(warned.headers.warning ?? '', /^299 - "unknown field \\"date\\""$/);
  assert.equal(warned.body.date, undefined);
  const ignored = await server.call('PUT', `${maps}/u`, body, { query: { fieldValidation: 'Ignore' } });
  assert.deepEqual([ignored.status, ignored.headers.warning], [200, undefined]);
});

test('invalid options of a write are a 422', async () => {
  const query = { fieldValidation: 'Perhaps', dryRun: 'Some', fieldManager: 'x'.repeat(129) };
  const message =
    'CreateOptions.meta.k8s.io "" is invalid: [dryRun: Unsupported value: ["Some"]: supported values: "All", ' +
    'fieldManager: Too long: may not be more than 128 bytes, ' +
    'fieldValidation: Unsupported value: "Perhaps": supported values: "", "Ignore", "Strict", "Warn"]';
  const answer = await server.call('POST', maps, map('o'), { query });
  assert.deepEqual([answer.status, answer.body.message], [422, message]);
  const odd = await server.call('PUT', `${maps}/o`, map('o'), { query: { fieldManager: 'a\nb' } });
  assert.match(
    odd.body.message,
    /^UpdateOptions\.meta\.k8s\.io .*invalid character U\+000A \(at position 1\)$/,
  );
});

test('an apply configuration must name its apiVersion', async () => {
  const headers = { 'content-type': 'application/apply-patch+yaml' };
  const query = { fieldManager: 'a' };
  const message = /^Incorrect version specified in apply patch\. Specified patch version: , expected: v1$/;
  await refused(
    bad(message),
    'PATCH',
    `${maps}/v`,
    { kind: 'ConfigMap', metadata: { name: 'v' } },
    { headers, query },
  );
});

test('duplicate fields are refused in strict mode', async () => {
  const body = '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"d"},"data":{"a":"1","a":"2"}}';
  const strict = { query: { fieldValidation: 'Strict' } };
  await refused(bad(/strict decoding error: duplicate field "data\.a"/), 'POST', maps, body, strict);
});

test('values of the wrong type are bad requests that name the field', async () => {
  const body = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'd' },
    spec: { replicas: 'many' },
  };
  await refused(
    bad(/cannot unmarshal string into Go struct field .*replicas of type int32/),
    'POST',
    '/apis/apps/v1/namespaces/default/deployments',
    body,
  );
});

test('names that are not DNS names are invalid', async () => {
  const status = await refused(
    {
      code: 422,
      reason: 'Invalid',
      message: /^ConfigMap "No_Name" is invalid: metadata\.name: Invalid value: "No_Name"/,
    },
    'POST',
    maps,
    map('No_Name'),
  );
  assert.equal(status.details.causes[0].field, 'metadata.name');
  await refused({ code: 422, reason: 'Invalid' }, 'POST', maps, { ...map(''), metadata: {} });
});

test('an update with a stale resourceVersion conflicts', async () => {
  const made = (await server.call('POST', maps, map('s'))).body;
  await server.call('PUT', `${maps}/s`, { ...made, data: { a: '1' } });
  const late = { ...made, data: { a: '2' } };
  await refused(
    {
      code: 409,
      reason: 'Conflict',
      message:
        /^Operation cannot be fulfilled on configmaps "s": the object has been modified; please apply your changes to the latest version and try again$/,
    },
    'PUT',
    `${maps}/s`,
    late,
  );
});

test('creating an existing object is a 409; reading, updating or deleting a missing one a 404', async () => {
  await server.call('POST', maps, map('e'));
  const exists = /^configmaps "e" already exists$/;
  await refused({ code: 409, reason: 'AlreadyExists', message: exists }, 'POST', maps, map('e'));
  const missing = { code: 404, reason: 'NotFound', message: /^configmaps "none" not found$/ };
  await refused(missing, 'GET', `${maps}/none`);
  await refused(missing, 'PUT', `${maps}/none`, map('none'));
  await refused(missing, 'DELETE', `${maps}/none`);
  const headers = { 'content-type': 'application/merge-patch+json' };
  await refused(missing, 'PATCH', `${maps}/none`, '{}', { headers });
});

test('unknown resources, groups and paths are not found', async () => {
  const message = /^the server could not find the requested resource$/;
  const missing = { code: 404, reason: 'NotFound', message };
  for (const path of [
    '/api/v1/namespaces/default/gizmos',
    '/apis/nowhere.example/v1/things',
    '/apis/apps/v9/deployments',
    `${maps}/a/nonsense`,
    '/nowhere',
  ])
    await refused(missing, 'GET', path);
});

test('verbs that a resource does not have are not allowed', async () => {
  await refused({ code: 405, reason: 'MethodNotAllowed' }, 'POST', `${maps}/a`, map('a'));
  await refused({ code: 405, reason: 'MethodNotAllowed' }, 'DELETE', '/api/v1/namespaces');
});

test('unsupported media types are a 415 in requests and a 406 in Accept', async () => {
  const sent = { headers: { 'content-type': 'text/csv' } };
  await refused({ code: 415, reason: 'UnsupportedMediaType' }, 'POST', maps, map('m'), sent);
  const wanted = { headers: { accept: 'application/cbor' } };
  await refused({ code: 406, reason: 'NotAcceptable' }, 'GET', maps, undefined, wanted);
  const either = { headers: { accept: 'application/cbor,application/json' } };
  assert.equal(
    (await server.call('GET', maps, undefined, either)).headers['content-type'],
    'application/json',
  );
});

test('names in the body and in the path must agree', async () => {
  await server.call('POST', maps, map('n'));
  await refused(bad(/does not match the name on the URL \(n\)/), 'PUT', `${maps}/n`, map('other'));
  const elsewhere = { ...map('n'), metadata: { name: 'n', namespace: 'kube-system' } };
  await refused(bad(/namespace/), 'POST', maps, elsewhere);
});

test('objects cannot be created in a missing or terminating namespace', async () => {
  const path = (ns: string) => `/api/v1/namespaces/${ns}/configmaps`;
  const missing = { code: 404, reason: 'NotFound', message: /^namespaces "void" not found$/ };
  await refused(missing, 'POST', path('void'), map('a'));
  await server.call('POST', '/api/v1/namespaces', {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: 'ends' },
  });
  await server.call('DELETE', '/api/v1/namespaces/ends');
  const message =
    /^configmaps "a" is forbidden: unable to create new content in namespace ends because it is being terminated$/;
  const status = await refused({ code: 403, reason: 'Forbidden', message }, 'POST', path('ends'), map('a'));
  assert.equal(status.details.causes[0].reason, 'NamespaceTerminating');
});

test('invalid selectors are bad requests', async () => {
  await refused(bad(/unable to parse/), 'GET', maps, undefined, { query: { labelSelector: 'a in b' } });
  const unknown = { query: { fieldSelector: 'spec.nodeName=a' } };
  await refused(bad(/"spec\.nodeName" is not a known field selector/), 'GET', maps, undefined, unknown);
  await refused(bad(), 'GET', maps, undefined, { query: { limit: 'few' } });
  await refused(bad(/continue key is not valid/), 'GET', maps, undefined, { query: { continue: '!!' } });
  await refused(bad(/invalid resource version/), 'GET', maps, undefined, { query: { resourceVersion: 'x' } });
});

test('invalid or inapplicable patches are refused', async () => {
  await server.call('POST', maps, map('p', { data: { a: '1' } }));
  const as = (type: string) => ({ headers: { 'content-type': `application/${type}` } });
  await refused(bad(), 'PATCH', `${maps}/p`, '{', as('merge-patch+json'));
  await refused({ code: 415, reason: 'UnsupportedMediaType' }, 'PATCH', `${maps}/p`, '{}', as('json'));
  const failing = JSON.stringify([{ op: 'test', path: '/data/a', value: '2' }]);
  await refused({ code: 422, reason: 'Invalid' }, 'PATCH', `${maps}/p`, failing, as('json-patch+json'));
  const strict = { ...as('merge-patch+json'), query: { fieldValidation: 'Strict' } };
  await refused(
    { code: 422, reason: 'Invalid', message: /strict decoding error: unknown field "dat"/ },
    'PATCH',
    `${maps}/p`,
    '{"dat":{}}',
    strict,
  );
});

test('preconditions of a deletion are checked', async () => {
  await server.call('POST', maps, map('x'));
  const message = /Precondition failed: UID in precondition: nope/;
  await refused({ code: 409, reason: 'Conflict', message }, 'DELETE', `${maps}/x`, {
    preconditions: { uid: 'nope' },
  });
});

test('invalid numbers are bad requests; a future resourceVersion is a timeout', async () => {
  await server.call('POST', maps, map('n'));
  const syntax = bad(/^strconv\.ParseInt: parsing "soon": invalid syntax$/);
  await refused(syntax, 'DELETE', `${maps}/n`, undefined, { query: { gracePeriodSeconds: 'soon' } });
  const query = { resourceVersion: '99999999' };
  const late = {
    code: 504,
    reason: 'Timeout',
    message: /^Timeout: Too large resource version: 99999999, current: \d+$/,
  };
  await refused(late, 'GET', `${maps}/n`, undefined, { query });
  assert.equal(
    (await server.call('GET', `${maps}/n`, undefined, { query: { resourceVersion: '0' } })).status,
    200,
  );
});

test('names that every JavaScript object inherits are unknown names like any other', async () => {
  for (const name of ['constructor', '__proto__', 'toString', 'hasOwnProperty']) {
    for (const path of [`/livez/${name}`, `/readyz/${name}`, `/healthz/${name}`, `/${name}`, `/api/${name}`])
      assert.equal((await server.call('GET', path)).status, 404, path);
    assert.equal((await server.call('GET', `/api/v1/namespaces/default/pods/p/${name}`)).status, 404);
    const accept = await server.call('GET', maps, undefined, {
      headers: { accept: `application/json;as=${name}` },
    });
    assert.equal(accept.status, 406, name);
    const type = await server.call(
      'PATCH',
      `${maps}/kube-root-ca.crt`,
      {},
      { headers: { 'content-type': name } },
    );
    assert.equal(type.status, 415, name);
    assert.equal((await server.call(name, maps)).status, 405, name);
  }
});
