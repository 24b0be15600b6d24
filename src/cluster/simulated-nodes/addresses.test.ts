import assert from 'node:assert/strict';
import { it } from 'node:test';
import { addressesOf, podCidrsOf } from './addresses.ts';
import { MOST_SIMULATED_NODES } from './settings.ts';

it('every node has a range of its own for its pods, of either family', () => {
  assert.deepEqual(podCidrsOf(0, ['IPv4']), ['100.64.0.0/23']);
  assert.deepEqual(podCidrsOf(1, ['IPv6', 'IPv4']), ['fd74:6970:6879:c001::/64', '100.64.2.0/23']);
  const last = podCidrsOf(MOST_SIMULATED_NODES - 1, ['IPv4', 'IPv6']);
  assert.deepEqual(last, ['100.103.14.0/23', 'fd74:6970:6879:d387::/64']);
});

it('gives no address twice, and one that was given back last of all', () => {
  const both = addressesOf(1, ['IPv4', 'IPv6'])(new Set());
  assert.deepEqual(both, ['100.64.2.2', 'fd74:6970:6879:c001::2']);
  const all = addressesOf(1, ['IPv4']);
  const next = (taken: ReadonlySet<string>) => all(taken)[0]!;
  const taken = new Set<string>();
  for (let i = 0; i < 509; i++) taken.add(next(taken));
  assert.equal(taken.size, 509);
  assert.ok(taken.has('100.64.2.2') && taken.has('100.64.3.254'));
  assert.throws(() => next(taken), /no address is left in 100\.64\.2\.0\/23/);
  taken.delete('100.64.2.9');
  assert.equal(next(taken), '100.64.2.9');
});
