import assert from 'node:assert/strict';
import { test } from 'node:test';
import { capacityErrors } from './capacities.ts';

const errorsOf = (value: string, requestPolicy: object, isShared = true) =>
  capacityErrors(isShared)('at', { value, requestPolicy }).map(
    ({ field, message }) => `${field}: ${message}`,
  );
const at = 'at.requestPolicy';

test('only the capacity of a device that can be allocated several times may be requested in parts', () => {
  assert.deepEqual(errorsOf('10', {}, false), [`${at}: Forbidden: allowMultipleAllocations must be true`]);
  assert.deepEqual(errorsOf('10', {}), []);
});

test('a policy has values or a range, with a default', () => {
  assert.deepEqual(errorsOf('10', { validValues: ['1'], validRange: { min: '1' } }), [
    `${at}: Forbidden: exactly one policy can be specified, cannot specify "validValues" and "validRange" at the same time`,
  ]);
  assert.deepEqual(errorsOf('10', { validValues: ['1'] }), [
    `${at}.default: Required value: required when validValues is defined`,
  ]);
  assert.deepEqual(errorsOf('10', { validRange: { min: '1' } }), [
    `${at}.default: Required value: required when validRange is defined`,
  ]);
});

test('values are sorted, different and no more than the capacity, and one of them is the default', () => {
  const values = (standard: string, ...validValues: string[]) =>
    errorsOf('10Gi', { default: standard, validValues });
  assert.deepEqual(values('1Gi', '1Gi', '2Gi', '10Gi'), []);
  assert.deepEqual(values('3Gi', '2Gi', '1024Mi', '11Gi', '11264Mi'), [
    `${at}.validValues[1]: Invalid value: "1Gi": values must be sorted in ascending order`,
    `${at}.validValues[2]: Invalid value: "11Gi": option is larger than capacity value: 10Gi`,
    `${at}.validValues[3]: Invalid value: "11Gi": option is larger than capacity value: 10Gi`,
    `${at}.validValues[3]: Duplicate value: "11811160064"`,
    `${at}.validValues: Invalid value: "3Gi": default value is not valid according to the requestPolicy`,
  ]);
  const many = Array.from({ length: 11 }, (_, i) => `${i}`);
  assert.deepEqual(values('1', ...many.slice(1)), []);
  assert.deepEqual(values('1', ...many), [
    `${at}.validValues: Too many: 11: must have at most 10 items`,
    `${at}.validValues: Invalid value: "1": default value is not valid according to the requestPolicy`,
  ]);
});

test('a range holds the default, lies within the capacity, and is divided in whole steps', () => {
  const range = (standard: string, validRange: object) => errorsOf('10', { default: standard, validRange });
  const path = `${at}.validRange`;
  assert.deepEqual(range('4', { min: '2', max: '8', step: '2' }), []);
  assert.deepEqual(range('4', {}), [`${path}.min: Required value: required when validRange is defined`]);
  assert.deepEqual(range('1', { min: '11' }), [
    `${path}.min: Invalid value: "11": min is larger than capacity value: 10`,
    `${path}.min: Invalid value: "1": default is less than min: 11`,
  ]);
  assert.deepEqual(range('12', { min: '2', max: '11' }), [
    `${path}.max: Invalid value: "11": max is larger than capacity value: 10`,
    `${path}.max: Invalid value: "12": default is more than max: 11`,
  ]);
  assert.deepEqual(range('3', { min: '3', max: '2' }), [
    `${path}.max: Invalid value: "3": min is larger than max: 2`,
    `${path}.max: Invalid value: "3": default is more than max: 2`,
  ]);
  const multiple = (step: string, min: string) =>
    `value is not a multiple of a given step (${step}) from (${min})`;
  assert.deepEqual(range('3', { min: '2', max: '9', step: '2' }), [
    `${path}.step: Invalid value: "3": ${multiple('2', '2')}`,
    `${path}.step: Invalid value: "9": ${multiple('2', '2')}`,
  ]);
  assert.deepEqual(range('2', { min: '2', step: '9' }), [
    `${path}.step: Invalid value: "9": one step 11 is larger than capacity value: 10`,
  ]);
  assert.deepEqual(range('2', { min: '2', step: '0' }), [
    `${path}.step: Invalid value: "2": ${multiple('0', '2')}`,
  ]);
});
