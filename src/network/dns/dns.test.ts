import assert from 'node:assert/strict';
import dgram from 'node:dgram';
import net from 'node:net';
import { describe, it } from 'node:test';
import dnsPacket, { type Packet } from 'dns-packet';
import type { Namespace } from '../../api/kinds/core/v1/namespace.ts';
import type { Service } from '../../api/kinds/core/v1/service.ts';
import type { EndpointSlice } from '../../api/kinds/discovery/v1/endpoint-slice.ts';
import type { KubeObject } from '../../api/meta/v1/resource.ts';
import { Indexer } from '../../client/informer/indexer.ts';
import { silentLogger } from '../../kit/log.ts';
import { answer, type Zone } from './answer.ts';
import { nameservers } from './forward.ts';
import { startDnsServer } from './server.ts';
import { dnsSource } from './zone/source.ts';

const service = (name: string, spec: NonNullable<Service['spec']>): Service => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name, namespace: 'shop' },
  spec,
});

const services = [
  service('web', {
    clusterIP: '10.96.0.20',
    clusterIPs: ['10.96.0.20'],
    ports: [{ name: 'http', port: 80, protocol: 'TCP' }],
  }),
  service('db', {
    clusterIP: 'None',
    clusterIPs: ['None'],
    ports: [{ name: 'sql', port: 5432, protocol: 'TCP' }],
  }),
  // The test writes this slice itself; the EndpointSlice controller would have set the condition.
  service('eager', { clusterIP: 'None', clusterIPs: ['None'], publishNotReadyAddresses: true }),
  service('both', {
    clusterIP: '10.96.0.21',
    clusterIPs: ['10.96.0.21', 'fd00:96::21'],
    ports: [
      { name: 'http', port: 80, protocol: 'TCP' },
      { name: 'dns', port: 53, protocol: 'UDP' },
    ],
  }),
  service('empty', { clusterIP: 'None', clusterIPs: ['None'] }),
  service('six', { clusterIP: 'None', clusterIPs: ['None'] }),
  service('literal', { type: 'ExternalName', externalName: '192.0.2.1' }),
  service('chicken', { type: 'ExternalName', externalName: 'egg.shop.svc.cluster.local' }),
  service('egg', { type: 'ExternalName', externalName: 'chicken.shop.svc.cluster.local' }),
  service('docs', { type: 'ExternalName', externalName: 'web.shop.svc.cluster.local' }),
];

const slices: EndpointSlice[] = [
  {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { name: 'db-1', namespace: 'shop', labels: { 'kubernetes.io/service-name': 'db' } },
    addressType: 'IPv4',
    ports: [{ name: 'sql', port: 5432, protocol: 'TCP' }],
    endpoints: [
      { addresses: ['10.1.0.5'], hostname: 'db-0', conditions: { ready: true } },
      { addresses: ['10.1.0.6'], conditions: { ready: true } },
      { addresses: ['10.1.0.7'], conditions: { ready: false } },
    ],
  },
];

const eager: EndpointSlice = {
  apiVersion: 'discovery.k8s.io/v1',
  kind: 'EndpointSlice',
  metadata: { name: 'eager-1', namespace: 'shop', labels: { 'kubernetes.io/service-name': 'eager' } },
  addressType: 'IPv4',
  endpoints: [
    { addresses: ['10.1.0.8'], hostname: 'late', conditions: { ready: false } },
    { addresses: ['10.1.0.9'], hostname: 'early' },
  ],
};

const slice = (service: string, more: Partial<EndpointSlice>): EndpointSlice => ({
  apiVersion: 'discovery.k8s.io/v1',
  kind: 'EndpointSlice',
  metadata: {
    name: `${service}-${more.addressType}`,
    namespace: 'shop',
    labels: { 'kubernetes.io/service-name': service },
  },
  addressType: 'IPv4',
  endpoints: [],
  ...more,
});

