import assert from 'node:assert/strict';
import { test } from 'node:test';
import { service, slice } from './objects.fake.ts';
import { tooLarge } from './size.ts';

const ports = (count: number) => Array.from({ length: count }, (_, i) => ({ port: i + 1 }));
const ranges = (count: number) => Array.from({ length: count }, (_, i) => `10.${i >> 8}.${i & 255}.0/24`);
const balanced = (spec: object) => ({
  ...service({ type: 'LoadBalancer', ...spec }),
  status: { loadBalancer: { ingress: [{ ip: '203.0.113.1' }] } },
});

test('a Service of the usual size has rules', () =>
  assert.equal(
    tooLarge(balanced({ ports: ports(100), loadBalancerSourceRanges: ranges(100) }), [slice({})]),
    undefined,
  ));

test('what grows with products is limited: ports, addresses, endpoints, ranges of clients', () => {
  const externalIPs = Array.from({ length: 100 }, (_, i) => `203.0.113.${i}`);
  assert.match(
    tooLarge(service({ ports: ports(200), externalIPs }), []) ?? '',
    /102 addresses with 200 ports/,
  );
  const many = balanced({ ports: ports(1_000), loadBalancerSourceRanges: ranges(1_000) });
  assert.match(tooLarge(many, []) ?? '', /1000 ports for 1000 ranges of clients/);
});
