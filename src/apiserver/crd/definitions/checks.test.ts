import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import type { CustomResourceDefinition } from '../../../api/kinds/apiextensions/v1/custom-resource-definition.ts';
import { loadPatterns } from '../../../api/schema/re2.ts';
import { atOnce } from '../../../kit/clock.ts';
import { definitionErrors } from './checks.ts';

before(() => loadPatterns());

interface Options {
  readonly status?: boolean;
  readonly selectable?: readonly string[];
}

function definition(
  openAPIV3Schema: unknown,
  { status, selectable }: Options = {},
): CustomResourceDefinition {
  const version = {
    name: 'v1',
    served: true,
    storage: true,
    schema: { openAPIV3Schema },
    ...(status && { subresources: { status: {} } }),
    ...(selectable && { selectableFields: selectable.map((jsonPath) => ({ jsonPath })) }),
  };
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: 'foos.a.io' },
    spec: {
      group: 'a.io',
      scope: 'Cluster',
      names: { plural: 'foos', kind: 'Foo' },
      versions: [version],
    },
  } as CustomResourceDefinition;
}

const ROOT = 'spec.validation.openAPIV3Schema';
const texts = (schema: unknown, options?: Options) =>
  atOnce(definitionErrors(definition(schema, options))).map(({ field, message }) => `${field}: ${message}`);
/** Errors of a property `a`, with paths from it. */
const errorsOf = (a: unknown) =>
  texts({ type: 'object', properties: { a } }).map((text) => text.replace(`${ROOT}.properties[a]`, 'a'));

test('every specified field has a type, and lists say of what', () => {
  assert.deepEqual(texts({ properties: { a: { type: 'string' } } }), [
    `${ROOT}.type: Required value: must not be empty at the root`,
  ]);
  assert.deepEqual(texts({ type: 'array', items: { type: 'string' } }), [
    `${ROOT}.type: Invalid value: "array": must be object at the root`,
  ]);
  assert.deepEqual(errorsOf({}), ['a.type: Required value: must not be empty for specified object fields']);
  assert.deepEqual(errorsOf({ type: 'array' }), ['a.items: Required value: must be specified']);
  assert.deepEqual(errorsOf({ type: 'array', items: {} }), [
    'a.items.type: Required value: must not be empty for specified array items',
  ]);
  assert.deepEqual(errorsOf({ type: 'wat' }), [
    'a.type: Unsupported value: "wat": supported values: "array", "boolean", "integer", "number", "object", "string"',
  ]);
  assert.deepEqual(errorsOf({ 'x-kubernetes-int-or-string': true }), []);
});

test('metadata is not the schema’s to describe', () => {
  const metadata = (properties: object) =>
    texts({ type: 'object', properties: { metadata: { type: 'object', properties } } });
  assert.deepEqual(metadata({ labels: { type: 'object' } }), [
    `${ROOT}.properties[metadata]: Forbidden: must not specify anything other than name and generateName, but metadata is implicitly specified`,
  ]);
  assert.deepEqual(metadata({ name: { type: 'string', maxLength: 5 } }), []);
});

test('combinations only validate what is specified outside of them', () => {
  assert.deepEqual(texts({ type: 'object', anyOf: [{ properties: { z: { minimum: 1 } } }] }), [
    `${ROOT}.properties[z]: Required value: because it is defined in ${ROOT}.anyOf[0].properties[z]`,
  ]);
  assert.deepEqual(errorsOf({ type: 'object', not: { type: 'object', description: 'x' } }), [
    'a.not.description: Forbidden: must be empty to be structural',
    'a.not.type: Forbidden: must be empty to be structural',
  ]);
  const either = [{ type: 'integer' }, { type: 'string' }];
  assert.deepEqual(errorsOf({ 'x-kubernetes-int-or-string': true, anyOf: either }), []);
  assert.deepEqual(errorsOf({ 'x-kubernetes-int-or-string': true, allOf: [{ anyOf: either }] }), []);
  assert.deepEqual(errorsOf({ type: 'string', pattern: '(' }).length, 1);
  assert.match(
    errorsOf({ type: 'string', pattern: '(' })[0]!,
    /^a\.pattern: Invalid value: "\(": must be a valid regular expression, but isn't: /,
  );
});

test('properties and additionalProperties exclude one another, except true', () => {
  const properties = { b: { type: 'string' } };
  assert.deepEqual(errorsOf({ type: 'object', properties, additionalProperties: { type: 'string' } }), [
    'a.additionalProperties: Forbidden: additionalProperties and properties are mutual exclusive',
  ]);
  assert.deepEqual(errorsOf({ type: 'object', properties, additionalProperties: true }), []);
  assert.deepEqual(texts({ type: 'object', additionalProperties: { type: 'string' } }), [
    `${ROOT}.additionalProperties: Forbidden: must not be used at the root`,
  ]);
});

test('what no structural schema has is forbidden', () => {
  for (const [part, error] of [
    [{ $ref: '#/x' }, 'a.$ref: Forbidden: $ref is not supported'],
    [{ definitions: { b: {} } }, 'a.definitions: Forbidden: definitions is not supported'],
    [{ items: [{ type: 'string' }] }, 'a.items: Forbidden: items must be a schema object and not an array'],
    [
      { uniqueItems: true },
      'a.uniqueItems: Forbidden: uniqueItems cannot be set to true since the runtime complexity becomes quadratic',
    ],
    [
      { 'x-kubernetes-preserve-unknown-fields': false },
      'a.x-kubernetes-preserve-unknown-fields: Invalid value: false: must be true or undefined',
    ],
  ] as const)
    assert.ok(errorsOf({ type: 'object', ...part }).includes(error), error);
});

