import assert from 'node:assert/strict';
import net from 'node:net';
import { it } from 'node:test';
import type { Service } from '../../api/kinds/core/v1/service.ts';
import { silentLogger } from '../../kit/log.ts';
import { HostPorts } from './listeners.ts';
import { LocalBalancers, problemOf } from './load-balancer.ts';
import { type HostPort, nodesFor, wantedHostPorts } from './wanted.ts';

const service = (
  name: string,
  type: 'NodePort' | 'LoadBalancer',
  port: number,
  nodePort: number,
): Service => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name, namespace: 'd', creationTimestamp: '2026-01-01T00:00:00Z' },
  spec: { type, ports: [{ port, nodePort, protocol: 'TCP' }] },
});

it('opens NodePorts under their number and LoadBalancer ports under the Service’s, and the oldest Service gets a port', () => {
  const wanted = wantedHostPorts(
    [
      service('a', 'LoadBalancer', 8080, 30001),
      service('b', 'LoadBalancer', 8080, 30002),
      service('c', 'NodePort', 80, 30003),
    ],
    true,
  );
  assert.deepEqual(
    [...wanted.values()].map((p) => [p.port, p.nodePort]),
    [
      [30001, 30001],
      [8080, 30001],
      [30002, 30002],
      [30003, 30003],
    ],
  );
});

it('sends connections only to nodes with a ready endpoint under externalTrafficPolicy Local', () => {
  const a = service('a', 'NodePort', 80, 30001);
  const endpoint = (nodeName: string, ready: boolean) => ({
    addresses: ['10.0.0.1'],
    nodeName,
    conditions: { ready },
  });
  const endpoints = [endpoint('n1', false), endpoint('n2', true)];
  const slices = () => [
    { apiVersion: 'v1', kind: 'EndpointSlice', metadata: {}, addressType: 'IPv4' as const, endpoints },
  ];
  assert.deepEqual(nodesFor(a, slices, ['n1', 'n2']), ['n1', 'n2']);
  const local = { ...a, spec: { ...a.spec, externalTrafficPolicy: 'Local' as const } };
  assert.deepEqual(nodesFor(local, slices, ['n1', 'n2']), ['n2']);
});

it('sends connections to nodes with a terminating endpoint that still serves when none is ready', () => {
  const a = service('a', 'NodePort', 80, 30001);
  const local = { ...a, spec: { ...a.spec, externalTrafficPolicy: 'Local' as const } };
  const endpoints = [
    { addresses: ['10.0.0.1'], nodeName: 'n1', conditions: { ready: false, serving: true } },
    { addresses: ['10.0.0.2'], nodeName: 'n2', conditions: { ready: false, terminating: true } },
  ];
  const slices = () => [
    { apiVersion: 'v1', kind: 'EndpointSlice', metadata: {}, addressType: 'IPv4' as const, endpoints },
  ];
  assert.deepEqual(nodesFor(local, slices, ['n1', 'n2']), ['n2']);
});

it('leaves a port to the Service that shows an address, and takes it from one that is deleted or somebody else’s', () => {
  const a = service('a', 'LoadBalancer', 8080, 30001);
  const b = service('b', 'LoadBalancer', 8080, 30002);
  const holder = () => wantedHostPorts([a, b], true).get(8080)?.service;
  assert.equal(holder(), 'd/a');
  b.status = { loadBalancer: { ingress: [{ ip: '127.0.0.1' }] } };
  assert.equal(holder(), 'd/b');
  b.metadata.deletionTimestamp = '2026-01-01T00:00:00Z';
  assert.equal(holder(), 'd/a');
  a.spec!.loadBalancerClass = 'example.com/lb';
  assert.equal(holder(), undefined);
  delete a.spec!.loadBalancerClass;
  assert.equal(wantedHostPorts([a], false).get(8080), undefined);
});

it('gives a LoadBalancer Service the address when all its ports are open, and says why not', async () => {
  const a = service('a', 'LoadBalancer', 8080, 30001);
  const b = service('b', 'LoadBalancer', 8080, 30002);
  let open = new Map<number, HostPort>();
  let synced = 0;
  const balancers = new LocalBalancers({
    address: '127.0.0.1',
    open: () => open,
    sync: async () => {
      synced++;
      open = wantedHostPorts([a, b], true);
    },
  });
  assert.deepEqual(await balancers.ensure(a), {
    status: { ingress: [{ ip: '127.0.0.1', ipMode: 'Proxy' }] },
  });
  assert.deepEqual(await balancers.ensure(b), { problem: 'port 8080 of 127.0.0.1 belongs to Service d/a' });
  assert.deepEqual([balancers.exists(a), balancers.exists(b)], [true, false]);
  await balancers.remove(a);
  assert.deepEqual([synced, balancers.exists(a)], [3, false]);

  const problem = (one: Service) => problemOf(one, new Map(), '127.0.0.1');
  assert.equal(problem(a), 'port 8080 of 127.0.0.1 is in use by another process');
  delete a.spec!.ports![0]!.nodePort;
  assert.match(problem(a) ?? '', /has no node port/);
  a.spec!.ports![0]!.protocol = 'UDP';
  assert.match(problem(a) ?? '', /has no TCP port/);
});

it('forwards connections to a node, and closes a port that no Service has any more', async () => {
  const backend = net.createServer((socket) => socket.end('hello'));
  await new Promise<void>((resolve) => backend.listen(0, '127.0.0.1', resolve));
  const nodePort = (backend.address() as net.AddressInfo).port;
  const probe = net.createServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const port = (probe.address() as net.AddressInfo).port;
  await new Promise((resolve) => probe.close(resolve));

  const ports = new HostPorts({ address: '127.0.0.1', nodes: () => ['127.0.0.1'], log: silentLogger });
  await ports.sync(new Map([[port, { port, nodePort, service: 'd/a' }]]));
  const answer = await new Promise<string>((resolve) => {
    let text = '';
    const socket = net.connect(port, '127.0.0.1');
    socket.on('data', (chunk) => {
      text += chunk;
    });
    socket.on('close', () => resolve(text));
    socket.end();
  });
  assert.equal(answer, 'hello');
  await ports.sync(new Map());
  const refused = await new Promise((resolve) => net.connect(port, '127.0.0.1').on('error', resolve));
  assert.ok(refused instanceof Error);
  backend.close();
});
