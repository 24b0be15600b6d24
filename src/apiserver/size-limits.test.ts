// What the server stores and follows, whatever a client sends.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { create } from '../sim/api-calls.ts';
import { simCluster } from '../sim/cluster.ts';
import { aConfigMap } from '../sim/objects/config-map.ts';

const definitions = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
const things = '/apis/example.com/v1/namespaces/default/things';
const schema = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };
const scale = {
  specReplicasPath: '.spec.replicas',
  statusReplicasPath: '.status.replicas',
  labelSelectorPath: '.status.selector',
};
const definition = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'things.example.com' },
  spec: {
    group: 'example.com',
    scope: 'Namespaced',
    names: { plural: 'things', kind: 'Thing' },
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        schema: { openAPIV3Schema: schema },
        subresources: { scale },
      },
    ],
  },
};
const thing = (spec: unknown, status?: unknown) => ({
  apiVersion: 'example.com/v1',
  kind: 'Thing',
  metadata: { name: 'a' },
  spec,
  ...(status !== undefined && { status }),
});

test('an object larger than etcd accepts is refused with etcd’s error, when it is created and when it grows', async () => {
  const server = await simCluster();
  await create(server, definitions, definition);
  const large = await server.call('POST', things, thing({ text: 'x'.repeat(1_600_000) }));
  assert.deepEqual([large.status, large.body.message], [500, 'etcdserver: request is too large']);
  // Two bytes of UTF-8 each.
  assert.equal((await server.call('POST', things, thing({ text: 'é'.repeat(800_000) }))).status, 500);
  await create(server, things, thing({ text: 'x'.repeat(1_500_000) }));
  const headers = { 'content-type': 'application/merge-patch+json' };
  const more = { spec: { more: 'x'.repeat(100_000) } };
  assert.equal((await server.call('PATCH', `${things}/a`, more, { headers })).status, 500);
});

test('an object that fits only without managedFields is stored without them', async () => {
  const server = await simCluster();
  await create(server, definitions, definition);
  const name = 'n'.repeat(700_000);
  const stored = await create(server, things, thing({ [name]: 'x'.repeat(100_000) }));
  assert.equal(stored.metadata.managedFields?.length, 1);
  const second = await server.call(
    'PATCH',
    `${things}/a`,
    { spec: { text: 'x'.repeat(200_000) } },
    {
      headers: { 'content-type': 'application/merge-patch+json' },
    },
  );
  assert.deepEqual([second.status, second.body.metadata.managedFields], [200, undefined]);
});

test('annotations of more than 256 KiB are refused', async () => {
  const { call } = await simCluster();
  const map = aConfigMap('m', { annotations: { a: 'x'.repeat(300_000) } });
  const answer = await call('POST', '/api/v1/namespaces/default/configmaps', map);
  assert.equal(answer.status, 422);
  assert.match(answer.body.message, /metadata\.annotations: Too long: may not be more than 262144 bytes/);
});

test('a scale reads and writes own fields only, and takes any selector text as it is', async () => {
  const server = await simCluster();
  await create(server, definitions, definition);
  await create(server, things, thing({ replicas: 3 }, { selector: '((' }));
  const shown = await server.call('GET', `${things}/a/scale`);
  assert.deepEqual(
    [shown.status, shown.body.spec, shown.body.status],
    [200, { replicas: 3 }, { replicas: 0, selector: '((' }],
  );
});

test('a scale whose path leads through a text is an error, not a change', async () => {
  const server = await simCluster();
  // An object with a text there is refused, so it is older than the scale.
  const [version] = definition.spec.versions;
  const { subresources: _, ...unscaled } = version!;
  const spec = { ...definition.spec, versions: [unscaled] };
  await create(server, definitions, { ...definition, spec });
  await create(server, things, thing('text'));
  const headers = { 'content-type': 'application/merge-patch+json' };
  const path = `${definitions}/${definition.metadata.name}`;
  const changed = await server.call('PATCH', path, { spec: definition.spec }, { headers });
  assert.equal(changed.status, 200);
  const scaled = {
    apiVersion: 'autoscaling/v1',
    kind: 'Scale',
    metadata: { name: 'a' },
    spec: { replicas: 2 },
  };
  const answer = await server.call('PUT', `${things}/a/scale`, scaled);
  assert.equal(answer.status, 500);
  assert.match(answer.body.message, /value cannot be set because \.spec is not a map/);
});

test('a secret keeps a key of stringData that is called __proto__', async () => {
  const server = await simCluster();
  const secret = JSON.parse(
    '{"apiVersion":"v1","kind":"Secret","metadata":{"name":"s"},"stringData":{"__proto__":"kept"}}',
  );
  const stored = await create(server, '/api/v1/namespaces/default/secrets', secret);
  assert.equal(JSON.stringify(stored.data), '{"__proto__":"a2VwdA=="}');
});
