import assert from 'node:assert/strict';
import { it } from 'node:test';
import { controllerOf, isBeingDeleted, keyOf, splitKey } from './object.ts';

it('an object is being deleted from the moment that its deletionTimestamp is set', () => {
  assert.equal(isBeingDeleted({ metadata: { name: 'a' } }), false);
  assert.equal(isBeingDeleted({}), false);
  const deletionTimestamp = '2026-01-01T00:00:00Z';
  assert.equal(isBeingDeleted({ metadata: { name: 'a', deletionTimestamp } }), true);
});

it('a key is split into the namespace and name that it was made of', () => {
  for (const metadata of [{ name: 'a' }, { namespace: 'ns', name: 'a' }])
    assert.deepEqual({ namespace: '', ...metadata }, splitKey(keyOf({ metadata })));
});

it('the controller of an object is the one owner that is marked as such', () => {
  const owner = { apiVersion: 'v1', kind: 'Node', name: 'n', uid: '1' };
  const controller = { ...owner, uid: '2', controller: true };
  assert.equal(controllerOf({ metadata: { ownerReferences: [owner] } }), undefined);
  assert.equal(controllerOf({ metadata: { ownerReferences: [owner, controller] } }), controller);
});