/** Pods with addresses of both families. */
const six = [
  slice('six', {
    addressType: 'IPv6',
    ports: [{ name: 'sql', port: 5432, protocol: 'TCP' }],
    endpoints: [
      { addresses: ['fd00:1::5'], hostname: 'six-0' },
      { addresses: ['FD00:1:0::6'] },
      { addresses: ['fd00:1::'] },
    ],
  }),
  slice('six', {
    ports: [{ name: 'sql', port: 5432, protocol: 'TCP' }],
    endpoints: [{ addresses: ['10.1.1.5'], hostname: 'six-0' }],
  }),
  slice('web', { endpoints: [{ addresses: ['10.1.1.20'] }] }),
];

function cacheOf<T extends KubeObject>(objects: readonly T[]) {
  const cache = new Indexer<T>();
  for (const object of objects) cache.put(object);
  return { lister: cache, addIndex: cache.addIndex.bind(cache), cache };
}

const caches = {
  services: cacheOf(services),
  slices: cacheOf([...slices, eager, ...six]),
  namespaces: cacheOf<Namespace>([{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } }]),
};
const zone: Zone = { source: dnsSource(caches), domain: 'cluster.local' };

const rcode = (packet: Packet) => (packet.flags ?? 0) & 15;
const query = (name: string, type: string): Packet =>
  ({ type: 'query', id: 7, flags: 256, questions: [{ name, type }] }) as Packet;
const ask = async (name: string, type = 'A') => {
  const packet = await answer(zone, query(name, type));
  return {
    rcode: rcode(packet),
    data: (packet.answers ?? []).map((a) => ('data' in a ? a.data : undefined)),
  };
};

