// Objects that were stored under another schema or in another version.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonSchema } from '../../api/schema/json-schema.ts';
import { simCluster } from '../../sim/cluster.ts';

const definitions = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
const path = `${definitions}/gizmos.example.com`;
const merge = { headers: { 'content-type': 'application/merge-patch+json' } };

type Properties = Readonly<Record<string, JsonSchema>>;
const A: Properties = { a: { type: 'string' } };
const AB: Properties = { ...A, b: { type: 'string', default: 'bb' } };

const version = (name: string, storage: boolean, properties: Properties) => ({
  name,
  storage,
  served: true,
  schema: {
    openAPIV3Schema: { type: 'object', properties: { spec: { type: 'object', properties } } },
  },
});

const gizmos = (name: string) => `/apis/example.com/${name}/gizmos`;
const gizmo = (apiVersion: string, name: string, spec: object) => ({
  apiVersion: `example.com/${apiVersion}`,
  kind: 'Gizmo',
  metadata: { name },
  spec,
});

async function served(...versions: ReturnType<typeof version>[]) {
  const server = await simCluster();
  const made = await server.call('POST', definitions, {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: 'gizmos.example.com' },
    spec: { group: 'example.com', scope: 'Cluster', names: { plural: 'gizmos', kind: 'Gizmo' }, versions },
  });
  assert.equal(made.status, 201, JSON.stringify(made.body));
  const change = async (...changed: ReturnType<typeof version>[]) => {
    const { status, body } = await server.call('PATCH', path, { spec: { versions: changed } }, merge);
    assert.equal(status, 200, JSON.stringify(body));
  };
  const spec = async (of: string) => (await server.call('GET', `${gizmos(of)}/g`)).body.spec;
  return { ...server, change, spec };
}

test('what was written through one version has the defaults of the other', async () => {
  const { call, spec } = await served(version('v1alpha1', false, A), version('v1', true, AB));
  await call('POST', gizmos('v1alpha1'), gizmo('v1alpha1', 'g', { a: 'x' }));
  assert.deepEqual(await spec('v1'), { a: 'x', b: 'bb' });
  assert.deepEqual(await spec('v1alpha1'), { a: 'x' });
  const list = (await call('GET', gizmos('v1'))).body.items;
  assert.deepEqual(list[0].spec, { a: 'x', b: 'bb' });
});

test('a default that is added later is shown, a property that is taken away is not; watches begin anew', async () => {
  const { call, change, spec, watch } = await served(version('v1', true, A));
  await call('POST', gizmos('v1'), gizmo('v1', 'g', { a: 'x' }));
  const seen = await watch(gizmos('v1'));
  assert.deepEqual((await seen.next()).object.spec, { a: 'x' });
  await change(version('v1', true, AB));
  assert.equal((await seen.next()).type, 'END');
  assert.deepEqual(await spec('v1'), { a: 'x', b: 'bb' });
  const { b } = AB;
  await change(version('v1', true, { b: b! }));
  assert.deepEqual(await spec('v1'), { b: 'bb' });
});

test('objects are shown in the version of the path, and stored anew by any update', async () => {
  const { call, change } = await served(version('v1', true, A), version('v2', false, A));
  await call('POST', gizmos('v1'), gizmo('v1', 'g', { a: 'x' }));
  await change(version('v1', false, A), version('v2', true, A));
  const read = (await call('GET', `${gizmos('v2')}/g`)).body;
  assert.equal(read.apiVersion, 'example.com/v2');
  const written = (await call('PUT', `${gizmos('v2')}/g`, read)).body;
  assert.notEqual(written.metadata.resourceVersion, read.metadata.resourceVersion, 'stored as v2');
  const again = (await call('PUT', `${gizmos('v2')}/g`, written)).body;
  assert.equal(again.metadata.resourceVersion, written.metadata.resourceVersion);
});

test('null is a value where it is nullable, and stands for the default where it is not', async () => {
  const { call } = await served(
    version('v1', true, {
      nul: { type: 'string', nullable: true, default: 'd' },
      non: { type: 'string', default: 'd' },
      gone: { type: 'string' },
      list: { type: 'array', items: { type: 'string', nullable: true } },
    }),
  );
  const nulls = { nul: null, non: null, gone: null, list: [null] };
  const { body } = await call('POST', gizmos('v1'), gizmo('v1', 'g', nulls));
  assert.deepEqual(body.spec, { nul: null, non: 'd', list: [null] });
});

test('metadata of embedded resources is pruned and checked', async () => {
  const { call } = await served(
    version('v1', true, {
      tpl: {
        type: 'object',
        'x-kubernetes-embedded-resource': true,
        'x-kubernetes-preserve-unknown-fields': true,
      },
    }),
  );
  const post = (tpl: object) => call('POST', gizmos('v1'), gizmo('v1', 'g', { tpl }));
  assert.match((await post({ kind: 'Pod' })).body.message, /spec\.tpl\.apiVersion: Required value/);
  const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p', odd: 1 }, any: true };
  const made = await post(pod);
  assert.deepEqual(made.body.spec?.tpl, { ...pod, metadata: { name: 'p' } }, JSON.stringify(made.body));
  assert.match(made.headers.warning ?? '', /unknown field \\"spec\.tpl\.metadata\.odd\\"/);
  const wrong = await post({ ...pod, metadata: { labels: 5 } });
  assert.equal(wrong.status, 400);
});

test('discovery has the hash of the storage version, for every version', async () => {
  const { call, change } = await served(version('v1', true, A), version('v2', false, A));
  const hash = async (of: string) =>
    (await call('GET', `/apis/example.com/${of}`)).body.resources[0].storageVersionHash;
  // The first 8 bytes of the SHA-256 of example.com/v1/Gizmo, in base64.
  assert.deepEqual([await hash('v1'), await hash('v2')], ['o5bmO4nVZn8=', 'o5bmO4nVZn8=']);
  await change(version('v1', false, A), version('v2', true, A));
  assert.notEqual(await hash('v1'), 'o5bmO4nVZn8=');
});
