import assert from 'node:assert/strict';
import { test } from 'node:test';
import { repeatedYamlKeys } from './repeated-yaml-keys.ts';

test('every repeated key is named, with the line where its value begins; inner ones come first', () => {
  const text = [
    'a: 1',
    'b:',
    '  c: x',
    '  c: y',
    '  d: [{e: 1, e: 2}]',
    'b:',
    '- f',
    '"1": z',
    '1: z',
    '1: z',
    'a: &n 2',
    '<<: {g: 1}',
    'h: *n',
  ].join('\n');
  assert.deepEqual(repeatedYamlKeys(text), [
    'line 4: key "c" already set in map',
    'line 5: key "e" already set in map',
    'line 7: key "b" already set in map',
    'line 10: key 1 already set in map',
    'line 11: key "a" already set in map',
  ]);
  assert.deepEqual(repeatedYamlKeys('a: 1\nb: {a: 1}\nc: [{a: 1}, {a: 2}]\n'), []);
});

test('at most a hundred are named', () => {
  assert.equal(repeatedYamlKeys('a: 1\n'.repeat(1000)).length, 100);
});
