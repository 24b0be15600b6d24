import assert from 'node:assert/strict';
import { describe, it, test } from 'node:test';
import type { RemoteService } from '../remote-service.ts';
import { resourcesIn, resourcesOfList } from './discovery.ts';
import { partOf, renderedPart } from './openapi-v2.ts';
import { relativeUrl } from './openapi-v3.ts';
import { v3DocumentOf } from './openapi-v3-from-v2.ts';
import { parsed } from './shape.ts';

const remote = { group: 'g.io', version: 'v1' } as RemoteService;
const kind = { group: '', version: '', kind: '' };

describe('discovery of another server', () => {
  it('is taken with its types; what has another type counts as missing', () => {
    const resources = [
      {
        resource: 'as',
        responseKind: { group: 'g.io', version: 'v1', kind: 'A' },
        scope: 'Namespaced',
        singularResource: 'a',
        verbs: ['get', 7],
        shortNames: ['x'],
        categories: 'all',
        subresources: [{ subresource: 'status', verbs: ['get'] }, null],
      },
      'nonsense',
    ];
    const items = [{ metadata: { name: 'g.io' }, versions: [{ version: 'v1', resources }] }, null];
    assert.deepEqual(resourcesIn({ items }, 'g.io', 'v1'), [
      {
        resource: 'as',
        responseKind: { group: 'g.io', version: 'v1', kind: 'A' },
        scope: 'Namespaced',
        singularResource: 'a',
        verbs: ['get'],
        shortNames: ['x'],
        subresources: [
          { subresource: 'status', responseKind: kind, verbs: ['get'] },
          { subresource: '', responseKind: kind, verbs: [] },
        ],
      },
      { resource: '', responseKind: kind, scope: 'Cluster', singularResource: '', verbs: [] },
    ]);
    assert.equal(resourcesIn({ items }, 'g.io', 'v2'), undefined);
    assert.equal(resourcesIn({ items: 7 }, 'g.io', 'v1'), undefined);
  });

  it('nests the subresources of a plain list, also before and without their resources', () => {
    const given = [
      { name: 'as/log', kind: 'Log', namespaced: true, verbs: ['get'] },
      { name: 'as', kind: 'A', singularName: 'a', namespaced: true, verbs: ['list'], shortNames: ['x'] },
      { name: 'bs/scale', kind: 'Scale', group: 'autoscaling', version: 'v1', verbs: ['update'] },
    ];
    assert.deepEqual(resourcesOfList({ resources: given }), [
      {
        resource: 'as',
        responseKind: { ...kind, kind: 'A' },
        scope: 'Namespaced',
        singularResource: 'a',
        verbs: ['list'],
        shortNames: ['x'],
        subresources: [{ subresource: 'log', responseKind: { ...kind, kind: 'Log' }, verbs: ['get'] }],
      },
      {
        resource: 'bs',
        responseKind: kind,
        scope: 'Cluster',
        singularResource: '',
        verbs: [],
        subresources: [
          {
            subresource: 'scale',
            responseKind: { group: 'autoscaling', version: 'v1', kind: 'Scale' },
            verbs: ['update'],
          },
        ],
      },
    ]);
  });

  it('has a bound', () => {
    const resources = Array.from({ length: 10_001 }, (_, i) => ({ name: `r${i}` }));
    assert.throws(() => resourcesOfList({ resources }), /more than 10000 resources/);
  });
});

test('an answer that is no JSON is told without its text', () => {
  assert.throws(() => parsed(Buffer.from('<secret>')), /^Error: the answer is not valid JSON$/);
  assert.deepEqual(parsed(Buffer.from('[1]')), {});
});

const ref = (name: string) => ({ $ref: `#/definitions/${name}` });

describe('OpenAPI v2 of another server', () => {
  const path = (name: string) => ({ get: { responses: { 200: { description: 'OK', schema: ref(name) } } } });
  const document = {
    paths: {
      '/apis/g.io/v1/': {},
      '/apis/g.io/v1/as': path('A'),
      '/apis/g.io/v10/as': path('C'),
      '/api/v1/pods': {},
    },
    definitions: { A: { properties: { b: ref('B'), self: ref('A') } }, B: { type: 'object' }, C: {} },
  };
  let turns = 0;
  const turn = async () => void turns++;
  const part = (given: object) => partOf(given as never, remote, turn);
  const render = async (given: object, ...taken: string[]) =>
    renderedPart(await part(given), (name) => taken.includes(name), turn);
  const members = (bytes: Buffer) => JSON.parse(`{${bytes}}`);

  it('is cut down to the paths of the version and the definitions that these need', async () => {
    const { paths, definitions, names, protobuf } = await render(document);
    assert.deepEqual(members(paths), { '/apis/g.io/v1/': {}, '/apis/g.io/v1/as': path('A') });
    const { A, B } = document.definitions;
    assert.deepEqual(members(definitions), { A, B });
    assert.deepEqual([...names], ['A', 'B']);
    assert.ok(protobuf.includes('/apis/g.io/v1/as') && protobuf.includes('#/definitions/B'));
    assert.deepEqual(members((await render({ paths: [], definitions: 'none' })).paths), {});
  });

  it('gets other names for definitions whose names are taken', async () => {
    const { paths, definitions } = await render(document, 'A', 'A_v2', 'C');
    assert.deepEqual(members(paths)['/apis/g.io/v1/as'], path('A_v3'));
    assert.deepEqual(members(definitions), {
      A_v3: { properties: { b: ref('B'), self: ref('A_v3') } },
      B: { type: 'object' },
    });
  });

  it('lets others have their turn after every fifty parts', async () => {
    const names = Array.from({ length: 1000 }, (_, i) => `D${i}`);
    const definitions = Object.fromEntries(names.map((name) => [name, { type: 'string' }]));
    const paths = Object.fromEntries(names.map((name) => [`/apis/g.io/v1/${name}`, path(name)]));
    turns = 0;
    await render({ paths, definitions });
    assert.ok(turns >= 80, `${turns} turns`);
  });

  it('is refused if it is nested too deeply', async () => {
    let deep: object = {};
    for (let i = 0; i < 10_000; i++) deep = { deep };
    await assert.rejects(render({ paths: { '/apis/g.io/v1/as': deep } }), /more than 100 levels/);
  });
});

