import assert from 'node:assert/strict';
import { test } from 'node:test';
import { forbidden, invalid } from '../../field.ts';
import { withAllowances } from './allowances.ts';

const values = (field: string) => invalid(`${field}.nodeAffinity.required.x.values[0]`, '-', 'a valid label');
const pages = invalid('a.limits[hugepages-2Mi]', '1', '1 is not positive integer multiple of hugepages-2Mi');
const other = forbidden('spec.hostNetwork', 'when `hostUsers` is false');

test('what the old object broke, the new one may break', () => {
  const errors = [values('spec.affinity'), pages, other];
  const left = withAllowances(errors, () => [values('spec.template.spec.affinity')]);
  assert.deepEqual(left, [pages, other]);
});

test('the old object is not looked at without need', () => {
  const left = withAllowances([other], () => assert.fail('looked at'));
  assert.deepEqual(left, [other]);
});
