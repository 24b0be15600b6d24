import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { EndpointSlice } from '../../api/kinds/discovery/v1/endpoint-slice.ts';
import { type AddressFamily, IPV4, IPV6 } from '../family.ts';
import { type Frontend, frontendsOf, localEndpoints } from './frontends.ts';
import { HERE, type Some, service, slice } from './objects.fake.ts';

const ips = (frontend: Frontend | undefined) => frontend?.backends.map(({ ip }) => ip);
const LOCAL = {
  type: 'NodePort',
  externalTrafficPolicy: 'Local',
  ports: [{ port: 80, nodePort: 30080 }],
} as const;
const nodePort = (endpoints: Record<string, Some>) =>
  frontendsOf(service({ ...LOCAL, ports: [...LOCAL.ports] }), [slice(endpoints)], HERE)[1]!;

test('sends a cluster IP to ready endpoints only', () => {
  const [frontend] = frontendsOf(service(), [slice({ '10.0.0.1': {}, '10.0.0.2': { ready: false } })], HERE);
  assert.deepEqual(ips(frontend), ['10.0.0.1']);
  assert.equal(frontend?.address, '10.96.0.20');
});

test('an endpoint that two slices have while it moves counts once, as ready', () => {
  for (const order of [
    [slice({ '10.0.0.1': { ready: false } }), slice({ '10.0.0.1': {} })],
    [slice({ '10.0.0.1': {} }), slice({ '10.0.0.1': { ready: false } })],
  ])
    assert.deepEqual(ips(frontendsOf(service(), order, HERE)[0]), ['10.0.0.1']);
});

test('the ports of slices belong to the Service’s ports of their name and protocol', () => {
  const ports = [{ port: 80, protocol: 'UDP' as const }];
  assert.deepEqual(ips(frontendsOf(service({ ports }), [slice({ '10.0.0.1': {} })], HERE)[0]), []);
});

test('leaves out invalid addresses, because nft would refuse the whole transaction', () => {
  const odd = service({ externalIPs: ['999.1.1.1'] });
  const frontends = frontendsOf(odd, [slice({ '10.0.0.1': {}, '10.0.0.2 ; flush ruleset': {} })], HERE);
  assert.deepEqual(frontends.map((one) => [one.address, ips(one)]), [['10.96.0.20', ['10.0.0.1']]]); // biome-ignore format: one pair
});

test('falls back to terminating endpoints that still serve when none is ready', () => {
  const endpoints = {
    '10.0.0.1': { ready: false, serving: true, terminating: true },
    '10.0.0.2': { ready: false },
    '10.0.0.3': { ready: false, terminating: true },
    '10.0.0.4': { ready: false, serving: false, terminating: true },
  };
  assert.deepEqual(ips(frontendsOf(service(), [slice(endpoints)], HERE)[0]), ['10.0.0.1', '10.0.0.3']);
});

test('externalTrafficPolicy Local keeps the client’s address and drops without local endpoints', () => {
  const frontend = nodePort({ '10.0.0.1': { node: 'n2' } });
  assert.deepEqual(
    [frontend.masquerade, frontend.otherwise, frontend.outside, frontend.inside],
    [false, 'drop', { from: 0, count: 0 }, { from: 0, count: 1 }],
  );
});

test('externalTrafficPolicy Local sends clients inside the cluster to all endpoints', () => {
  const frontend = nodePort({ '10.0.0.1': { node: 'n2' }, '10.0.0.2': {} });
  assert.deepEqual(ips(frontend), ['10.0.0.2', '10.0.0.1']);
  assert.deepEqual([frontend.outside, frontend.inside], [{ from: 0, count: 1 }, { from: 0, count: 2 }]); // biome-ignore format: one pair
});

test('the node’s terminating endpoints are for clients outside, while others are ready elsewhere', () => {
  const frontend = nodePort({ '10.0.0.1': { node: 'n2' }, '10.0.0.2': { ready: false, terminating: true } });
  assert.deepEqual(ips(frontend), ['10.0.0.2', '10.0.0.1']);
  assert.deepEqual([frontend.outside, frontend.inside], [{ from: 0, count: 1 }, { from: 1, count: 1 }]); // biome-ignore format: one pair
});

