import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Service } from '../../api/kinds/core/v1/service.ts';
import { PoolBalancers } from './pool-balancers.ts';
import { rangesOf } from './ranges.ts';

type Spec = NonNullable<Service['spec']>;
function pool(...texts: string[]) {
  const services: Service[] = [];
  const start = () => new PoolBalancers({ ranges: rangesOf(texts), services: () => services });
  const service = (name: string, spec: Spec = {}): Service => {
    const metadata = { name, namespace: 'd' };
    const one: Service = {
      apiVersion: 'v1',
      kind: 'Service',
      metadata,
      spec: { type: 'LoadBalancer', ports: [{ port: 80 }], ...spec },
    };
    services.push(one);
    return one;
  };
  return { start, service };
}
function ensured(balancers: PoolBalancers, service: Service): string {
  const answer = balancers.ensure(service);
  if ('problem' in answer) return answer.problem;
  service.status = { loadBalancer: answer.status };
  return (answer.status.ingress ?? []).map(({ ip, ipMode }) => `${ip} ${ipMode}`).join();
}

test('a Service has an address of each family of which the pool has any', () => {
  const { start, service } = pool('192.0.2.1-192.0.2.9');
  const balancers = start();
  assert.equal(ensured(balancers, service('a', { ipFamilies: ['IPv6', 'IPv4'] })), '192.0.2.1 VIP');
  assert.equal(ensured(balancers, service('b', { ipFamilies: ['IPv6'] })), 'the pool has no IPv6 addresses');
  const both: Spec = { ipFamilies: ['IPv4', 'IPv6'], ipFamilyPolicy: 'RequireDualStack' };
  assert.equal(ensured(balancers, service('c', both)), 'there is no IPv6 address left for a load balancer');
});

test('after a new start every Service has the address that it shows, whoever is asked first', () => {
  const { start, service } = pool('192.0.2.1-192.0.2.2');
  const first = start();
  const [a, b] = [service('a'), service('b')];
  ensured(first, a);
  assert.equal(ensured(first, b), '192.0.2.2 VIP');
  first.remove(a);
  delete a.status;
  const second = start();
  assert.equal(ensured(second, service('c')), '192.0.2.1 VIP');
  assert.equal(ensured(second, b), '192.0.2.2 VIP');
  assert.equal(ensured(second, a), 'there is no IPv4 address left for a load balancer');
});

test('an address outside the pool is refused', () => {
  const { start, service } = pool('192.0.2.1');
  const asks = service('a', { loadBalancerIP: '198.51.100.1' });
  assert.equal(ensured(start(), asks), '198.51.100.1 is not in a range for load balancers');
});
