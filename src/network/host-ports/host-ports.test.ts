import assert from 'node:assert/strict';
import dgram from 'node:dgram';
import { once } from 'node:events';
import net from 'node:net';
import { afterEach, beforeEach, describe, it } from 'node:test';
import type { Node } from '../../api/kinds/core/v1/node.ts';
import type { Service } from '../../api/kinds/core/v1/service.ts';
import type { EndpointSlice } from '../../api/kinds/discovery/v1/endpoint-slice.ts';
import { systemClock } from '../../kit/clock.ts';
import { silentLogger } from '../../kit/log.ts';
import { aNode } from '../../sim/objects/node.ts';
import { type HostPort, idOf } from './host-port.ts';
import { HostPorts } from './listeners.ts';
import { Room } from './room.ts';
import { admits, sourceRangesOf } from './source-ranges.ts';
import { targetsIn } from './targets.ts';
import { wantedHostPorts } from './wanted.ts';

const service = (name: string, spec: Service['spec'], created = '2026-01-01T00:00:00Z'): Service => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name, namespace: 'd', creationTimestamp: created },
  spec,
});

it('wants NodePorts at 127.0.0.1, ports of load balancers at their addresses, and both of one number at different addresses', () => {
  const balanced = service('a', {
    type: 'LoadBalancer',
    ports: [
      { port: 53, nodePort: 30_001 },
      { port: 53, nodePort: 30_002, protocol: 'UDP' },
      { port: 9, nodePort: 30_003, protocol: 'SCTP' },
    ],
    loadBalancerSourceRanges: ['127.0.0.0/8'],
  });
  const plain = service('b', { type: 'NodePort', ports: [{ port: 80, nodePort: 30_004 }] });
  const wanted = wantedHostPorts([plain, balanced], (key) => (key === 'd/a' ? ['127.77.0.100'] : []));
  assert.deepEqual(
    [...wanted].map(([id, { nodePort, sources }]) => `${id} ${nodePort} ${sources ?? ''}`.trim()),
    [
      '127.77.0.100 TCP 53 30001 127.0.0.0/8',
      '127.77.0.100 UDP 53 30002 127.0.0.0/8',
      '127.0.0.1 TCP 30001 30001',
      '127.0.0.1 UDP 30002 30002',
      '127.0.0.1 TCP 30004 30004',
    ],
  );
});

it('lets in who is in a range of the field or of the annotation', () => {
  const annotated = service('a', {});
  assert.deepEqual(sourceRangesOf(annotated), []);
  annotated.metadata.annotations = {
    'service.beta.kubernetes.io/load-balancer-source-ranges': ' 10.0.0.0/8, ::1/128 ',
  };
  assert.deepEqual(sourceRangesOf(annotated), ['10.0.0.0/8', '::1/128']);
  assert.equal(admits(undefined, '127.0.0.1'), true);
  assert.equal(admits(['10.0.0.0/8', '127.0.0.0/8'], '127.0.0.1'), true);
  assert.equal(admits(['10.0.0.0/8', 'nonsense'], '127.0.0.1'), false);
  assert.equal(admits(['::1/128'], '::1'), true);
  assert.equal(admits(['0.0.0.0/0'], '::1'), false);
});

