import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Pod } from '../../api/kinds/core/v1/pod.ts';
import type { Service } from '../../api/kinds/core/v1/service.ts';
import { aPod } from '../../sim/objects/pod.ts';
import { MAX_ADDRESSES, subsetsOf, truncate } from './plan.ts';

const service = (spec: Service['spec']): Service => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'web', namespace: 'default' },
  spec: { ports: [{ port: 80, protocol: 'TCP' }], ...spec },
});
const pod = (name: string, ...ips: string[]): Pod => ({
  ...aPod(name),
  status: {
    phase: 'Running',
    podIPs: ips.map((ip) => ({ ip })),
    conditions: [{ type: 'Ready', status: 'True' }],
  },
});
const addresses = (spec: Service['spec'], ...pods: Pod[]) =>
  subsetsOf(service(spec), pods).flatMap((subset) => (subset.addresses ?? []).map(({ ip }) => ip));

test('pods have their address of the service’s first family, and are left out without one', () => {
  const pods = [pod('both', '10.0.0.1', 'fd00::1'), pod('four', '10.0.0.2'), pod('six', 'fd00::3')];
  assert.deepEqual(addresses({ ipFamilies: ['IPv6', 'IPv4'] }, ...pods), ['fd00::1', 'fd00::3']);
  assert.deepEqual(addresses({ clusterIP: '10.96.0.9' }, ...pods), ['10.0.0.1', '10.0.0.2']);
  assert.deepEqual(addresses({ clusterIP: 'None' }, ...pods), ['10.0.0.1', '10.0.0.2', 'fd00::3']);
});

test('of too many addresses the ready ones are kept', () => {
  const many = (ip: string, count: number) => Array.from({ length: count }, () => ({ ip }));
  const subset = { notReadyAddresses: many('b', 900), addresses: many('a', 200) };
  const { subsets, cut } = truncate([subset]);
  assert.deepEqual(
    [subsets[0]?.addresses?.length, subsets[0]?.notReadyAddresses?.length, cut],
    [200, MAX_ADDRESSES - 200, true],
  );
});