describe('cluster zone', () => {
  it('answers with the cluster IP of a Service, whatever the case of the name', async () => {
    assert.deepEqual(await ask('Web.shop.svc.Cluster.local'), { rcode: 0, data: ['10.96.0.20'] });
  });

  it('answers for a headless Service with its ready endpoints, by hostname too', async () => {
    assert.deepEqual((await ask('db.shop.svc.cluster.local')).data, ['10.1.0.5', '10.1.0.6']);
    assert.deepEqual((await ask('db-0.db.shop.svc.cluster.local')).data, ['10.1.0.5']);
    assert.deepEqual((await ask('10-1-0-6.db.shop.svc.cluster.local')).data, ['10.1.0.6']);
  });

  it('answers SRV queries for named ports', async () => {
    assert.deepEqual((await ask('_http._tcp.web.shop.svc.cluster.local', 'SRV')).data, [
      { priority: 0, weight: 100, port: 80, target: 'web.shop.svc.cluster.local' },
    ]);
    assert.deepEqual(
      (await ask('_sql._tcp.db.shop.svc.cluster.local', 'SRV')).data.map(
        (d) => (d as { target: string }).target,
      ),
      ['db-0.db.shop.svc.cluster.local', '10-1-0-6.db.shop.svc.cluster.local'],
    );
    // Without port and protocol: of all ports. With others: there is no such name.
    assert.deepEqual(
      (await ask('both.shop.svc.cluster.local', 'SRV')).data.map((d) => (d as { port: number }).port),
      [80, 53],
    );
    assert.equal((await ask('_http._udp.both.shop.svc.cluster.local', 'SRV')).rcode, 3);
    assert.equal((await ask('a._http._tcp.both.shop.svc.cluster.local', 'SRV')).rcode, 3);
  });

  it('adds the addresses of both families of the names that an SRV answer has', async () => {
    const more = async (name: string) =>
      (await answer(zone, query(name, 'SRV'))).additionals?.map((a) => [a.name, 'data' in a && a.data]);
    assert.deepEqual(await more('_http._tcp.both.shop.svc.cluster.local'), [
      ['both.shop.svc.cluster.local', '10.96.0.21'],
      ['both.shop.svc.cluster.local', 'fd00:96::21'],
    ]);
    assert.deepEqual((await more('_sql._tcp.six.shop.svc.cluster.local'))?.slice(0, 2), [
      ['six-0.six.shop.svc.cluster.local', 'fd00:1::5'],
      [
        'fd00-1-0--6.six.shop.svc.cluster.local'
          .toUpperCase()
          .replace(/^.*?\./, (l) => l)
          .toLowerCase(),
        'FD00:1:0::6',
      ],
    ]);
  });

  it('answers AAAA queries with addresses of IPv6, and those of the other family without records', async () => {
    assert.deepEqual(await ask('both.shop.svc.cluster.local', 'AAAA'), { rcode: 0, data: ['fd00:96::21'] });
    assert.deepEqual(await ask('both.shop.svc.cluster.local', 'A'), { rcode: 0, data: ['10.96.0.21'] });
    assert.deepEqual(await ask('six-0.six.shop.svc.cluster.local', 'AAAA'), {
      rcode: 0,
      data: ['fd00:1::5'],
    });
    assert.deepEqual(await ask('six-0.six.shop.svc.cluster.local', 'A'), { rcode: 0, data: ['10.1.1.5'] });
    assert.deepEqual(await ask('fd00-1--0.six.shop.svc.cluster.local', 'AAAA'), {
      rcode: 0,
      data: ['fd00:1::'],
    });
    assert.deepEqual(await ask('fd00-1--7.shop.pod.cluster.local', 'AAAA'), {
      rcode: 0,
      data: ['fd00:1::7'],
    });
    assert.deepEqual(await ask('fd00-1--7.shop.pod.cluster.local', 'A'), { rcode: 0, data: [] });
    assert.equal((await ask('fe80--7%eth0.shop.pod.cluster.local', 'AAAA')).rcode, 3);
  });

  it('answers reverse queries of IPv6', async () => {
    const reversed = (digits: string) => `${[...digits].reverse().join('.')}.ip6.arpa`;
    const pointers = async (digits: string) => (await ask(reversed(digits), 'PTR')).data;
    assert.deepEqual(await pointers('fd000096000000000000000000000021'), ['both.shop.svc.cluster.local']);
    assert.deepEqual(await pointers('fd000001000000000000000000000005'), [
      'six-0.six.shop.svc.cluster.local',
    ]);
    // Somebody else's, and no complete name: forwarded, which this test does not.
    assert.equal((await ask(reversed('fd000001000000000000000000000099'), 'PTR')).rcode, 5);
    assert.equal((await ask(reversed('fd0000010000'), 'PTR')).rcode, 5);
  });

  it('names its own Service as the zone’s server', async () => {
    caches.services.cache.put({
      ...service('kube-dns', { clusterIP: '10.96.0.10', clusterIPs: ['10.96.0.10'], ports: [{ port: 53 }] }),
      metadata: { name: 'kube-dns', namespace: 'kube-system' },
    });
    const response = await answer(zone, query('cluster.local', 'NS'));
    assert.deepEqual(
      [...response.answers!, ...response.additionals!].map((a) => 'data' in a && a.data),
      ['kube-dns.kube-system.svc.cluster.local', '10.96.0.10'],
    );
    assert.deepEqual((await ask('ns.dns.cluster.local')).data, ['10.96.0.10']);
    assert.deepEqual(await ask('ns.dns.cluster.local', 'AAAA'), { rcode: 0, data: [] });
  });

  it('knows no headless Service without ready endpoints, and no alias of an address', async () => {
    assert.equal((await ask('empty.shop.svc.cluster.local')).rcode, 3);
    assert.equal((await ask('literal.shop.svc.cluster.local')).rcode, 3);
  });

  it('answers names of endpoints of a Service with a cluster IP', async () => {
    assert.deepEqual((await ask('10-1-1-20.web.shop.svc.cluster.local')).data, ['10.1.1.20']);
    assert.deepEqual((await ask('20.1.1.10.in-addr.arpa', 'PTR')).data, [
      '10-1-1-20.web.shop.svc.cluster.local',
    ]);
  });

  it('resolves an ExternalName that points into the zone', async () => {
    assert.deepEqual((await ask('docs.shop.svc.cluster.local')).data, [
      'web.shop.svc.cluster.local',
      '10.96.0.20',
    ]);
  });

  it('stops following aliases that form a loop', async () => {
    const { rcode, data } = await ask('egg.shop.svc.cluster.local');
    assert.equal(rcode, 0);
    assert.equal(data.length, 8);
  });

  it('answers pod names, reverse lookups and its version', async () => {
    assert.deepEqual((await ask('10-1-0-9.shop.pod.cluster.local')).data, ['10.1.0.9']);
    assert.deepEqual((await ask('20.0.96.10.in-addr.arpa', 'PTR')).data, ['web.shop.svc.cluster.local']);
    assert.deepEqual((await ask('5.0.1.10.in-addr.arpa', 'PTR')).data, ['db-0.db.shop.svc.cluster.local']);
    assert.deepEqual((await ask('dns-version.cluster.local', 'TXT')).data, ['1.1.0']);
  });

  it('answers with ready endpoints only, by name and by address; one without a condition is ready', async () => {
    assert.deepEqual((await ask('eager.shop.svc.cluster.local')).data, ['10.1.0.9']);
    assert.equal((await ask('late.eager.shop.svc.cluster.local')).rcode, 3);
    assert.deepEqual((await ask('8.0.1.10.in-addr.arpa', 'PTR')).data, []);
    assert.deepEqual((await ask('9.0.1.10.in-addr.arpa', 'PTR')).data, [
      'early.eager.shop.svc.cluster.local',
    ]);
  });

  it('finds the owner of an address without looking at every object, and follows changes', async (t) => {
    for (const { cache } of [caches.services, caches.slices])
      t.mock.method(cache, 'list', () => assert.fail('all objects were listed'));
    const pointer = async (ip: string) => (await ask(`${ip}.in-addr.arpa`, 'PTR')).data;
    caches.services.cache.put(service('new', { clusterIP: '10.96.0.9', clusterIPs: ['10.96.0.9'] }));
    assert.deepEqual(await pointer('9.0.96.10'), ['new.shop.svc.cluster.local']);
    caches.services.cache.remove('shop/new');
    assert.deepEqual(await pointer('9.0.96.10'), []);
    // Nobody has this address; and headless Services have none at all.
    assert.deepEqual(await pointer('1.2.3.4'), []);
    assert.deepEqual(await pointer('None'), []);
  });

  it('answers NXDOMAIN for a name that does not exist, and without records for a type that the name lacks', async () => {
    assert.equal((await ask('nope.shop.svc.cluster.local')).rcode, 3);
    assert.equal((await ask('x.nowhere.svc.cluster.local')).rcode, 3);
    assert.equal((await ask('10-1-0-999.shop.pod.cluster.local')).rcode, 3);
    assert.deepEqual(await ask('web.shop.svc.cluster.local', 'AAAA'), { rcode: 0, data: [] });
  });

  it('refuses names outside the zone without a forwarder, and answers SERVFAIL when forwarding fails', async () => {
    assert.equal((await ask('example.org')).rcode, 5);
    const failing = { ...zone, forward: () => Promise.reject(new Error('down')) };
    assert.equal(rcode(await answer(failing, query('example.org', 'A'))), 2);
  });
});

