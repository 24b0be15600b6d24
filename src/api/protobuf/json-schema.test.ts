// The schema of a CustomResourceDefinition in protobuf, as clients that are written in Go send it, against bytes put together by hand.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { block as bytes, integerField as int } from '../../kit/protobuf/fields.ts';
import { decodeBody } from '../codec/decode.ts';
import { normalize } from '../codec/normalize.ts';
import { CustomResourceDefinition } from '../kinds/apiextensions/v1/custom-resource-definition.ts';
import { decodeMessage } from './decode.ts';
import { encodeDocument } from './encode.ts';
import { openEnvelope } from './envelope.ts';

const mediaType = 'application/vnd.kubernetes.protobuf';
const block = (number: number, ...parts: (Buffer | string)[]) =>
  bytes(number, ...parts.map((part) => Buffer.from(part as string)));

/** A definition with one version, whose schema has these fields. */
const definition = (...schema: Buffer[]) =>
  Buffer.concat([
    Buffer.from('k8s\0'),
    block(1, block(1, 'apiextensions.k8s.io/v1'), block(2, 'CustomResourceDefinition')),
    block(2, block(2, block(7, block(1, 'v1'), int(2, 1), block(4, block(1, ...schema))))),
  ]);

function schemaOf(...fields: Buffer[]): unknown {
  const { object } = decodeBody<CustomResourceDefinition>(CustomResourceDefinition, definition(...fields), {
    mediaType,
  });
  return object.spec.versions[0]?.schema?.openAPIV3Schema;
}

test('a schema is read, without the zero values that Go writes, also within itself', () => {
  const size = block(29, block(1, 'size'), block(2, block(5, 'integer'), block(4, ''), int(10, 0)));
  const size2 = block(29, block(1, '__proto__'), block(2, block(5, 'string'), int(13, 9)));
  assert.deepEqual(schemaOf(block(1, ''), block(5, 'object'), size, size2, block(23, 'size'), int(38, 1)), {
    type: 'object',
    properties: JSON.parse(
      '{"size":{"type":"integer"},"__proto__":{"type":"string","maxLength":9}}',
    ) as object,
    required: ['size'],
    'x-kubernetes-preserve-unknown-fields': true,
  });
});

test('a schema may have another form in its place: a boolean, a list of schemas, names', () => {
  const string = block(5, 'string');
  assert.deepEqual(schemaOf(block(30, int(1, 1))), { additionalProperties: true });
  assert.deepEqual(schemaOf(block(30, int(1, 0))), { additionalProperties: false });
  assert.deepEqual(schemaOf(block(30, int(1, 1), block(2, string))), {
    additionalProperties: { type: 'string' },
  });
  assert.deepEqual(schemaOf(block(24, block(1, string))), { items: { type: 'string' } });
  assert.deepEqual(schemaOf(block(24, block(2, string), block(2))), { items: [{ type: 'string' }, {}] });
  assert.deepEqual(schemaOf(block(32, block(1, 'a'), block(2, block(2, 'b'), block(2, 'c')))), {
    dependencies: { a: ['b', 'c'] },
  });
});

test('values within a schema are JSON in a message of its own, zero and null too', () => {
  assert.deepEqual(schemaOf(block(8, block(1, '0')), block(20, block(1, '{"a":[1]}')), block(20)), {
    default: 0,
    enum: [{ a: [1] }, null],
  });
});

test('a schema is written as it is read', () => {
  const openAPIV3Schema = {
    type: 'object',
    properties: { a: { type: 'string', maxLength: 0, default: '' }, b: { items: { type: 'integer' } } },
    additionalProperties: false,
    additionalItems: { anyOf: [{ minimum: -1.5 }, {}] },
    dependencies: { x: ['y'], z: { nullable: true } },
    items: [{ type: 'string' }],
    enum: [0, null, { k: false }],
    'x-kubernetes-validations': [{ rule: 'self.a == "b"' }],
  };
  const { object } = decodeBody<CustomResourceDefinition>(
    CustomResourceDefinition,
    JSON.stringify({ spec: { versions: [{ name: 'v1', schema: { openAPIV3Schema } }] } }),
  );
  const body = encodeDocument(CustomResourceDefinition, { ...object });
  const again = decodeBody<CustomResourceDefinition>(CustomResourceDefinition, body, { mediaType });
  assert.deepEqual(again.object.spec.versions[0]?.schema, { openAPIV3Schema });
  assert.deepEqual(normalize(CustomResourceDefinition, again.object).spec.versions, [
    { name: 'v1', served: false, storage: false, schema: { openAPIV3Schema } },
  ]);
});

test('scalars that are no pointers are written when they are zero, pointers are not', () => {
  const { raw } = openEnvelope(
    encodeDocument(CustomResourceDefinition, {
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      spec: { versions: [{ schema: { openAPIV3Schema: {} } }] },
    }),
  );
  const empty = [1, 2, 4, 5, 6, 7].map((number) => block(number, ''));
  const schema = [
    ...empty,
    ...[10, 12].map((number) => int(number, 0)),
    block(15, ''),
    ...[18, 37, 39, 40].map((number) => int(number, 0)),
  ];
  assert.ok(raw.includes(block(4, block(1, ...schema))));
  const { spec } = decodeMessage(CustomResourceDefinition, raw) as { spec: { versions: [object] } };
  assert.ok(!('deprecationWarning' in spec.versions[0]));
});

test('a large definition stays within the budget of a body', () => {
  const schema = block(
    29,
    block(1, 'name'),
    block(2, ...[1, 2, 4, 5, 6, 7, 15].map((n) => block(n, 'x')), int(18, 0)),
  );
  assert.ok(schemaOf(...Array<Buffer>(12_000).fill(schema)));
});

test('unknown fields in a schema are found, except where Go’s types decode themselves', () => {
  const strict = (schema: object) =>
    decodeBody(
      CustomResourceDefinition,
      JSON.stringify({ spec: { versions: [{ name: 'v1', schema: { openAPIV3Schema: schema } }] } }),
      { fieldValidation: 'Strict' },
    );
  assert.throws(
    () => strict({ properties: { a: { typ: 'string' } } }),
    /unknown field "spec.versions\[0\].schema.openAPIV3Schema.properties.a.typ"/,
  );
  assert.ok(strict({ items: { typ: 'string' }, additionalProperties: { typ: 'string' } }));
  assert.throws(() => strict({ additionalProperties: 'yes' }), /boolean or JSON schema expected/);
});

test('an unknown field in protobuf is no error, also under strict validation', () => {
  const { object, warnings } = decodeBody<CustomResourceDefinition>(
    CustomResourceDefinition,
    definition(block(5, 'object'), block(99, 'what is this')),
    { mediaType, fieldValidation: 'Strict' },
  );
  assert.deepEqual(warnings, []);
  assert.deepEqual(object.spec.versions[0]?.schema?.openAPIV3Schema, { type: 'object' });
});
