import assert from 'node:assert/strict';
import { it } from 'node:test';
import { addressesOf, podCidrOf } from './addresses.ts';
import { MOST_SIMULATED_NODES } from './settings.ts';

it('every node has a range of its own for its pods, within those of carriers', () => {
  assert.equal(podCidrOf(0), '100.64.0.0/23');
  assert.equal(podCidrOf(1), '100.64.2.0/23');
  assert.equal(podCidrOf(MOST_SIMULATED_NODES - 1), '100.103.14.0/23');
});

it('gives no address twice, and one that was given back last of all', () => {
  const next = addressesOf(1);
  const taken = new Set<string>();
  for (let i = 0; i < 509; i++) taken.add(next(taken));
  assert.equal(taken.size, 509);
  assert.ok(taken.has('100.64.2.2') && taken.has('100.64.3.254'));
  assert.throws(() => next(taken), /no address is left in 100\.64\.2\.0\/23/);
  taken.delete('100.64.2.9');
  assert.equal(next(taken), '100.64.2.9');
});