describe('a connection goes', () => {
  const node = (name: string, address: string): Node => ({
    ...aNode(name),
    status: {
      addresses: [{ type: 'InternalIP', address }],
      conditions: [{ type: 'Ready', status: 'True' }],
    },
  });
  const nodes = [node('n1', '10.0.0.1'), node('n2', '10.0.0.2')];
  const slice = (endpoints: EndpointSlice['endpoints']): EndpointSlice => ({
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { name: 's', namespace: 'd', labels: { 'kubernetes.io/service-name': 'a' } },
    addressType: 'IPv4',
    endpoints,
  });
  const inside = { isInside: (address: string) => address.startsWith('10.') };
  const hosts = (spec: Service['spec'], slices: EndpointSlice[] = [], clients = ['c', 'c', 'c', 'c']) => {
    const choose = targetsIn({
      service: () => service('a', spec),
      nodes: () => nodes,
      slices: () => slices,
      ...inside,
    });
    const port = {
      address: '',
      protocol: 'TCP',
      port: 80,
      nodePort: 30_000,
      name: '',
      service: 'd/a',
    } as const;
    return clients.map((client) => choose(port, client)?.host).join();
  };

  it('to the nodes in turn', () => {
    assert.equal(hosts({}), '10.0.0.1,10.0.0.2,10.0.0.1,10.0.0.2');
  });

  it('from one client always to one node when the Service has session affinity', () => {
    const [one, ...others] = hosts({ sessionAffinity: 'ClientIP' }).split(',');
    assert.deepEqual(others, [one, one, one]);
    assert.equal(
      new Set(hosts({ sessionAffinity: 'ClientIP' }, [], ['1', '2', '3', '4', '5', '6']).split(',')).size,
      2,
    );
  });

  it('only to nodes with a usable endpoint under externalTrafficPolicy Local', () => {
    const at = (nodeName: string, conditions: object) => ({ addresses: ['10.9.0.1'], nodeName, conditions });
    const local = { externalTrafficPolicy: 'Local' as const };
    assert.equal(
      hosts(local, [slice([at('n1', { ready: false }), at('n2', {})])]),
      '10.0.0.2,10.0.0.2,10.0.0.2,10.0.0.2',
    );
    const last = slice([
      at('n1', { ready: false, serving: true }),
      at('n2', { ready: false, terminating: true }),
    ]);
    assert.match(hosts(local, [last]), /^10.0.0.2,10.0.0.2/);
    assert.equal(hosts(local, []), ',,,');
  });

  it('to usable endpoints inside the cluster when the port has no NodePort', () => {
    const at = (address: string, conditions = {}) => ({ addresses: [address], conditions });
    const endpoints = [at('10.9.0.1'), at('10.9.0.2', { ready: false }), at('127.0.0.1'), at('10.9.0.3')];
    const web: EndpointSlice = { ...slice(endpoints), ports: [{ name: 'web', port: 8080, protocol: 'TCP' }] };
    const choose = targetsIn({
      service: () => service('a', {}),
      nodes: () => nodes,
      slices: () => [web],
      ...inside,
    });
    const port = { address: '', protocol: 'TCP', port: 80, name: 'web', service: 'd/a' } as const;
    assert.deepEqual(
      ['c', 'c', 'c'].map((client) => choose(port, client)),
      ['10.9.0.1', '10.9.0.3', '10.9.0.1'].map((host) => ({ host, port: 8080 })),
    );
    assert.equal(choose({ ...port, name: 'other' }, 'c'), undefined);
  });
});

