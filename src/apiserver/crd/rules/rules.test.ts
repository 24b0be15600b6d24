import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import type { CustomResourceDefinition } from '../../../api/kinds/apiextensions/v1/custom-resource-definition.ts';
import type { JsonSchema, ValidationRule } from '../../../api/schema/json-schema.ts';
import { loadPatterns } from '../../../api/schema/re2.ts';
import { atOnce } from '../../../kit/clock.ts';
import { simCluster } from '../../../sim/cluster.ts';
import { definitionErrors } from '../definitions/checks.ts';
import { loadRules } from './engine.ts';
import * as steps from './run.ts';

before(() => Promise.all([loadPatterns(), loadRules()]));

const ruleErrors = (...given: Parameters<typeof steps.ruleErrors>) => atOnce(steps.ruleErrors(...given));
const withRules = (...given: Parameters<typeof steps.withRules>) => atOnce(steps.withRules(...given));
const texts = (errors: readonly { field: string; message: string }[]) =>
  errors.map(({ field, message }) => `${field}: ${message}`);

const withSpec = (properties: Record<string, JsonSchema>, ...rules: ValidationRule[]): JsonSchema => ({
  type: 'object',
  properties: { spec: { type: 'object', properties, 'x-kubernetes-validations': rules } },
});

const definition = (openAPIV3Schema: JsonSchema) =>
  ({
    metadata: { name: 'foos.a.io' },
    spec: {
      group: 'a.io',
      scope: 'Cluster',
      names: { plural: 'foos', kind: 'Foo' },
      versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema } }],
    },
  }) as CustomResourceDefinition;
const refused = (schema: JsonSchema) =>
  texts(atOnce(definitionErrors(definition(schema)))).map((text) =>
    text.replace('spec.validation.openAPIV3Schema.properties[spec]', 'SPEC'),
  );

const number: JsonSchema = { type: 'integer' };

test('a rule that is false is an error with its message, reason and field', () => {
  const schema = withSpec(
    { min: number, max: number },
    { rule: 'self.min <= self.max' },
    { rule: 'self.min > 0', message: ' positive ', fieldPath: '.min', reason: 'FieldValueForbidden' },
    { rule: 'self.max < 9', message: 'm', messageExpression: '"max is " + string(self.max)' },
  );
  assert.deepEqual(ruleErrors(schema, { spec: { min: 1, max: 2 } }), []);
  assert.deepEqual(texts(ruleErrors(schema, { spec: { min: 0, max: 10 } })), [
    'spec.min: Forbidden: positive',
    'spec: Invalid value: max is 10',
  ]);
  assert.deepEqual(texts(ruleErrors(schema, { spec: { min: 3, max: 2 } })), [
    'spec: Invalid value: failed rule: self.min <= self.max',
  ]);
  assert.deepEqual(texts(ruleErrors(schema, { spec: { max: 2 } })).length, 2, 'no such key');
});

test('transition rules compare with the value before, elements of maps by their keys', () => {
  const schema = withSpec({
    fixed: { type: 'string', 'x-kubernetes-validations': [{ rule: 'self == oldSelf' }] },
    list: {
      type: 'array',
      'x-kubernetes-list-type': 'map',
      'x-kubernetes-list-map-keys': ['k'],
      items: {
        type: 'object',
        properties: {
          k: { type: 'string' },
          n: { type: 'integer', 'x-kubernetes-validations': [{ rule: 'self >= oldSelf' }] },
        },
      },
    },
    first: {
      type: 'integer',
      'x-kubernetes-validations': [
        { rule: 'oldSelf.hasValue() || self == 1', optionalOldSelf: true, message: 'begins with 1' },
      ],
    },
  });
  const old = { spec: { fixed: 'a', list: [{ k: 'x', n: 5 }], first: 7 } };
  assert.deepEqual(ruleErrors(schema, old, old), []);
  assert.deepEqual(texts(ruleErrors(schema, old)), ['spec.first: Invalid value: 7: begins with 1']);
  const changed = {
    spec: {
      fixed: 'b',
      list: [
        { k: 'y', n: 1 },
        { k: 'x', n: 4 },
      ],
      first: 8,
    },
  };
  assert.deepEqual(texts(ruleErrors(schema, changed, old)), [
    'spec.fixed: Invalid value: "b": failed rule: self == oldSelf',
    'spec.list[1].n: Invalid value: 4: failed rule: self >= oldSelf',
  ]);
});

