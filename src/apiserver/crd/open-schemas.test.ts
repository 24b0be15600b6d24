// Server-side apply to schemas that preserve unknown fields: what is declared merges as declared, the rest key by key.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonSchema } from '../../api/schema/json-schema.ts';
import { simCluster } from '../../sim/cluster.ts';

const headers = { 'content-type': 'application/apply-patch+yaml' };

async function applierOf(openAPIV3Schema: JsonSchema) {
  const server = await simCluster();
  const made = await server.call('POST', '/apis/apiextensions.k8s.io/v1/customresourcedefinitions', {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: 'gizmos.example.com' },
    spec: {
      group: 'example.com',
      scope: 'Cluster',
      names: { plural: 'gizmos', kind: 'Gizmo' },
      versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema } }],
    },
  });
  assert.equal(made.status, 201, JSON.stringify(made.body));
  const names = { apiVersion: 'example.com/v1', kind: 'Gizmo', metadata: { name: 'g' } };
  return (manager: string, fields: object | string, fieldValidation = 'Warn') =>
    server.call(
      'PATCH',
      '/apis/example.com/v1/gizmos/g',
      typeof fields === 'string' ? fields : { ...names, ...fields },
      { headers, query: { fieldManager: manager, fieldValidation } },
    );
}

const preserves = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } as const;
const ports: JsonSchema = {
  type: 'array',
  'x-kubernetes-list-type': 'map',
  'x-kubernetes-list-map-keys': ['port'],
  items: {
    type: 'object',
    properties: { port: { type: 'integer' }, name: { type: 'string' } },
    required: ['port'],
  },
};

test('a root that preserves unknown fields takes fields of any name, and merges them by key', async () => {
  const applied = await applierOf(preserves);
  assert.equal((await applied('a', { field: 'x', map: { a: { b: 1 } }, list: ['l'] })).status, 201);
  const { status, body } = await applied('b', { map: { a: { c: 2 } } });
  assert.equal(status, 200, JSON.stringify(body));
  assert.deepEqual([body.field, body.map, body.list], ['x', { a: { b: 1, c: 2 } }, ['l']]);
  const conflict = await applied('b', { list: ['m'] });
  assert.deepEqual([conflict.status, conflict.body.details.causes[0].field], [409, '.list']);
});

test('declared lists beside unknown fields keep their keys, at any depth', async () => {
  const spec = { ...preserves, properties: { ports, inner: { type: 'object', properties: { ports } } } };
  const applied = await applierOf({ type: 'object', properties: { spec } });
  const one = { ports: [{ port: 80, name: 'x' }] };
  assert.equal((await applied('a', { spec: { ...one, inner: one, free: true } })).status, 201);
  const other = { ports: [{ port: 81, name: 'y' }] };
  const { status, body } = await applied('b', { spec: { ...other, inner: other } });
  assert.equal(status, 200, JSON.stringify(body));
  const both = [...one.ports, ...other.ports];
  assert.deepEqual(body.spec, { ports: both, inner: { ports: both }, free: true });
});

test('embedded resources merge their metadata as objects do', async () => {
  const template = { ...preserves, 'x-kubernetes-embedded-resource': true };
  const applied = await applierOf({ type: 'object', properties: { template } });
  const pod = (finalizer: string, more: object) => ({
    template: { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p', finalizers: [finalizer] }, ...more },
  });
  assert.equal((await applied('a', pod('example.com/a', { spec: { a: 1 } }))).status, 201);
  const { status, body } = await applied('b', pod('example.com/b', { spec: { b: 2 } }));
  assert.equal(status, 200, JSON.stringify(body));
  assert.deepEqual(body.template.metadata.finalizers, ['example.com/a', 'example.com/b']);
  assert.deepEqual(body.template.spec, { a: 1, b: 2 });
});

test('fields that a closed schema does not declare are refused, whatever the field validation', async () => {
  const applied = await applierOf({
    type: 'object',
    properties: { spec: { type: 'object', properties: { ports } } },
  });
  for (const mode of ['Ignore', 'Warn', 'Strict']) {
    const { status, body } = await applied('a', { spec: { other: 1 } }, mode);
    assert.equal(status, 500);
    assert.match(body.message, /Kind=Gizmo\): \.spec\.other: field not declared in schema$/);
  }
});

test('repeated keys of a YAML configuration are refused or warned of, as field validation says', async () => {
  const applied = await applierOf(preserves);
  const text = 'apiVersion: example.com/v1\nkind: Gizmo\nmetadata:\n  name: g\nfoo: 1\nfoo: 2\n';
  const strict = await applied('a', text, 'Strict');
  const why = 'yaml: unmarshal errors:\n  line 6: key "foo" already set in map';
  assert.deepEqual([strict.status, strict.body.message], [400, `error strict decoding YAML: ${why}`]);
  const warned = await applied('a', text);
  assert.deepEqual([warned.status, warned.body.foo], [201, 2]);
  assert.match(warned.headers.warning!, /line 6: key \\"foo\\" already set in map/);
});