describe('OpenAPI v3 of a server that has OpenAPI v2 alone', () => {
  const turn = async () => {};
  const convert = async (paths: object, definitions: object = {}) => {
    const given = { info: { title: 'Remote', version: 'v7', x: 1 }, paths, definitions };
    const { bytes } = await v3DocumentOf(await partOf(given as never, remote, turn), turn);
    return JSON.parse(bytes.toString());
  };
  const to = (name: string) => ({ $ref: `#/components/schemas/${name}` });
  const kind = { 'x-kubernetes-group-version-kind': { group: 'g.io', version: 'v1', kind: 'A' } };

  it('has bodies, answers and parameters in the terms of v3', async () => {
    const path = '/apis/g.io/v1/as/{name}';
    const name = { name: 'name', in: 'path', required: true, type: 'string', uniqueItems: true };
    const document = await convert(
      {
        [path]: {
          parameters: [name],
          patch: {
            operationId: 'patchA',
            description: 'changes an A',
            tags: ['g'],
            schemes: ['https'],
            consumes: ['application/merge-patch+json', 'application/json-patch+json'],
            produces: ['application/json'],
            parameters: [
              { name: 'body', in: 'body', required: true, schema: ref('A') },
              { name: 'fieldValidation', in: 'query', type: 'string', description: 'd' },
            ],
            responses: { 200: { description: 'OK', schema: ref('A') }, 401: { description: 'Unauthorized' } },
            ...kind,
          },
        },
      },
      { A: {} },
    );
    assert.deepEqual(document, {
      openapi: '3.0.0',
      info: { title: 'Remote', version: 'v7' },
      paths: {
        [path]: {
          parameters: [
            { name: 'name', in: 'path', required: true, schema: { type: 'string', uniqueItems: true } },
          ],
          patch: {
            operationId: 'patchA',
            description: 'changes an A',
            tags: ['g'],
            ...kind,
            parameters: [
              { name: 'fieldValidation', in: 'query', description: 'd', schema: { type: 'string' } },
            ],
            requestBody: {
              content: {
                'application/merge-patch+json': { schema: to('A') },
                'application/json-patch+json': { schema: to('A') },
              },
            },
            responses: {
              200: { description: 'OK', content: { 'application/json': { schema: to('A') } } },
              401: { description: 'Unauthorized' },
            },
          },
        },
      },
      components: { schemas: { A: {} } },
    });
  });

  it('has schemas whose references lead to its own places, and have no siblings', async () => {
    const schema = {
      type: 'object',
      required: ['$ref'],
      properties: {
        $ref: { type: 'string', default: { $ref: 'kept' } },
        spec: { ...ref('B'), description: 'words' },
        list: { type: 'array', items: ref('B') },
        map: { additionalProperties: { type: 'array', items: ref('B') } },
        any: { additionalProperties: true },
      },
      ...kind,
    };
    const paths = { '/apis/g.io/v1/as': { get: { responses: { 200: { schema: ref('A') } } } } };
    const { components } = await convert(paths, { A: schema, B: { type: 'string' }, C: {} });
    assert.deepEqual(components.schemas, {
      A: {
        ...schema,
        properties: {
          ...schema.properties,
          spec: { allOf: [to('B')], description: 'words' },
          list: { type: 'array', items: to('B') },
          map: { additionalProperties: { type: 'array', items: to('B') } },
        },
      },
      B: { type: 'string' },
    });
  });

  it('takes no shape for granted, and has a bound', async () => {
    const path = '/apis/g.io/v1/as';
    const { paths } = await convert({
      [path]: { get: { parameters: 'none', responses: { 200: 7 } }, put: 7, parameters: [null], trace: {} },
    });
    assert.deepEqual(paths[path], {
      get: { responses: { 200: { description: '' } } },
      put: { responses: {} },
      parameters: [{ schema: {} }],
    });
    const repeated = (count: number, length: number) => ({
      [path]: {
        post: {
          consumes: Array.from({ length: count }, (_, i) => `a/${i}`),
          parameters: [{ name: 'body', in: 'body', schema: { description: 'x'.repeat(length) } }],
        },
      },
    });
    await assert.rejects(convert(repeated(21, 1)), /more than 20 media types/);
    await assert.rejects(convert(repeated(20, 10_000)), /too large/);
  });
});

test('OpenAPI v3 of another server is asked for under its own path only', () => {
  const at = (serverRelativeURL: unknown) =>
    relativeUrl({ paths: { 'apis/g.io/v1': { serverRelativeURL } } }, remote);
  assert.equal(at('/openapi/v3/apis/g.io/v1?hash=A'), '/openapi/v3/apis/g.io/v1?hash=A');
  for (const other of ['/api/v1/secrets', 'https://evil/', 7, `/openapi/v3/apis/g.io/v1?${'x'.repeat(2000)}`])
    assert.equal(at(other), '/openapi/v3/apis/g.io/v1');
  assert.equal(relativeUrl({ paths: {} }, remote), undefined);
});
