import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import type { CustomResourceDefinition } from '../../../api/kinds/apiextensions/v1/custom-resource-definition.ts';
import type { JsonSchema } from '../../../api/schema/json-schema.ts';
import { loadPatterns } from '../../../api/schema/re2.ts';
import { atOnce } from '../../../kit/clock.ts';
import { fits } from './formats.ts';
import { scaleErrors } from './scale.ts';
import * as steps from './validate.ts';
import { finalizerWarnings, formatWarnings } from './warnings.ts';

before(() => loadPatterns());

const validateCustom = (...given: Parameters<typeof steps.validateCustom>) =>
  atOnce(steps.validateCustom(...given));
const validateStatus = (...given: Parameters<typeof steps.validateStatus>) =>
  atOnce(steps.validateStatus(...given));

const schemaOf = (properties: Record<string, JsonSchema>): JsonSchema => ({
  type: 'object',
  properties: { spec: { type: 'object', properties } },
});
const texts = (errors: { field: string; message: string }[]) =>
  errors.map(({ field, message }) => `${field}: ${message}`);

test('every pattern is followed by a rest, if one is due: it may have to be compiled', () => {
  const properties = Object.fromEntries(
    Array.from({ length: 50 }, (_, i) => [`p${i}`, { type: 'string', pattern: `^a{${i + 1}}$` }]),
  );
  const schema = { ...schemaOf({ any: { type: 'object', properties } }) };
  const any = Object.fromEntries(Object.keys(properties).map((key) => [key, 'a']));
  const validation = steps.validateCustom(schema, { spec: { any } });
  let rests = 0;
  let step = validation.next();
  for (; !step.done; step = validation.next()) rests++;
  assert.ok(rests >= 50, `${rests}`);
  assert.equal(step.value.length, 49);
});

test('an update may leave invalid what was invalid, but not what it changes', () => {
  const schema = schemaOf({
    a: { type: 'string', maxLength: 2 },
    list: {
      type: 'array',
      'x-kubernetes-list-type': 'map',
      'x-kubernetes-list-map-keys': ['k'],
      items: { type: 'object', properties: { k: { type: 'string' }, v: { type: 'integer', maximum: 3 } } },
    },
    atoms: { type: 'array', items: { type: 'string', maxLength: 2 } },
  });
  const old = { spec: { a: 'long', list: [{ k: 'x', v: 9 }], atoms: ['long'] } };
  const update = (spec: object) =>
    texts(validateCustom(schema, { spec }, old)).map((text) => text.split(':')[0]);
  assert.equal(validateCustom(schema, old).length, 3);
  assert.deepEqual(update({ ...old.spec, b: 1 }), []);
  assert.deepEqual(update({ ...old.spec, a: 'longer' }), ['spec.a']);
  assert.deepEqual(
    update({
      ...old.spec,
      list: [
        { k: 'y', v: 1 },
        { k: 'x', v: 9 },
      ],
    }),
    [],
  );
  assert.deepEqual(update({ ...old.spec, list: [{ k: 'y', v: 9 }] }), ['spec.list[0].v']);
  assert.deepEqual(update({ ...old.spec, atoms: ['long', 'a'] }), ['spec.atoms[0]'], 'no identity');
});

test('elements of sets and keys of maps are unique; a list that was not may stay so', () => {
  const schema = schemaOf({
    set: { type: 'array', 'x-kubernetes-list-type': 'set', items: { type: 'string' } },
  });
  const twice = { spec: { set: ['a', 'b', 'a', 'a'] } };
  assert.deepEqual(texts(validateCustom(schema, twice)), ['spec.set[2]: Duplicate value: "a"']);
  assert.deepEqual(validateCustom(schema, { spec: { set: ['a', 'a'] } }, twice), []);
  assert.equal(validateCustom(schema, twice, { spec: { set: ['a'] } }).length, 1);
});

test('embedded resources need apiVersion and kind, and valid metadata', () => {
  const tpl: JsonSchema = {
    type: 'object',
    'x-kubernetes-embedded-resource': true,
    'x-kubernetes-preserve-unknown-fields': true,
  };
  const errors = (value: unknown) => texts(validateCustom(schemaOf({ tpl }), { spec: { tpl: value } }));
  assert.deepEqual(errors({ kind: 'Pod' }), ['spec.tpl.apiVersion: Required value']);
  assert.deepEqual(errors({ apiVersion: 'a/b/c', kind: '1' }).length, 2);
  assert.deepEqual(errors({ apiVersion: 'v1', kind: 'Pod', metadata: { labels: { 'a b': 'c' } } }).length, 1);
  assert.deepEqual(errors({ apiVersion: 'v1', kind: 'Pod', spec: { any: 1 } }), []);
});

