import assert from 'node:assert/strict';
import { test } from 'node:test';
import { settle } from '../../kit/clock.fake.ts';
import { simCluster } from '../../sim/cluster.ts';

const definitions = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
const tabs = (version = 'v1') => `/apis/example.com/${version}/namespaces/default/crontabs`;

const schema = {
  type: 'object',
  required: ['spec'],
  properties: {
    spec: {
      type: 'object',
      required: ['cronSpec'],
      properties: {
        cronSpec: { type: 'string', pattern: '^(\\S+\\s+){4}\\S+$' },
        replicas: { type: 'integer', minimum: 1, maximum: 10, default: 2 },
        mode: { type: 'string', enum: ['Fast', 'Slow'] },
        extra: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
        ports: {
          type: 'array',
          'x-kubernetes-list-type': 'map',
          'x-kubernetes-list-map-keys': ['name'],
          items: {
            type: 'object',
            required: ['name'],
            properties: { name: { type: 'string' }, port: { type: 'integer' } },
          },
        },
      },
    },
    status: { type: 'object', properties: { replicas: { type: 'integer' }, selector: { type: 'string' } } },
  },
};

const definition = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'crontabs.example.com' },
  spec: {
    group: 'example.com',
    scope: 'Namespaced',
    names: { plural: 'crontabs', kind: 'CronTab', shortNames: ['ct'] },
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        schema: { openAPIV3Schema: schema },
        subresources: {
          status: {},
          scale: {
            specReplicasPath: '.spec.replicas',
            statusReplicasPath: '.status.replicas',
            labelSelectorPath: '.status.selector',
          },
        },
        additionalPrinterColumns: [{ name: 'Spec', type: 'string', jsonPath: '.spec.cronSpec' }],
        selectableFields: [{ jsonPath: '.spec.mode' }],
      },
      {
        name: 'v1beta1',
        served: true,
        storage: false,
        deprecated: true,
        schema: { openAPIV3Schema: schema },
      },
    ],
  },
};

const tab = (name: string, spec: object = {}) => ({
  apiVersion: 'example.com/v1',
  kind: 'CronTab',
  metadata: { name },
  spec: { cronSpec: '* * * * *', ...spec },
});

async function served() {
  const server = await simCluster();
  const made = await server.call('POST', definitions, definition);
  assert.equal(made.status, 201, JSON.stringify(made.body));
  return { ...server, made };
}

