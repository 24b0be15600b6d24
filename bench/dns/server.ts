// The DNS server that bench/dns.ts measures, in a process of its own: 1,000 Services, 100 of them headless with 5 endpoints each,
// and an upstream server that answers from memory. Prints the port when it listens.
import dgram from 'node:dgram';
import type { Namespace } from '../../src/api/kinds/core/v1/namespace.ts';
import type { Service } from '../../src/api/kinds/core/v1/service.ts';
import type { EndpointSlice } from '../../src/api/kinds/discovery/v1/endpoint-slice.ts';
import type { KubeObject } from '../../src/api/meta/v1/resource.ts';
import { Indexer } from '../../src/client/informer/indexer.ts';
import { systemClock as clock } from '../../src/kit/clock.ts';
import { silentLogger as log } from '../../src/kit/log.ts';
import { systemRandom as random } from '../../src/kit/random.ts';
import { Forwarder } from '../../src/network/dns/forward/forwarder.ts';
import { DnsCounts } from '../../src/network/dns/metrics/counts.ts';
import { Resolver } from '../../src/network/dns/resolver.ts';
import { startDnsServer } from '../../src/network/dns/server/server.ts';
import { dnsSource } from '../../src/network/dns/zone/source.ts';
import { Zone } from '../../src/network/dns/zone/zone.ts';

const ADDRESS = '127.0.0.1';
const ENDPOINTS = [1, 2, 3, 4, 5];

const services = Array.from({ length: 1_000 }, (_, i): Service => {
  const clusterIP = i % 10 === 0 ? 'None' : `10.96.${i >> 8}.${i & 255}`;
  const ports = [{ name: 'http', port: 80, protocol: 'TCP' as const }];
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: `s${i}`, namespace: 'default' },
    spec: { clusterIP, clusterIPs: [clusterIP], ports },
  };
});
const slices = services.map(
  ({ metadata: { name = '' } }, i): EndpointSlice => ({
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { name: `${name}-1`, namespace: 'default', labels: { 'kubernetes.io/service-name': name } },
    addressType: 'IPv4',
    ports: [{ name: 'http', port: 80, protocol: 'TCP' }],
    endpoints: ENDPOINTS.map((n) => ({ addresses: [`10.${n}.${i >> 8}.${i & 255}`] })),
  }),
);

function cacheOf<T extends KubeObject>(objects: readonly T[]) {
  const lister = new Indexer<T>();
  for (const object of objects) lister.put(object);
  return { lister, addIndex: lister.addIndex.bind(lister) };
}

/** Answers every query with one address. */
const upstream = dgram.createSocket('udp4', (query, { port, address }) => {
  const end = query.indexOf(0, 12) + 5;
  const record = Buffer.from([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 192, 0, 2, 1]);
  const header = Buffer.from([query[0]!, query[1]!, 0x81, 0x80, 0, 1, 0, 1, 0, 0, 0, 0]);
  upstream.send(Buffer.concat([header, query.subarray(12, end), record]), port, address);
});
await new Promise<void>((resolve) => upstream.bind(0, ADDRESS, resolve));

const namespace: Namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'default' } };
const source = dnsSource({
  services: cacheOf(services),
  slices: cacheOf(slices),
  namespaces: cacheOf([namespace]),
});
const counts = new DnsCounts();
const nodeServers = () => [{ host: ADDRESS, port: upstream.address().port }];
const resolver = new Resolver({
  zone: new Zone({ source, domain: 'cluster.local' }),
  isSynced: () => true,
  started: Promise.resolve(),
  forwarder: new Forwarder({ nodeServers, route: (to) => to, isolated: false, counts, clock, random, log }),
  searched: () => undefined,
  onSearched: () => {},
});
const server = await startDnsServer({ resolver, counts, addresses: [ADDRESS], port: 0, clock, log });
process.stdout.write(`${server.port}\n`);