test('a rule is not held against what has not changed', () => {
  const schema = withSpec({
    a: { type: 'integer', 'x-kubernetes-validations': [{ rule: 'self > 5' }] },
    b: number,
  });
  const old = { spec: { a: 1, b: 1 } };
  assert.deepEqual(ruleErrors(schema, { spec: { a: 1, b: 2 } }, old), []);
  assert.equal(ruleErrors(schema, { spec: { a: 2, b: 1 } }, old).length, 1);
});

test('rules are not run on objects of the wrong form, and not beyond their budget', () => {
  const schema = withSpec({ a: number }, { rule: 'self.a > 5' });
  const wrong = { type: 'FieldValueRequired', field: 'spec.b', message: 'Required value' } as const;
  assert.match(
    texts(withRules([wrong], schema, { spec: { a: 1 } }))[1]!,
    /^<nil>: Invalid value: null: some validation rules were not checked because the object was invalid;/,
  );
  const list: JsonSchema = { type: 'array', items: number };
  const costly = withSpec(
    { list },
    { rule: 'self.list.all(x, self.list.all(y, self.list.all(z, x + y + z >= 0)))' },
  );
  const errors = texts(ruleErrors(costly, { spec: { list: Array.from({ length: 500 }, () => 1) } }));
  assert.match(errors.join(), /no further validation rules will be run due to call cost exceeds limit/);
});

test('definitions are refused for rules that do not compile, or cost too much', () => {
  assert.match(
    refused(withSpec({ a: number }, { rule: 'self.b' }))[0]!,
    /^SPEC\.x-kubernetes-validations\[0\]\.rule: Invalid value: \{"Rule":"self\.b",.*\}: compilation failed: ERROR: <input>:1:5: undefined field 'b'/,
  );
  assert.match(
    refused(withSpec({ a: number }, { rule: 'self.a' }))[0]!,
    /cel expression must evaluate to a bool/,
  );
  assert.deepEqual(refused(withSpec({ a: number }, { rule: 'self.a > 0', optionalOldSelf: true })), [
    'SPEC.x-kubernetes-validations[0].optionalOldSelf: Invalid value: true: may not be set if oldSelf is not used in rule',
  ]);
  const inList = withSpec({
    list: {
      type: 'array',
      maxItems: 10,
      items: { type: 'integer', 'x-kubernetes-validations': [{ rule: 'self == oldSelf' }] },
    },
  });
  assert.match(
    refused(inList).join(),
    /oldSelf cannot be used on the uncorrelatable portion of the schema within .*properties\[list\]/,
  );
  const unbounded: JsonSchema = { type: 'array', items: { type: 'string' } };
  assert.match(
    refused(withSpec({ a: unbounded }, { rule: 'self.a.all(x, self.a.all(y, x == y))' })).join(),
    /rule: Forbidden: estimated rule cost exceeds budget by factor of more than 100x \(try simplifying/,
  );
  assert.match(
    refused(
      withSpec({ a: { type: 'integer', default: 1, 'x-kubernetes-validations': [{ rule: 'self > 5' }] } }),
    ).join(),
    /SPEC\.properties\[a\]\.default: Invalid value: 1: failed rule: self > 5/,
  );
});

test('the server runs the rules of a definition on objects', async () => {
  const { call } = await simCluster();
  const schema = withSpec({ a: number }, { rule: 'self.a > 5' });
  const made = await call('POST', '/apis/apiextensions.k8s.io/v1/customresourcedefinitions', {
    ...definition(schema),
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
  });
  assert.equal(made.status, 201, JSON.stringify(made.body));
  const foo = (a: number) => ({ apiVersion: 'a.io/v1', kind: 'Foo', metadata: { name: 'f' }, spec: { a } });
  const bad = await call('POST', '/apis/a.io/v1/foos', foo(1));
  assert.deepEqual(
    [bad.status, bad.body.message],
    [422, 'Foo.a.io "f" is invalid: spec: Invalid value: failed rule: self.a > 5'],
  );
  assert.equal((await call('POST', '/apis/a.io/v1/foos', foo(6))).status, 201);
});