test('a defined kind is served at once: defaults, pruning, discovery, columns, versions', async () => {
  const { call, made } = await served();
  const types = made.body.status.conditions.map(
    (c: { type: string; status: string }) => `${c.type}=${c.status}`,
  );
  assert.deepEqual(types.sort(), ['Established=True', 'NamesAccepted=True']);
  const answer = await call('POST', tabs(), tab('a', { unknown: 1, extra: { any: [1, null] } }));
  assert.equal(answer.status, 201, JSON.stringify(answer.body));
  assert.deepEqual(answer.body.spec, { cronSpec: '* * * * *', extra: { any: [1, null] }, replicas: 2 });
  assert.match(answer.headers.warning ?? '', /unknown field \\"spec\.unknown\\"/);
  const group = await call('GET', '/apis/example.com');
  assert.deepEqual(
    group.body.versions.map((v: { version: string }) => v.version),
    ['v1', 'v1beta1'],
  );
  const list = await call('GET', '/apis/example.com/v1');
  assert.deepEqual(
    list.body.resources.map((r: { name: string }) => r.name),
    ['crontabs', 'crontabs/scale', 'crontabs/status'],
  );
  const accept = { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' };
  assert.deepEqual((await call('GET', tabs(), undefined, { headers: accept })).body.rows[0].cells, [
    'a',
    '* * * * *',
  ]);
  const old = await call('GET', `${tabs('v1beta1')}/a`);
  assert.equal(old.body.apiVersion, 'example.com/v1beta1');
  assert.equal(
    old.headers.warning,
    '299 - "example.com/v1beta1 CronTab is deprecated; use example.com/v1 CronTab"',
  );
  const documents = await call('GET', '/openapi/v3/apis/example.com/v1');
  assert.equal(documents.status, 200);
});

test('objects that violate the schema are invalid, with the field’s path', async () => {
  const { call } = await served();
  const refused = async (spec: object, message: RegExp) => {
    const answer = await call('POST', tabs(), tab('b', spec));
    assert.deepEqual([answer.status, answer.body.reason], [422, 'Invalid'], JSON.stringify(answer.body));
    assert.match(answer.body.message, message);
  };
  await refused(
    { replicas: 11 },
    /spec\.replicas: Invalid value: 11: spec\.replicas in body should be less than or equal to 10/,
  );
  await refused(
    { replicas: 'x' },
    /spec\.replicas: Invalid value: "string": spec\.replicas in body must be of type integer: "string"/,
  );
  await refused({ cronSpec: 'never' }, /spec\.cronSpec in body should match/);
  await refused({ cronSpec: undefined }, /spec\.cronSpec: Required value/);
  await refused({ mode: 'Odd' }, /spec\.mode: Unsupported value: "Odd": supported values: "Fast", "Slow"/);
  await refused(
    { ports: [{ name: 'a' }, { name: 'a' }] },
    /spec\.ports\[1\]: Duplicate value: \{"name":"a"\}/,
  );
});

test('status and scale are subresources, and the generation counts changes of the spec', async () => {
  const { call } = await served();
  const made = (await call('POST', tabs(), { ...tab('c'), status: { replicas: 9 } })).body;
  assert.deepEqual([made.status, made.metadata.generation], [undefined, 1]);
  const status = (
    await call('PUT', `${tabs()}/c/status`, {
      ...made,
      spec: { cronSpec: 'x' },
      status: { replicas: 1, selector: 'a=b' },
    })
  ).body;
  assert.deepEqual(
    [status.status.replicas, status.spec.cronSpec, status.metadata.generation],
    [1, '* * * * *', 1],
  );
  const headers = { 'content-type': 'application/merge-patch+json' };
  const scale = await call('PATCH', `${tabs()}/c/scale`, { spec: { replicas: 5 } }, { headers });
  assert.deepEqual([scale.body.spec.replicas, scale.body.status], [5, { replicas: 1, selector: 'a=b' }]);
  assert.equal((await call('GET', `${tabs()}/c`)).body.metadata.generation, 2);
});

test('custom objects support apply, selectable fields and watches', async () => {
  const { call, watch } = await served();
  const headers = { 'content-type': 'application/apply-patch+yaml' };
  const query = { fieldManager: 'me' };
  const patch = tab('d', { mode: 'Fast', ports: [{ name: 'x', port: 1 }] });
  const applied = await call('PATCH', `${tabs()}/d`, patch, { headers, query });
  assert.equal(applied.status, 201, JSON.stringify(applied.body));
  const other = tab('d', { ports: [{ name: 'y', port: 2 }] });
  const again = await call('PATCH', `${tabs()}/d`, other, { headers, query: { fieldManager: 'you' } });
  assert.deepEqual(again.body.spec.ports.length, 2, JSON.stringify(again.body));
  const found = await call('GET', tabs(), undefined, { query: { fieldSelector: 'spec.mode=Fast' } });
  assert.equal(found.body.items.length, 1);
  const seen = await watch(tabs('v1beta1'));
  assert.equal((await seen.next()).object.apiVersion, 'example.com/v1beta1');
  seen.stop();
  const strategic = { 'content-type': 'application/strategic-merge-patch+json' };
  assert.equal((await call('PATCH', `${tabs()}/d`, {}, { headers: strategic })).status, 415);
});

test('the objects of a deleted definition are deleted first', async () => {
  const { call } = await served();
  await call('POST', tabs(), tab('e'));
  await call('DELETE', `${definitions}/crontabs.example.com`);
  for (let i = 0; i < 5; i++) await settle();
  assert.equal((await call('GET', `${definitions}/crontabs.example.com`)).status, 404);
  assert.equal((await call('GET', tabs())).status, 404);
});

test('a version in which objects may be stored cannot be taken out of its definition', async () => {
  const { call } = await served();
  const path = `${definitions}/crontabs.example.com`;
  const [v1, v1beta1] = definition.spec.versions;
  const versions = [
    { ...v1, storage: false },
    { ...v1beta1, storage: true },
  ];
  const merge = { headers: { 'content-type': 'application/merge-patch+json' } };
  const moved = await call('PATCH', path, { spec: { versions } }, merge);
  assert.deepEqual(moved.body.status.storedVersions, ['v1', 'v1beta1'], JSON.stringify(moved.body));
  const without = { spec: { versions: [versions[1]] } };
  const refused = await call('PATCH', path, without, merge);
  assert.equal(refused.status, 422);
  assert.match(
    refused.body.message,
    /status\.storedVersions\[0\]: Invalid value: "v1": missing from spec\.versions; v1 was previously a storage version, and must remain/,
  );
  await call('PATCH', `${path}/status`, { status: { storedVersions: ['v1beta1'] } }, merge);
  assert.equal((await call('PATCH', path, without, merge)).status, 200);
});
