import assert from 'node:assert/strict';
import { test } from 'node:test';
import { planNodes } from './plan.ts';
import { poolConflict } from './pool.ts';

test('a pool leaves alone what the cluster has itself', () => {
  const options = { cluster: 'c', index: 3, nodes: ['c', 'c-2'], directory: '/d', isolated: false };
  const conflict = (...pool: string[]) =>
    poolConflict(planNodes({ ...options, families: ['IPv4', 'IPv6'], pool }));
  assert.equal(conflict(), undefined);
  assert.equal(conflict('192.0.2.0/24', '10.77.3.100-10.77.3.200', '2001:db8::/120'), undefined);
  assert.match(
    conflict('10.77.3.0/24') ?? '',
    /^10\.77\.3\.0\/24 has 10\.77\.3\.254, an address of the cluster’s own$/,
  );
  assert.match(conflict('10.77.3.2-10.77.3.9') ?? '', /has 10\.77\.3\.2, an address of the cluster’s own$/);
  assert.match(conflict('10.96.0.0/12') ?? '', /overlaps 10\.96\.0\.0\/16/);
  assert.match(conflict('10.131.1.5') ?? '', /overlaps 10\.131\.0\.0\/16/);
  assert.match(conflict('10.79.3.9') ?? '', /overlaps 10\.79\.3\.0\/24/);
});
