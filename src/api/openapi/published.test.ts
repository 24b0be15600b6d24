import assert from 'node:assert/strict';
import { test } from 'node:test';
import { atOnce } from '../../kit/clock.ts';
import { groupsOf } from '../discovery/groups.ts';
import { type AnyResource, resource } from '../meta/v1/resource.ts';
import type { JsonSchema } from '../schema/json-schema.ts';
import type { SwaggerOperation } from './swagger.ts';
import { openApiV2Document } from './v2.ts';
import { OpenApiV3 } from './v3.ts';

const info = { group: 'a.io', version: 'v1', kind: 'Foo', plural: 'foos', singular: 'foo', namespaced: true };
const subresources = { status: { kind: 'Foo', verbs: ['get', 'patch', 'update'] } };

const kindOf = (schema: JsonSchema | undefined): AnyResource => ({
  ...(resource('io.a.v1.Foo', { ...info, subresources }, {}) as AnyResource),
  custom: { schema, selectable: ['spec.mode'], listKind: 'Foos' },
});

function published(schema: JsonSchema | undefined) {
  const groups = groupsOf([kindOf(schema)]);
  const third = JSON.parse(atOnce(new OpenApiV3(groups).document('apis/a.io/v1'))!.bytes.toString());
  return { second: atOnce(openApiV2Document(groups)), third };
}

function parts(schema: JsonSchema) {
  const { second, third } = published({ type: 'object', properties: { spec: schema } });
  return {
    second: (second.definitions['io.a.v1.Foo']!.properties as Record<string, unknown>).spec,
    third: third.components.schemas['io.a.v1.Foo'].properties.spec,
  };
}

test('a custom kind’s patches are those it takes, which kubectl chooses from', () => {
  const { second, third } = published({ type: 'object' });
  const types = [
    'application/apply-patch+yaml',
    'application/json-patch+json',
    'application/merge-patch+json',
  ];
  for (const tail of ['', '/status']) {
    const path = `/apis/a.io/v1/namespaces/{namespace}/foos/{name}${tail}`;
    assert.deepEqual(Object.keys(third.paths[path].patch.requestBody.content).sort(), types);
    const { consumes } = second.paths[path]!.patch as SwaggerOperation;
    assert.deepEqual([...consumes].sort(), types);
  }
});

test('value validation and extensions are published as they were written', () => {
  const schema: JsonSchema = {
    type: 'object',
    required: ['a'],
    properties: {
      a: { type: 'string', pattern: '^a', maxLength: 3, default: 'abc', enum: ['a', 'abc'] },
      b: { type: 'array', items: { type: 'integer', format: 'int32', minimum: 0, exclusiveMinimum: true } },
    },
  };
  const { second, third } = parts(schema);
  assert.deepEqual(third, schema);
  const { default: _, ...withoutDefault } = schema.properties!.a!;
  assert.deepEqual(second, { ...schema, properties: { ...schema.properties, a: withoutDefault } });
});

test('version 2 has no null, no combinations, and no properties beside unknown ones', () => {
  const nullable = parts({
    type: 'object',
    required: ['a'],
    properties: { a: { type: 'string', nullable: true } },
  });
  assert.deepEqual(nullable.second, { type: 'object', properties: { a: {} } });
  assert.equal((nullable.third as JsonSchema).properties!.a!.nullable, true);
  const open = parts({
    type: 'object',
    'x-kubernetes-preserve-unknown-fields': true,
    properties: { a: { type: 'string' } },
    anyOf: [{ required: ['a'] }],
  });
  assert.deepEqual(open.second, { 'x-kubernetes-preserve-unknown-fields': true });
  assert.deepEqual((open.third as JsonSchema).anyOf, [{ required: ['a'] }]);
  const root = published({ type: 'object', 'x-kubernetes-preserve-unknown-fields': true }).second;
  assert.equal(root.definitions['io.a.v1.Foo']!.properties, undefined);
});

test('int-or-string and embedded resources are explained', () => {
  const either = parts({ 'x-kubernetes-int-or-string': true });
  assert.deepEqual((either.third as JsonSchema).anyOf, [{ type: 'integer' }, { type: 'string' }]);
  assert.deepEqual(either.second, { 'x-kubernetes-int-or-string': true });
  const embedded = parts({
    type: 'object',
    'x-kubernetes-embedded-resource': true,
    properties: { spec: { type: 'string' } },
  });
  for (const one of [embedded.second, embedded.third] as JsonSchema[]) {
    assert.deepEqual(one.required, ['kind', 'apiVersion']);
    assert.deepEqual(Object.keys(one.properties!), ['spec', 'apiVersion', 'kind', 'metadata']);
  }
});

test('the list has the name of the definition, and both tell the selectable fields', () => {
  const { third } = published(undefined);
  const list = third.components.schemas['io.a.v1.Foos'];
  assert.deepEqual(list['x-kubernetes-group-version-kind'], [{ group: 'a.io', version: 'v1', kind: 'Foos' }]);
  const { properties, ...opaque } = third.components.schemas['io.a.v1.Foo'];
  assert.equal(properties, undefined);
  assert.equal(opaque.type, 'object');
  assert.deepEqual(opaque['x-kubernetes-selectable-fields'], [{ fieldPath: 'spec.mode' }]);
  assert.deepEqual(list['x-kubernetes-selectable-fields'], [{ fieldPath: 'spec.mode' }]);
});