test('hints are followed when every ready endpoint has one and some are for this node or zone', () => {
  const zone = (name: string, node?: string): Some => ({
    hints: { forZones: [{ name }], ...(node && { forNodes: [{ name: node }] }) },
  });
  const chosen = (endpoints: Record<string, Some>, here = 'a') =>
    ips(frontendsOf(service(), [slice(endpoints)], { ...HERE, zone: here })[0]);
  assert.deepEqual(chosen({ '10.0.0.1': zone('a'), '10.0.0.2': zone('b') }), ['10.0.0.1']);
  assert.deepEqual(chosen({ '10.0.0.1': zone('a'), '10.0.0.2': zone('b') }, 'c'), ['10.0.0.1', '10.0.0.2']);
  assert.deepEqual(chosen({ '10.0.0.1': zone('a'), '10.0.0.2': {} }), ['10.0.0.1', '10.0.0.2']);
  const gone = { ...zone('a'), ready: false };
  assert.deepEqual(chosen({ '10.0.0.1': gone, '10.0.0.2': zone('b') }), ['10.0.0.2'], 'none is ready near');
  const nodes = { '10.0.0.1': zone('b', 'n1'), '10.0.0.2': zone('a', 'n2') };
  assert.deepEqual(chosen(nodes), ['10.0.0.1'], 'the node before the zone');
  assert.deepEqual(chosen({ ...nodes, '10.0.0.1': zone('a', 'n3') }), ['10.0.0.1', '10.0.0.2'], 'the zone');
});

test('has the addresses and endpoints of one family only, each in one spelling', () => {
  const both = service({
    clusterIPs: ['10.96.0.20', 'fd00:96::20'],
    externalIPs: ['2001:DB8:0::1', '2001:db8::1', '192.0.2.1'],
  });
  const six: EndpointSlice = { ...slice({ 'fd00:10::0:5': {}, 'fe80::1%eth0': {} }), addressType: 'IPv6' };
  const of = (family: AddressFamily) =>
    frontendsOf(both, [slice({ '10.0.0.1': {} }), six], { nodeName: 'n1', family }).map(
      (one) => `${one.address} ${ips(one)}`,
    );
  assert.deepEqual(of(IPV4), ['10.96.0.20 10.0.0.1', '192.0.2.1 10.0.0.1']);
  assert.deepEqual(of(IPV6), ['fd00:96::20 fd00:10::5', '2001:db8::1 fd00:10::5']);
});

test('addresses of load balancers count unless traffic to them is proxied, and only from ranges that are named', () => {
  const balanced = {
    ...service({
      type: 'LoadBalancer',
      loadBalancerSourceRanges: ['10.1.0.0/16', ' 10.1.2.0/24', 'fd00::/8'],
    }),
    status: { loadBalancer: { ingress: [{ ip: '203.0.113.1' }, { ip: '203.0.113.2', ipMode: 'Proxy' }] } },
  };
  const sources = (node?: string) =>
    frontendsOf(balanced, [], HERE, node).map((one) => [one.address, one.sources]);
  const cluster = ['10.96.0.20', undefined];
  assert.deepEqual(sources(), [cluster, ['203.0.113.1', ['10.1.0.0/16']]]);
  assert.deepEqual(sources('10.1.9.9'), [cluster, ['203.0.113.1', ['10.1.0.0/16', '203.0.113.1']]]);
  balanced.spec!.loadBalancerSourceRanges = [];
  balanced.metadata.annotations = {
    'service.beta.kubernetes.io/load-balancer-source-ranges': '10.1.0.0/16',
  };
  assert.deepEqual(sources(), [cluster, ['203.0.113.1', ['10.1.0.0/16']]]);
});

test('ranges of clients never overlap, whatever they hold: nft would refuse all rules', () => {
  const all = service({ type: 'LoadBalancer', loadBalancerSourceRanges: ['0.0.0.0/1', '128.0.0.0/1'] });
  const status = { loadBalancer: { ingress: [{ ip: '203.0.113.1' }] } };
  const [, balancer] = frontendsOf({ ...all, status }, [], HERE, '10.1.9.9');
  assert.deepEqual(balancer?.sources, ['0.0.0.0/1', '128.0.0.0/1']);
});

test('has nothing for headless and ExternalName Services, and those of another proxy', () => {
  assert.deepEqual(frontendsOf(service({ clusterIP: 'None', clusterIPs: ['None'] }), [], HERE), []);
  assert.deepEqual(frontendsOf(service({ type: 'ExternalName' }), [], HERE), []);
  for (const label of ['service-proxy-name', 'headless']) {
    const others = service();
    others.metadata.labels = { [`service.kubernetes.io/${label}`]: '' };
    assert.deepEqual(frontendsOf(others, [], HERE), []);
  }
});

test('counts the ready pods on the node once, whatever ports they have', () => {
  const two = service({ ports: [{ name: 'a', port: 1 }, { name: 'b', port: 2 }] }); // biome-ignore format: short
  const slices = ['a', 'b'].map((name) => ({
    ...slice({ '10.0.0.1': {}, '10.0.0.2': { ready: false }, '10.0.0.3': { node: 'n2' } }),
    ports: [{ name, port: 80 }],
  }));
  assert.equal(localEndpoints(two, slices, HERE), 1);
});
