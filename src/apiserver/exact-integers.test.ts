// Integers of 64 bits keep every digit on all ways into the API server and out of it.
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { decodeBody } from '../api/codec/decode.ts';
import { Pod } from '../api/kinds/core/v1/pod.ts';
import { encodeDocument } from '../api/protobuf/encode.ts';
import { ADMIN } from '../sim/api-calls.ts';
import { type SimCluster, simCluster } from '../sim/cluster.ts';

const LARGE = '9007199254740993';
const LEAST = '-9223372036854775808';
const PROTOBUF = 'application/vnd.kubernetes.protobuf';
const pods = '/api/v1/namespaces/default/pods';
const gizmos = '/apis/ex.example.com/v1/namespaces/default/gizmos';
let server: SimCluster;

before(async () => {
  server = await simCluster();
  const spec = {
    type: 'object',
    properties: { i: { type: 'integer', maximum: 9.1e15 }, n: { type: 'integer' } },
  };
  const openAPIV3Schema = { type: 'object', properties: { spec } };
  await server.call('POST', '/apis/apiextensions.k8s.io/v1/customresourcedefinitions', {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: 'gizmos.ex.example.com' },
    spec: {
      group: 'ex.example.com',
      scope: 'Namespaced',
      names: { plural: 'gizmos', kind: 'Gizmo' },
      versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema } }],
    },
  });
});

/** The answer as text: JSON.parse would round. */
async function send(
  method: string,
  path: string,
  body?: string | Buffer,
  headers: Record<string, string> = {},
) {
  const bytes = body === undefined ? undefined : Buffer.from(body as string);
  const answer = await server.api.inProcess.request(
    { method, path, headers, ...(bytes && { body: bytes }) },
    ADMIN,
  );
  assert.ok(answer.status < 300, answer.body.toString());
  return headers.accept ? answer.body : answer.body.toString();
}

const pod = (name: string, grace = LARGE) =>
  `{"apiVersion":"v1","kind":"Pod","metadata":{"name":"${name}"},"spec":{"terminationGracePeriodSeconds":${grace},"containers":[{"name":"c","image":"i"}]}}`;
const gizmo = (name: string, n: string) =>
  `{"apiVersion":"ex.example.com/v1","kind":"Gizmo","metadata":{"name":"${name}"},"spec":{"n":${n}}}`;
const grace = new RegExp(`"terminationGracePeriodSeconds":${LARGE}[,}]`);

test('in JSON, YAML and protobuf', async () => {
  assert.match(String(await send('POST', pods, pod('json'))), grace);
  assert.match(String(await send('POST', pods, pod('yaml'), { 'content-type': 'application/yaml' })), grace);
  const { object } = decodeBody(Pod, pod('protobuf'));
  const body = encodeDocument(Pod, object);
  assert.match(String(await send('POST', pods, body, { 'content-type': PROTOBUF })), grace);
  const answer = (await send('GET', `${pods}/protobuf`, undefined, { accept: PROTOBUF })) as Buffer;
  assert.equal(
    decodeBody<Pod>(Pod, answer, { mediaType: PROTOBUF }).object.spec?.terminationGracePeriodSeconds,
    BigInt(LARGE),
  );
  assert.match(String(await send('GET', pods)), grace);
});

test('in what a controller copies from one object to another', async () => {
  const cluster = await simCluster({
    controllers: ['deployment-controller', 'replicaset-controller', 'daemonset-controller'],
    nodes: 1,
  });
  const text = async (path: string) =>
    (await cluster.api.inProcess.request({ method: 'GET', path }, ADMIN)).body.toString();
  const template = (label: string) =>
    `{"metadata":{"labels":{"a":"${label}"}},"spec":{"terminationGracePeriodSeconds":${LARGE},"containers":[{"name":"c","image":"i","command":["sh","-c","a && b"]}]}}`;
  for (const [kind, plural] of [
    ['Deployment', 'deployments'],
    ['DaemonSet', 'daemonsets'],
  ] as const) {
    const body = `{"apiVersion":"apps/v1","kind":"${kind}","metadata":{"name":"x"},"spec":{"selector":{"matchLabels":{"a":"${plural}"}},"template":${template(plural)}}}`;
    await cluster.call('POST', `/apis/apps/v1/namespaces/default/${plural}`, body);
  }
  await cluster.until('a pod', async () => (await text(pods)).includes('"terminationGracePeriodSeconds"'));
  for (const value of (await text(pods)).matchAll(/"terminationGracePeriodSeconds":(\d+)/g))
    assert.equal(value[1], LARGE);
  const revisions = await text('/apis/apps/v1/namespaces/default/controllerrevisions');
  assert.match(revisions, new RegExp(`"terminationGracePeriodSeconds":${LARGE}[,}]`));
  assert.ok(revisions.includes('"command":["sh","-c","a \\u0026\\u0026 b"]'), revisions);
  await cluster.stop();
});

