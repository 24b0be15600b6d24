// Estimates are those of upstream's own tests of the same schemas and rules.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { atOnce } from '../../../kit/clock.ts';
import { loadPatterns } from '../../schema/re2.ts';
import type { Result } from '../values/value.ts';
import type { Schema } from './declared.ts';
import { type CompiledRule, compileRules, evaluateRule, type Rule, type RuleSet } from './rules.ts';

await loadPatterns();

function compiled(
  schema: Schema,
  rule: string | Rule,
  isResource = false,
): { set: RuleSet; rule: CompiledRule } {
  const set = atOnce(compileRules(schema, isResource, [typeof rule === 'string' ? { rule } : rule]));
  assert.ok(set?.rules[0]);
  return { set, rule: set.rules[0] };
}

function valueFor(schema: Schema, rule: string | Rule, self: unknown, oldSelf?: unknown): Result {
  const found = compiled(schema, rule);
  assert.equal(found.rule.error, undefined);
  assert.ok(found.rule.program);
  return evaluateRule(found.set, found.rule, found.rule.program, self, oldSelf).value;
}

const listOf = (type: string, maxItems?: number): Schema => ({ type: 'array', items: { type }, maxItems });
const mapOf = (type: string, maxProperties?: number): Schema => ({
  type: 'object',
  additionalProperties: { type },
  maxProperties,
});

test('the most that rules can cost follows from the bounds in the schema', () => {
  const costs: [Schema, string, number][] = [
    [listOf('number'), 'self.all(x, true)', 4_718_591],
    [listOf('number', 10), 'self.all(x, true)', 32],
    [listOf('string'), 'self.all(x, true)', 3_145_727],
    [listOf('boolean'), 'self.all(x, true)', 1_887_437],
    [{ type: 'array', items: listOf('number') }, 'self.all(x, true)', 3_145_727],
    [mapOf('number'), 'self.all(x, true)', 1_348_169],
    [mapOf('string', 3), 'self.all(x, true)', 11],
    [mapOf('boolean'), 'self.all(x, true)', 943_718],
    [{ type: 'string' }, "self.contains('test')", 314_574],
    [{ type: 'string', maxLength: 10 }, "self.contains('test')", 5],
    [{ type: 'string' }, `size(self + "hello") > size("hello")`, 314_578],
    [{ type: 'string', maxLength: 4 }, `size(self + "hello") > size("hello")`, 7],
    [listOf('number'), 'self[1] == 0.0', 2],
    [listOf('string'), 'self[1] == self[1]', 314_577],
    [listOf('number', 10), 'self.all(x, self.all(y, true))', 352],
    [listOf('number', 10), 'self.all(x, self.all(y, self.all(z, true)))', 3_552],
  ];
  for (const [schema, rule, most] of costs)
    assert.equal(compiled(schema, rule).rule.maximumCost, most, `${JSON.stringify(schema)} ${rule}`);
});

const widget: Schema = {
  type: 'object',
  properties: {
    size: { type: 'integer' },
    weight: { type: 'number' },
    'x-y': { type: 'string' },
    namespace: { type: 'string' },
    at: { type: 'string', format: 'date-time' },
    port: { 'x-kubernetes-int-or-string': true },
    anything: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
    untyped: { 'x-kubernetes-preserve-unknown-fields': true },
    tags: { type: 'array', items: { type: 'string' }, 'x-kubernetes-list-type': 'set' },
    ports: {
      type: 'array',
      items: { type: 'object', properties: { name: { type: 'string' }, port: { type: 'integer' } } },
      'x-kubernetes-list-type': 'map',
      'x-kubernetes-list-map-keys': ['name'],
    },
  },
};

test('values have the types of the schema', () => {
  const self = { size: 3, weight: 3, 'x-y': 'a', namespace: 'b', at: '2020-01-01T00:00:00Z', port: 80 };
  for (const rule of [
    'type(self.size) == int && type(self.weight) == double && self.weight == 3.0',
    "self.x__dash__y + self.__namespace__ == 'ab' && self.at < timestamp('2020-01-02T00:00:00Z')",
    'type(self.port) == int && self.port == 80 && !has(self.tags) && !has(self.anything)',
  ])
    assert.equal(valueFor(widget, rule, self), true, rule);
});

test('sets and lists with keys compare in any order, and merge', () => {
  const self = {
    tags: ['a', 'b'],
    ports: [
      { name: 'x', port: 1 },
      { name: 'y', port: 2 },
    ],
  };
  const oldSelf = {
    tags: ['b', 'a'],
    ports: [
      { name: 'y', port: 2 },
      { name: 'x', port: 1 },
    ],
  };
  for (const rule of [
    'self.tags == oldSelf.tags && self.ports == oldSelf.ports',
    "self.tags + ['b', 'c'] == ['a', 'b', 'c'] && (self.tags + ['b', 'c']).size() == 3",
    '(self.ports + oldSelf.ports).size() == 2',
  ])
    assert.equal(valueFor(widget, rule, self, oldSelf), true, rule);
});

test('errors of rules have upstream words', () => {
  const error = (rule: string): string => compiled(widget, rule).rule.error ?? '';
  assert.match(
    error('self.nothing > 1'),
    /^compilation failed: ERROR: <input>:1:5: undefined field 'nothing'\n \| self\.nothing > 1\n \| \.\.\.\.\^$/,
  );
  assert.match(error('self.untyped == 1'), /undefined field 'untyped'/);
  assert.match(error('self.size'), /^cel expression must evaluate to a bool$/);
  assert.match(
    error("self.size == 'x'"),
    /found no matching overload for '_==_' applied to '\(int, string\)'/,
  );
  const { messageError } = compiled(widget, { rule: 'true', messageExpression: '1' }).rule;
  assert.equal(messageError, 'messageExpression must evaluate to a string');
});

test('a rule about the old value says so; an optional old value can be missing', () => {
  assert.equal(compiled(widget, 'self.size >= oldSelf.size').rule.usesOldSelf, true);
  assert.equal(compiled(widget, 'self.size > 0').rule.usesOldSelf, false);
  const rule = { rule: '!oldSelf.hasValue() || self.size >= oldSelf.value().size', optionalOldSelf: true };
  assert.equal(valueFor(widget, rule, { size: 1 }), true);
  assert.equal(valueFor(widget, rule, { size: 1 }, { size: 2 }), false);
});

test('the root of a resource has a name, whatever its schema says', () => {
  const { set, rule } = compiled({ type: 'object' }, "self.metadata.name == 'x' && self.kind == 'K'", true);
  assert.equal(rule.error, undefined);
  assert.ok(rule.program);
  assert.equal(
    evaluateRule(set, rule, rule.program, { kind: 'K', metadata: { name: 'x' } }, undefined).value,
    true,
  );
});