test('defaults are valid, and have no unknown fields', () => {
  assert.deepEqual(errorsOf({ type: 'string', default: 5 }), [
    'a.default: Invalid value: "integer":  in body must be of type string: "integer"',
  ]);
  const object = { type: 'object', properties: { b: { type: 'integer', minimum: 2 } } };
  assert.deepEqual(errorsOf({ ...object, default: { c: 1 } }), [
    'a.default: Invalid value: {"c":1}: must not have unknown fields',
  ]);
  assert.deepEqual(errorsOf({ ...object, default: { b: 1 } }), [
    'a.default.b: Invalid value: 1: b in body should be greater than or equal to 2',
  ]);
  assert.deepEqual(texts({ type: 'object', properties: { metadata: { type: 'object', default: {} } } }), [
    `${ROOT}.properties[metadata].default: Forbidden: must not be set in top-level metadata`,
  ]);
});

test('maps need keys that are always there, sets need elements that are compared as a whole', () => {
  const map = (items: object, keys: readonly string[] = ['k']) =>
    errorsOf({
      type: 'array',
      'x-kubernetes-list-type': 'map',
      'x-kubernetes-list-map-keys': keys,
      items: { type: 'object', ...items },
    });
  const properties = { k: { type: 'string' } };
  assert.deepEqual(map({ properties, required: ['k'] }), []);
  assert.deepEqual(map({}), [
    'a.x-kubernetes-list-map-keys: Invalid value: ["k"]: entries must all be names of item properties',
  ]);
  assert.deepEqual(map({ properties }), [
    'a.items.properties[k].default: Required value: this property is in x-kubernetes-list-map-keys, so it must have a default or be a required property',
  ]);
  assert.deepEqual(map({ properties, required: ['k'] }, []), [
    'a.x-kubernetes-list-map-keys: Required value: must not be empty if x-kubernetes-list-type is map',
  ]);
  assert.deepEqual(errorsOf({ type: 'string', 'x-kubernetes-list-type': 'map' }).slice(0, 1), [
    'a.type: Invalid value: "string": must be array if x-kubernetes-list-type is specified',
  ]);
  const set = { type: 'array', 'x-kubernetes-list-type': 'set' };
  assert.deepEqual(errorsOf({ ...set, items: { type: 'object', properties } }), [
    'a.items.x-kubernetes-map-type: Invalid value: null: must be atomic as item of a list with x-kubernetes-list-type=set',
  ]);
});

test('embedded resources, rules and selectable fields', () => {
  assert.deepEqual(errorsOf({ 'x-kubernetes-embedded-resource': true, type: 'object' }), [
    'a.properties: Required value: must not be empty if x-kubernetes-embedded-resource is true without x-kubernetes-preserve-unknown-fields',
  ]);
  const rules = (...list: object[]) =>
    errorsOf({ type: 'object', properties: { b: { type: 'string' } }, 'x-kubernetes-validations': list });
  assert.deepEqual(rules({ rule: ' ' }, { rule: 'a\nb' }, { rule: 'a', fieldPath: '.c' }), [
    'a.x-kubernetes-validations[0].rule: Required value: rule is not specified',
    'a.x-kubernetes-validations[1].message: Required value: message must be specified if rule contains line breaks',
    'a.x-kubernetes-validations[2].fieldPath: Invalid value: ".c": must be a valid path',
  ]);
  const schema = {
    type: 'object',
    properties: { spec: { type: 'object', properties: { b: { type: 'object' }, c: { type: 'string' } } } },
  };
  const selectable = ['.spec.c', '.spec.b', '.spec.d', '.spec.c', '.spec[0]'];
  assert.deepEqual(texts(schema, { selectable }), [
    'spec.selectableFields[1].jsonPath: Invalid value: ".spec.b": must point to a field of type string, boolean or integer. Enum string fields and strings with formats are allowed.',
    'spec.selectableFields[2].jsonPath: Invalid value: ".spec.d": is an invalid path: does not refer to a valid field',
    'spec.selectableFields[3].jsonPath: Duplicate value: ".spec.c"',
    'spec.selectableFields[4].jsonPath: Invalid value: ".spec[0]": is an invalid path: array notation is not allowed',
  ]);
});

test('with the status subresource, the root has no combinations', () => {
  const schema = { type: 'object', oneOf: [{ required: ['a'] }], properties: { a: { type: 'string' } } };
  assert.deepEqual(texts(schema), []);
  assert.match(
    texts(schema, { status: true })[0]!,
    /only \[Description Type .* XValidations\] fields are allowed at the root/,
  );
});

test('an update may keep what was stored, not add to it', () => {
  const loose = (description: string, more = {}) => ({
    type: 'object',
    properties: {
      a: {
        type: 'array',
        description,
        'x-kubernetes-list-type': 'set',
        items: { type: 'object', properties: { k: { type: 'string' } } },
      },
      ...more,
    },
  });
  const update = (schema: unknown) => atOnce(definitionErrors(definition(schema), definition(loose('old'))));
  assert.deepEqual(update(loose('new')), []);
  assert.equal(update(loose('new', { b: {} })).length, 1);
});