test('a write through /status is held against the schema of status only', () => {
  const schema: JsonSchema = {
    type: 'object',
    required: ['spec'],
    properties: { status: { type: 'object', properties: { n: { type: 'integer' } } } },
  };
  const errors = (status: unknown) => texts(validateStatus(schema, { status }, {}));
  assert.deepEqual(errors({ n: 1 }), []);
  assert.deepEqual(errors({ n: 'x' }), [
    'status.n: Invalid value: "string": n in body must be of type integer: "string"',
  ]);
});

test('what no alternative accepts is told with the errors of the one that came furthest', () => {
  const type = (value: string): JsonSchema => ({ properties: { type: { type: 'string', enum: [value] } } });
  const address: JsonSchema = {
    type: 'object',
    oneOf: [
      { properties: { type: { type: 'string', enum: ['Hostname'] } } },
      { properties: { ...type('IP').properties, value: { type: 'string', format: 'ipv4' } } },
    ],
  };
  const errors = (property: JsonSchema, a: unknown) =>
    texts(validateCustom(schemaOf({ a: property }), { spec: { a } }));
  assert.deepEqual(errors(address, { value: 'x', type: 'IP' }), [
    '<nil>: Invalid value: "": "spec.a" must validate one and only one schema (oneOf). Found none valid',
    'spec.a.value: Invalid value: "x": spec.a.value in body must be of type ipv4: "x"',
  ]);
  assert.deepEqual(errors(address, {}), [
    '<nil>: Invalid value: "": "spec.a" must validate one and only one schema (oneOf). Found 2 valid alternatives',
  ]);
  const one: JsonSchema = { required: ['x'] };
  const two: JsonSchema = { required: ['y'] };
  assert.deepEqual(errors({ type: 'object', anyOf: [one, two] }, {}), [
    '<nil>: Invalid value: "": "spec.a" must validate at least one schema (anyOf)',
    'spec.a.x: Required value',
  ]);
  assert.deepEqual(errors({ type: 'object', allOf: [one, two, one] }, { x: 1 }), [
    'spec.a.y: Required value',
    '<nil>: Invalid value: "": "spec.a" must validate all the schemas (allOf)',
  ]);
  assert.deepEqual(errors({ type: 'object', allOf: [two, two] }, { x: 1 }), [
    'spec.a.y: Required value',
    '<nil>: Invalid value: "": "spec.a" must validate all the schemas (allOf). None validated',
  ]);
  assert.deepEqual(errors({ type: 'object', not: one }, { x: 1 }), [
    '<nil>: Invalid value: "": "spec.a" must not validate the schema (not)',
  ]);
  const port: JsonSchema = {
    'x-kubernetes-int-or-string': true,
    anyOf: [{ type: 'integer' }, { type: 'string' }],
  };
  assert.deepEqual(errors(port, true), [
    'spec.a: Invalid value: "boolean": spec.a in body must be of type integer,string: "boolean"',
    '<nil>: Invalid value: "": "spec.a" must validate at least one schema (anyOf)',
    'spec.a: Invalid value: "boolean": spec.a in body must be of type integer: "boolean"',
  ]);
});

test('a wrong type is told by the format, and an enumeration is checked all the same', () => {
  const errors = (property: JsonSchema, a: unknown) =>
    texts(validateCustom(schemaOf({ a: property }), { spec: { a } }));
  assert.deepEqual(errors({ type: 'string', format: 'date-time' }, 5), [
    'spec.a: Invalid value: "int64": spec.a in body must be of type date-time: "int64"',
  ]);
  assert.deepEqual(errors({ type: 'integer', format: 'int32' }, 1.5), [
    'spec.a: Invalid value: "double": spec.a in body must be of type int32: "double"',
  ]);
  assert.deepEqual(errors({ type: 'string', enum: ['x'] }, null), [
    'spec.a: Invalid value: "null": spec.a in body must be of type string: "null"',
    'spec.a: Unsupported value: null: supported values: "x"',
  ]);
  assert.deepEqual(errors({ type: 'object', enum: [{ a: 1 }] }, { z: 1, a: 2 }), [
    'spec.a: Unsupported value: {"a":2,"z":1}: supported values: {"a":1}',
  ]);
});

test('names can be restricted', () => {
  const schema: JsonSchema = {
    type: 'object',
    properties: { metadata: { type: 'object', properties: { name: { type: 'string', maxLength: 3 } } } },
  };
  assert.deepEqual(texts(validateCustom(schema, { metadata: { name: 'abcd' } })), [
    'metadata.name: Too long: may not be more than 3 bytes',
  ]);
});

