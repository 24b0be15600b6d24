import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import type { Service } from '../../api/kinds/core/v1/service.ts';
import { rangeOf } from '../balanced-addresses/ranges.ts';
import type { HostPort } from './host-port.ts';
import { LocalBalancers } from './load-balancer.ts';
import { wantedHostPorts } from './wanted.ts';

let services: Service[];
/** Ids that another process has. */
let foreign: Set<string>;
let open: Map<string, HostPort>;
let balancers: LocalBalancers;

beforeEach(() => {
  [services, foreign, open] = [[], new Set(), new Map()];
  balancers = start();
});

function start(): LocalBalancers {
  const made: LocalBalancers = new LocalBalancers({
    ranges: ['127.0.0.1', '::1', '127.77.0.100-127.77.0.101'].map((text) => rangeOf(text)!),
    services: () => services,
    sync: async () => {
      made.adopt();
      const wanted = wantedHostPorts(services, (service) => made.addressesOf(service));
      open = new Map([...wanted].filter(([id]) => !foreign.has(id)));
    },
    holder: (id) => open.get(id)?.service,
  });
  return made;
}

let made = 0;
function service(name: string, spec: Service['spec'] = {}): Service {
  const one: Service = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, namespace: 'd', creationTimestamp: `2026-01-01T00:00:0${made++ % 10}Z` },
    spec: { type: 'LoadBalancer', ports: [{ port: 80, nodePort: 30_000 + made }], ...spec },
  };
  services.push(one);
  return one;
}

const ensured = async (one: Service) => {
  const answer = await balancers.ensure(one);
  if ('problem' in answer) return answer.problem;
  one.status = { loadBalancer: answer.status };
  return answer.status.ingress!.map(({ ip }) => ip).join();
};

test('the first Service gets 127.0.0.1, the next ones with its port addresses of the cluster’s own', async () => {
  const [a, b, c, d] = [service('a'), service('b'), service('c'), service('d')];
  assert.deepEqual(await balancers.ensure(a), {
    status: { ingress: [{ ip: '127.0.0.1', ipMode: 'Proxy' }] },
  });
  assert.equal(await ensured(b), '127.77.0.100');
  assert.equal(await ensured(c), '127.77.0.101');
  assert.equal(await ensured(d), 'there is no IPv4 address left for a load balancer');
  assert.deepEqual(
    [...open.values()]
      .filter(({ port }) => port === 80)
      .map(({ address, service }) => `${address} ${service}`),
    ['127.0.0.1 d/a', '127.77.0.100 d/b', '127.77.0.101 d/c'],
  );
  await balancers.remove(a);
  assert.equal(balancers.exists(a), false);
  assert.equal(await ensured(b), '127.77.0.100');
  assert.equal(await ensured(d), '127.0.0.1');
});

test('other ports, and the same port of another protocol, are on 127.0.0.1 as well', async () => {
  assert.equal(await ensured(service('a')), '127.0.0.1');
  assert.equal(
    await ensured(service('b', { ports: [{ port: 80, nodePort: 1, protocol: 'UDP' }] })),
    '127.0.0.1',
  );
  const both = [
    { port: 53, nodePort: 2, protocol: 'UDP' as const },
    { port: 53, nodePort: 3, protocol: 'TCP' as const },
  ];
  assert.equal(await ensured(service('c', { ports: both })), '127.0.0.1');
  assert.equal(await ensured(service('d', { ports: [...both, { port: 54, nodePort: 4 }] })), '127.77.0.100');
});

test('after a new start every Service has the address that it shows, whoever is asked first', async () => {
  const [a, b] = [service('a'), service('b')];
  await ensured(a);
  await ensured(b);
  const newcomer = service('c');
  balancers = start();
  assert.equal(await ensured(newcomer), '127.77.0.101');
  assert.equal(await ensured(b), '127.77.0.100');
  assert.equal(await ensured(a), '127.0.0.1');
});

test('an address on which another process has the port is not taken; when it has it everywhere that is said', async () => {
  foreign.add('127.0.0.1 TCP 80');
  const a = service('a');
  assert.equal(await ensured(a), '127.77.0.100');
  foreign.add('127.77.0.100 TCP 80').add('127.77.0.101 TCP 80');
  open.clear();
  assert.match(await ensured(a), /TCP port 80 of 127.0.0.1.*: in use by another process$/);
  assert.equal(balancers.exists(a), false);
  foreign.clear();
  assert.equal(await ensured(a), '127.77.0.100');
});

test('a NodePort that is there keeps its port of 127.0.0.1', async () => {
  service('ports', { type: 'NodePort', ports: [{ port: 1, nodePort: 30_080 }] });
  await balancers.remove(services[0]!);
  assert.equal(await ensured(service('a', { ports: [{ port: 30_080, nodePort: 30_081 }] })), '127.77.0.100');
  assert.equal(open.get('127.0.0.1 TCP 30080')?.service, 'd/ports');
});

test('an address that is asked for is given when it is one of these, and ignored otherwise', async () => {
  assert.equal(await ensured(service('a', { loadBalancerIP: '127.77.0.101' })), '127.77.0.101');
  assert.equal(await ensured(service('b', { loadBalancerIP: '192.0.2.1' })), '127.0.0.1');
  const asks = service('c', { loadBalancerIP: '127.77.0.101' });
  assert.equal(await ensured(asks), 'port TCP 80 of 127.77.0.101 belongs to Service d/a');
});

test('IPv6 is ::1; who cannot have it gets IPv4', async () => {
  const ipFamilies: ('IPv4' | 'IPv6')[] = ['IPv4', 'IPv6'];
  assert.equal(await ensured(service('a', { ipFamilies })), '127.0.0.1,::1');
  assert.equal(await ensured(service('b', { ipFamilies })), '127.77.0.100');
  assert.equal(await ensured(service('c', { ipFamilies: ['IPv6'] })), '127.77.0.101');
});

test('SCTP is refused', async () => {
  const sctp = service('a', { ports: [{ port: 9, nodePort: 1, protocol: 'SCTP' }] });
  assert.equal(await ensured(sctp), "port 9: SCTP is not served on this machine's loopback addresses");
});

test('a Service with more ports than one may have sockets for is refused', async () => {
  const ports = Array.from({ length: 257 }, (_, i) => ({ name: `p${i}`, port: i + 1 }));
  const refused = "257 ports: at most 256 are served on this machine's loopback addresses";
  assert.equal(await ensured(service('a', { ports })), refused);
  assert.equal(await ensured(service('a', { ports: ports.slice(1) })), '127.0.0.1');
});

test('a port without a node port is opened, and keeps its address when it gets one', async () => {
  const a = service('a', { ports: [{ port: 80 }] });
  assert.equal(await ensured(a), '127.0.0.1');
  assert.equal(open.get('127.0.0.1 TCP 80')?.nodePort, undefined);
  assert.equal([...open].length, 1);
  a.spec!.ports![0]!.nodePort = 30_080;
  await balancers.remove(service('other'));
  assert.equal(open.get('127.0.0.1 TCP 80')?.nodePort, 30_080);
  assert.equal(await ensured(a), '127.0.0.1');
});