describe('an open port', () => {
  let ports: HostPorts;
  let target: { host: string; port: number } | undefined;
  const closers: (() => void)[] = [];
  beforeEach(() => {
    ports = new HostPorts({ choose: () => target, clock: systemClock, log: silentLogger });
  });
  afterEach(() => {
    ports.close();
    for (const close of closers.splice(0)) close();
  });

  const wanted = (port: HostPort) => new Map([[idOf(port), port]]);
  /** A server that answers `text` and what it is sent. */
  async function backend(text: string): Promise<{ host: string; port: number }> {
    const server = net.createServer((socket) => socket.on('data', (data) => socket.write(`${text} ${data}`)));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    closers.push(() => server.close());
    return { host: '127.0.0.1', port: (server.address() as net.AddressInfo).port };
  }
  async function udpBackend(text: string): Promise<{ host: string; port: number }> {
    const socket = dgram.createSocket('udp4');
    socket.on('message', (data, { port, address }) => socket.send(`${text} ${data}`, port, address));
    socket.bind(0, '127.0.0.1');
    await once(socket, 'listening');
    closers.push(() => socket.close());
    return { host: '127.0.0.1', port: socket.address().port };
  }
  async function freePort(): Promise<number> {
    const server = net.createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as net.AddressInfo;
    server.close();
    await once(server, 'close');
    return port;
  }
  const tcp = (port: number, service = 'd/a'): HostPort => ({
    address: '127.0.0.1',
    protocol: 'TCP',
    port,
    nodePort: 1,
    name: '',
    service,
  });
  const udp = (port: number): HostPort => ({ ...tcp(port), protocol: 'UDP' });
  async function connect(port: number): Promise<net.Socket> {
    const socket = net.connect(port, '127.0.0.1');
    socket.on('error', () => {});
    closers.push(() => socket.destroy());
    await once(socket, 'connect');
    return socket;
  }
  const refusal = async (port: number) => {
    const [error] = await once(net.connect(port, '127.0.0.1').resume(), 'error');
    assert.equal((error as NodeJS.ErrnoException).code, 'ECONNRESET');
  };
  const ask = async (socket: net.Socket, question: string) => {
    socket.write(question);
    return String((await once(socket, 'data'))[0]);
  };

  /** That the other end has gone is noticed a moment later. */
  async function eventuallyServed(tried: () => Promise<string>): Promise<void> {
    for (let answer = ''; answer !== 'one x'; ) answer = await tried().catch(() => '');
  }

  it('passes connections on; what changes concerns new ones only', async () => {
    const port = await freePort();
    target = await backend('one');
    await ports.sync(wanted(tcp(port)));
    const first = await connect(port);
    assert.equal(await ask(first, 'x'), 'one x');
    target = await backend('two');
    await ports.sync(wanted({ ...tcp(port, 'd/b'), nodePort: 2 }));
    assert.equal(ports.holder(`127.0.0.1 TCP ${port}`), 'd/b');
    assert.equal(await ask(await connect(port), 'x'), 'two x');
    await ports.sync(new Map());
    assert.equal(ports.holder(`127.0.0.1 TCP ${port}`), undefined);
    const [error] = await once(net.connect(port, '127.0.0.1'), 'error');
    assert.equal((error as NodeJS.ErrnoException).code, 'ECONNREFUSED');
    assert.equal(await ask(first, 'y'), 'one y');
  });

  it('resets who may not connect, or when there is no node', async () => {
    const port = await freePort();
    target = await backend('one');
    await ports.sync(wanted({ ...tcp(port), sources: ['192.0.2.0/24'] }));
    await refusal(port);
    await ports.sync(wanted({ ...tcp(port), sources: ['127.0.0.0/8'] }));
    assert.equal(await ask(await connect(port), 'x'), 'one x');
    target = undefined;
    await refusal(port);
  });

  it('resets clients for whom there is no room, and has room again when others have gone', async () => {
    const small = new HostPorts({
      choose: () => target,
      room: new Room(2),
      clock: systemClock,
      log: silentLogger,
    });
    closers.push(() => small.close());
    const [first, second] = [await freePort(), await freePort()];
    target = await backend('one');
    await small.sync(new Map([tcp(first), tcp(second)].map((port) => [idOf(port), port])));
    const one = await connect(first);
    assert.equal(await ask(one, 'x'), 'one x');
    const other = await connect(second);
    assert.equal(await ask(other, 'x'), 'one x');
    await refusal(first);
    await refusal(second);
    one.destroy();
    await eventuallyServed(async () => ask(await connect(second), 'x'));
  });

  it('is not opened when another process has it, and opened later', async () => {
    const taken = net.createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const { port } = taken.address() as net.AddressInfo;
    await ports.sync(wanted(tcp(port)));
    assert.equal(ports.holder(`127.0.0.1 TCP ${port}`), undefined);
    taken.close();
    await once(taken, 'close');
    await ports.sync(wanted(tcp(port)));
    assert.equal(ports.holder(`127.0.0.1 TCP ${port}`), 'd/a');
  });

  it('passes datagrams on, and answers to the client that they are for', async () => {
    const port = await freePort();
    target = await udpBackend('one');
    await ports.sync(wanted(udp(port)));
    const clients = [dgram.createSocket('udp4'), dgram.createSocket('udp4')];
    closers.push(() => clients.map((client) => client.close()));
    const answers = clients.map((client) => once(client, 'message'));
    for (const [i, client] of clients.entries()) client.send(`from ${i}`, port, '127.0.0.1');
    assert.deepEqual(
      (await Promise.all(answers)).map(([data]) => String(data)),
      ['one from 0', 'one from 1'],
    );
    // A flow stays where it began.
    target = await udpBackend('two');
    const again = once(clients[0]!, 'message');
    clients[0]!.send('again', port, '127.0.0.1');
    assert.equal(String((await again)[0]), 'one again');
  });
});
