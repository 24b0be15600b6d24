import assert from 'node:assert/strict';
import { test } from 'node:test';
import { semanticEqual } from './semantic.ts';

test('missing, null and empty are the same, everything else is compared', () => {
  assert.equal(semanticEqual({ a: {}, b: 1 }, { b: 1, c: [] }), true);
  assert.equal(semanticEqual({ a: { x: null } }, {}), true);
  assert.equal(semanticEqual([{ a: 1 }], [{ a: 1, b: {} }]), true);
  assert.equal(semanticEqual({ a: 0 }, {}), false);
  assert.equal(semanticEqual({ a: 'x' }, { a: 'y' }), false);
  assert.equal(semanticEqual([], [1]), false);
});