test('replicas are whole numbers that are not negative, the selector is a text', () => {
  const paths = { specReplicas: 'spec.n', statusReplicas: 'status.n', selector: 'status.s' };
  const errors = (object: object, status = false) => texts(scaleErrors(object, paths, status));
  assert.deepEqual(errors({ spec: { n: 1 } }), []);
  assert.deepEqual(errors({ spec: { n: -1 }, status: { n: 'x', s: 5 } }), [
    '.spec.n: Invalid value: -1: should be a non-negative integer',
    '.status.n: Invalid value: 0: .status.n accessor error: x is of the type string, expected int64',
    '.status.s: Invalid value: "": .status.s accessor error: 5 is of the type int64, expected string',
  ]);
  assert.deepEqual(errors({ spec: { n: 2 ** 31 }, status: 1 }, true), [
    '.status.n: Invalid value: 0: .status accessor error: 1 is of the type int64, expected map[string]interface{}',
    '.status.s: Invalid value: "": .status accessor error: 1 is of the type int64, expected map[string]interface{}',
  ]);
});

test('warnings for finalizers that others may use, and for formats that are ignored', () => {
  const object = (...finalizers: string[]) => ({ apiVersion: 'a/v1', kind: 'A', metadata: { finalizers } });
  assert.deepEqual(finalizerWarnings(object('a.io/x', 'orphan', 'a.io', 'b'), object('b')), [
    'metadata.finalizers: "a.io": prefer a domain-qualified finalizer name including a path (/) to avoid accidental conflicts with other finalizer writers',
  ]);
  const definition = (...formats: string[]): CustomResourceDefinition => ({
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: {},
    spec: {
      group: 'a.io',
      scope: 'Cluster',
      names: { plural: 'as', kind: 'A' },
      versions: formats.map((format) => ({
        name: 'v1',
        served: true,
        storage: true,
        schema: { openAPIV3Schema: { properties: { a: { type: 'string', format } } } },
      })),
    },
  });
  assert.deepEqual(formatWarnings(definition('date', 'odd', 'int32'), definition('odd')), [
    'unrecognized format "int32"',
  ]);
});

test('formats', () => {
  const table: Record<string, [readonly string[], readonly string[]]> = {
    ipv4: [['1.2.3.4'], ['1.2.3', '1.2.3.256', '::1']],
    ipv6: [
      ['::1', 'fe80::1'],
      ['1.2.3.4', ':::'],
    ],
    cidr: [
      ['10.0.0.0/8', 'fe80::/10'],
      ['10.0.0.0', '10.0.0.0/33'],
    ],
    mac: [
      ['00:00:5e:00:53:01', '0000.5e00.5301', '02-00-5e-10-00-00-00-01'],
      ['00:00', '0000.5e00'],
    ],
    uri: [
      ['https://a.b/c', '/path'],
      ['a b', ''],
    ],
    email: [
      ['a@b.c', 'A <a@b.c>'],
      ['a', '@b', 'a b@c'],
    ],
    hostname: [
      ['a.b-c', 'A'],
      ['a..b', '-a'],
    ],
    uuid4: [['f47ac10b-58cc-4372-a567-0e02b2c3d479'], ['f47ac10b-58cc-5372-a567-0e02b2c3d479']],
    isbn: [['978-0321751041', '0321751043'], ['978-0321751042']],
    creditcard: [['4111-1111-1111-1111'], ['4111-1111-1111-1112']],
    rgbcolor: [['rgb(1, 2,255)'], ['rgb(1,2,256)', 'rgb(1,2)']],
    byte: [['YQ=='], ['YQ=', '*']],
    date: [['2024-02-29'], ['2023-02-29', '2024-13-01']],
    'date-time': [
      ['2014-12-15T19:30:20.000Z', '2014-12-15t19:30:20+01:00'],
      ['2014-12-15', '2014-12-15T25:00:00Z'],
    ],
    duration: [
      ['1h30m', '22 ns', '1.5s', '3 days'],
      ['1', 'h', '1 fortnight'],
    ],
    'k8s-short-name': [['a-b'], ['A', 'a.b']],
    'k8s-long-name': [['a.b'], ['a_b']],
    unknown: [['anything'], []],
  };
  for (const [format, [good, bad]] of Object.entries(table)) {
    for (const text of good) assert.equal(fits(format, text), true, `${format}: ${text}`);
    for (const text of bad) assert.equal(fits(format, text), false, `${format}: ${text}`);
  }
});
