import assert from 'node:assert/strict';
import { test } from 'node:test';
import { consumptionsErrors, counterSetsErrors } from './counters.ts';

const texts = (errors: readonly { field: string; message: string }[]) =>
  errors.map(({ field, message }) => `${field}: ${message}`);
const counters = { memory: { value: '1Gi' } };
const numbered = (count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, i) => [`c${i}`, { value: '1' }]));

test('sets of counters have different names, and counters', () => {
  const sets = (...list: object[]) => texts(counterSetsErrors('at', list as never));
  assert.deepEqual(sets({ name: 'a', counters }, { name: 'b', counters: numbered(32) }), []);
  assert.deepEqual(sets({ name: 'a', counters }, { name: 'a', counters: {} }, { counters }), [
    'at[1].counters: Required value',
    'at[2].name: Required value',
    'at[1]: Duplicate value: "a"',
  ]);
  assert.match(sets({ name: 'A', counters })[0]!, /^at\[0\].name: Invalid value: "A": a lowercase RFC 1123/);
  assert.deepEqual(sets({ name: 'a', counters: numbered(33) }), [
    'at[0].counters: Too many: 33: must have at most 32 items',
  ]);
  assert.match(
    sets({ name: 'a', counters: { A: { value: '1' } } })[0]!,
    /^at\[0\].counters: Invalid value: "A": a lowercase RFC 1123/,
  );
  assert.deepEqual(sets(...Array.from({ length: 9 }, () => ({}))), [
    'at: Too many: 9: must have at most 8 items',
  ]);
});

test('a device takes from at most two sets', () => {
  const taken = (...list: object[]) => texts(consumptionsErrors('at', list as never));
  assert.deepEqual(taken({ counterSet: 'a', counters }, { counterSet: 'b', counters }), []);
  assert.deepEqual(taken({ counters: {} }), [
    'at[0].counterSet: Required value',
    'at[0].counters: Required value',
  ]);
  assert.deepEqual(taken({ counterSet: 'a', counters }, { counterSet: 'a', counters: numbered(33) }), [
    'at[1].counters: Too many: 33: must have at most 32 items',
    'at[1]: Duplicate value: "a"',
  ]);
  assert.deepEqual(taken({}, {}, {}), ['at: Too many: 3: must have at most 2 items']);
});