test('in a change of nothing but the last digit', async () => {
  await send('POST', gizmos, gizmo('digit', LARGE));
  const patch = '{"spec":{"n":9007199254740995}}';
  const headers = { 'content-type': 'application/merge-patch+json' };
  const changed = await send('PATCH', `${gizmos}/digit`, patch, headers);
  assert.match(String(changed), /"n":9007199254740995[,}]/);
  assert.match(String(await send('GET', `${gizmos}/digit`)), /"n":9007199254740995[,}]/);
});

test('in patches of all kinds, and beside what they change', async () => {
  await send('POST', pods, pod('patched'));
  const patch = (type: string, body: string, query = '') =>
    send('PATCH', `${pods}/patched${query}`, body, { 'content-type': `application/${type}` });
  const label = (value: string) => `{"metadata":{"labels":{"a":"${value}"}}}`;
  assert.match(String(await patch('merge-patch+json', label('m'))), grace);
  assert.match(String(await patch('strategic-merge-patch+json', label('s'))), grace);
  assert.match(
    String(await patch('json-patch+json', '[{"op":"add","path":"/metadata/labels/a","value":"j"}]')),
    grace,
  );
  const configuration = `{"apiVersion":"v1","kind":"Pod","metadata":{"name":"applied","labels":{"a":"x"}},"spec":{"terminationGracePeriodSeconds":${LARGE},"containers":[{"name":"c","image":"i"}]}}`;
  const { inProcess } = server.api;
  for (let i = 0; i < 2; i++) {
    const answer = await inProcess.request(
      {
        method: 'PATCH',
        path: `${pods}/applied`,
        query: { fieldManager: 'test' },
        headers: { 'content-type': 'application/apply-patch+yaml' },
        body: Buffer.from(configuration),
      },
      ADMIN,
    );
    assert.match(answer.body.toString(), grace);
  }
});

test('in custom objects, whose limits hold for them, too', async () => {
  const body = (i: string, n: string) =>
    `{"apiVersion":"ex.example.com/v1","kind":"Gizmo","metadata":{"generateName":"g-"},"spec":{"i":${i},"n":${n}}}`;
  const text = String(await send('POST', gizmos, body(LARGE, LEAST)));
  assert.ok(text.includes(`"spec":{"i":${LARGE},"n":${LEAST}}`), text);
  const over = await server.call('POST', gizmos, body('9223372036854775807', '1'));
  assert.deepEqual([over.status, over.body.details?.causes[0].field], [422, 'spec.i']);
});

test('a pod whose period is longer than any clock runs is deleted all the same', async () => {
  await send('POST', pods, pod('endless').replace('"spec":{', '"spec":{"nodeName":"n",'));
  const text = String(await send('DELETE', `${pods}/endless`));
  assert.match(text, /"deletionTimestamp":"9999-12-31T23:59:59Z"/);
  assert.ok(text.includes(`"deletionGracePeriodSeconds":${LARGE}`));
});

test('a number that no float holds is refused, not stored as null', async () => {
  const headers = { 'content-type': 'application/json' };
  const body = '{"apiVersion":"ex.example.com/v1","kind":"Gizmo","metadata":{"name":"x"},"spec":{"n":1e400}}';
  const { status, body: refused } = await server.call('POST', gizmos, body, { headers });
  assert.equal(status, 400);
  assert.match(refused.message, /json: cannot unmarshal number 1e400 into Go value of type float64/);
});