describe('DNS server', () => {
  it('answers over UDP and TCP, and ignores malformed packets', async () => {
    const server = await startDnsServer({ zone, addresses: ['127.0.0.1'], port: 0, log: silentLogger });
    const message = dnsPacket.encode(query('web.shop.svc.cluster.local', 'A'));
    const udp = dgram.createSocket('udp4');
    const overUdp = new Promise<Buffer>((resolve) => udp.once('message', resolve));
    udp.send(Buffer.from('garbage'), server.port, '127.0.0.1');
    udp.send(message, server.port, '127.0.0.1');
    assert.deepEqual(dnsPacket.decode(await overUdp).answers?.length, 1);
    udp.close();
    const tcp = net.connect(server.port, '127.0.0.1');
    const overTcp = new Promise<Buffer>((resolve) => tcp.once('data', resolve));
    tcp.write(dnsPacket.streamEncode(query('web.shop.svc.cluster.local', 'A')));
    assert.deepEqual(dnsPacket.streamDecode(await overTcp).answers?.length, 1);
    // A client that stays connected does not delay close().
    await server.close();
    tcp.destroy();
  });
});

describe('nameservers', () => {
  it('reads the servers of a resolv.conf, of both families', () => {
    assert.deepEqual(
      nameservers(
        '# x\nnameserver 10.0.0.2\nnameserver fe80::1%eth0\nsearch a\nnameserver x\nnameserver 10.0.0.3\n',
      ),
      ['10.0.0.2', 'fe80::1%eth0', '10.0.0.3'],
    );
  });
});
