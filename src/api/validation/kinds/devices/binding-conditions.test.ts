import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bindingErrors } from './binding-conditions.ts';

const errorsOf = (bindingConditions: string[], bindingFailureConditions: string[]) =>
  bindingErrors('at', { bindingConditions, bindingFailureConditions }).map(
    ({ field, message }) => `${field}: ${message}`,
  );

test('conditions that are awaited and that fail need each other, and are different', () => {
  assert.deepEqual(errorsOf([], []), []);
  assert.deepEqual(errorsOf(['a'], ['b', 'x.example/c']), []);
  assert.deepEqual(errorsOf(['a'], []), [
    'at.bindingFailureConditions: Invalid value: []: bindingFailureConditions are required to use bindingConditions',
  ]);
  assert.deepEqual(errorsOf([], ['a']), [
    'at.bindingConditions: Invalid value: []: bindingConditions are required to use bindingFailureConditions',
  ]);
  assert.deepEqual(errorsOf(['a', 'a'], ['b', 'b', 'a']), [
    'at.bindingConditions[1]: Duplicate value: "a"',
    'at.bindingFailureConditions[1]: Duplicate value: "b"',
    'at.bindingFailureConditions[2]: Invalid value: "a": bindingFailureConditions must not overlap with bindingConditions',
  ]);
});

test('conditions have names of labels, and are at most four', () => {
  assert.match(errorsOf(['-'], ['a'])[0]!, /^at.bindingConditions\[0\]: Invalid value: "-": name part must/);
  const five = ['a', 'b', 'c', 'd', 'e'];
  assert.deepEqual(
    errorsOf(
      five,
      five.map((name) => name.toUpperCase()),
    ),
    [
      'at.bindingConditions: Too many: 5: must have at most 4 items',
      'at.bindingFailureConditions: Too many: 5: must have at most 4 items',
    ],
  );
});
