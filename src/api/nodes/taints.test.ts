import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Taint } from '../kinds/core/v1/node.ts';
import { tolerates, toleratesTaint } from './taints.ts';

const taint: Taint = { key: 'gpu', value: '4', effect: 'NoSchedule' };

test('a toleration matches the key, value and effect that it specifies, and any that it does not', () => {
  assert.equal(toleratesTaint({ key: 'gpu', value: '4', effect: 'NoSchedule' }, taint), true);
  assert.equal(toleratesTaint({ key: 'gpu', operator: 'Equal', value: '4' }, taint), true);
  assert.equal(toleratesTaint({ key: 'gpu', operator: 'Exists' }, taint), true);
  assert.equal(toleratesTaint({ operator: 'Exists' }, taint), true);
  assert.equal(toleratesTaint({ key: 'gpu', value: '5' }, taint), false);
  assert.equal(toleratesTaint({ key: 'cpu', operator: 'Exists' }, taint), false);
  assert.equal(toleratesTaint({ operator: 'Exists', effect: 'NoExecute' }, taint), false);
});

test('Gt and Lt tolerate nothing: their feature gate is alpha and off in v1.36', () => {
  assert.equal(toleratesTaint({ key: 'gpu', operator: 'Gt', value: '2' }, taint), false);
  assert.equal(toleratesTaint({ key: 'gpu', operator: 'Lt', value: '9' }, taint), false);
});

test('one matching toleration of several is enough', () => {
  assert.equal(tolerates([{ key: 'cpu' }, { operator: 'Exists' }], taint), true);
  assert.equal(tolerates([], taint), false);
  assert.equal(tolerates(undefined, taint), false);
});
