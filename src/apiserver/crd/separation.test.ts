// Rights are given for one resource and scope: no path reaches objects of another.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { create } from '../../sim/api-calls.ts';
import { simCluster } from '../../sim/cluster.ts';

const definition = (plural: string, kind: string, scope: 'Cluster' | 'Namespaced') => ({
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: `${plural}.example.com` },
  spec: {
    group: 'example.com',
    scope,
    names: { plural, kind },
    versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: { type: 'object' } } }],
  },
});

async function clusterWith(...definitions: ReturnType<typeof definition>[]) {
  const server = await simCluster();
  for (const one of definitions) {
    await create(server, '/apis/apiextensions.k8s.io/v1/customresourcedefinitions', one);
    await server.until(
      'the definition is served',
      async () => (await server.call('GET', `${group}/${one.spec.names.plural}`)).status === 200,
    );
  }
  return server;
}

const object = (kind: string, name: string) => ({ apiVersion: 'example.com/v1', kind, metadata: { name } });
const group = '/apis/example.com/v1';

test('a cluster-scoped custom object is not served under a namespace, nor a namespaced one outside', async () => {
  const server = await clusterWith(
    definition('gadgets', 'Gadget', 'Cluster'),
    definition('widgets', 'Widget', 'Namespaced'),
  );
  await create(server, `${group}/gadgets`, object('Gadget', 'g'));
  await create(server, `${group}/namespaces/default/widgets`, object('Widget', 'w'));
  assert.equal((await server.call('GET', `${group}/gadgets/g`)).status, 200);
  for (const [method, path] of [
    ['GET', `${group}/namespaces/default/gadgets/g`],
    ['GET', `${group}/namespaces/default/gadgets`],
    ['DELETE', `${group}/namespaces/default/gadgets/g`],
    ['GET', `${group}/widgets/w`],
    ['DELETE', `${group}/widgets/w`],
  ] as const)
    assert.equal((await server.call(method, path)).status, 404, `${method} ${path}`);
  assert.equal((await server.call('GET', `${group}/gadgets/g`)).status, 200);
});

test('a list holds objects of its own resource only, whatever the names and namespaces of others are', async () => {
  const server = await clusterWith(
    definition('thing', 'Thing', 'Namespaced'),
    definition('things', 'Things', 'Namespaced'),
  );
  await create(server, '/api/v1/namespaces', {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: 's' },
  });
  for (const namespace of ['default', 's'])
    await create(server, `${group}/namespaces/${namespace}/things`, object('Things', 'secret'));
  for (const path of [
    'thing',
    'namespaces/s/thing',
    'namespaces/..%2Fthings/thing',
    'namespaces/%2e%2e/thing',
    'namespaces/default%2F..%2F..%2Fthings/thing',
    'thing%2F..%2Fthings',
  ]) {
    const { status, body } = await server.call('GET', `${group}/${path}`);
    assert.ok(status === 404 || (body.items as unknown[]).length === 0, `${path}: ${status}`);
  }
});

test('resources and subresources that do not exist are counted without their names', async () => {
  const server = await simCluster();
  for (const name of ['made-up-a', 'made-up-b']) {
    await server.call('GET', `/apis/example.com/v1/${name}`);
    await server.call('GET', `/api/v1/namespaces/default/pods/p/${name}`);
    await server.call('GET', `/${name}`);
  }
  const { status, body } = await server.call('GET', '/metrics');
  assert.equal(status, 200);
  assert.doesNotMatch(String(body), /made-up/);
});
