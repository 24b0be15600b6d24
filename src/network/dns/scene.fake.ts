// A zone with a few Services in namespace `shop`, and questions to it, encoded and decoded by another library, dns-packet. For tests.
import dnsPacket, { type DecodedPacket, type OptAnswer, type Packet } from 'dns-packet';
import type { Namespace } from '../../api/kinds/core/v1/namespace.ts';
import type { Service } from '../../api/kinds/core/v1/service.ts';
import type { EndpointSlice } from '../../api/kinds/discovery/v1/endpoint-slice.ts';
import type { KubeObject } from '../../api/meta/v1/resource.ts';
import { Indexer } from '../../client/informer/indexer.ts';
import type { Handler } from '../../client/informer/informer.ts';
import { acceptQuery, Query } from './message/query.ts';
import { responseTo } from './message/reply.ts';
import { Resolver, type ResolverOptions } from './resolver.ts';
import { dropChanged } from './zone/changes.ts';
import { dnsSource } from './zone/source.ts';
import { Zone } from './zone/zone.ts';

export const service = (name: string, spec: NonNullable<Service['spec']>): Service => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name, namespace: 'shop' },
  spec,
});

export const services = [
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
  service('ghost', { type: 'ExternalName', externalName: 'nope.shop.svc.cluster.local' }),
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

/** An informer's cache without an informer: changes are told to whoever handles them. */
export class Cache<T extends KubeObject> {
  readonly lister = new Indexer<T>();
  readonly #handlers: Handler<T>[] = [];

  constructor(objects: readonly T[]) {
    for (const object of objects) this.lister.put(object);
  }

  addIndex(...index: Parameters<Indexer<T>['addIndex']>): void {
    this.lister.addIndex(...index);
  }

  addHandler(handler: Handler<T>): () => void {
    this.#handlers.push(handler);
    return () => {};
  }

  put(object: T): void {
    const old = this.lister.put(object);
    for (const handler of this.#handlers) {
      if (old) handler.onUpdate?.(object, old);
      else handler.onAdd?.(object);
    }
  }

  remove(key: string): void {
    const old = this.lister.remove(key);
    if (old) for (const handler of this.#handlers) handler.onDelete?.(old);
  }
}

const namespace = (name: string): Namespace => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });

export const query = (name: string, type: string, more: Partial<Packet> = {}): Packet =>
  ({ type: 'query', id: 7, flags: 256, questions: [{ name, type }], ...more }) as Packet;

export interface Asked {
  readonly client?: string;
  /** Bytes of the response. */
  readonly limit?: number;
}

export function aScene(more: Partial<ResolverOptions> = {}) {
  const caches = {
    services: new Cache(services),
    slices: new Cache([...slices, eager, ...six]),
    namespaces: new Cache([namespace('shop'), namespace('kube-system')]),
  };
  const zone = new Zone({ source: dnsSource(caches), domain: 'cluster.local' });
  dropChanged(zone, caches);
  const resolver = new Resolver({
    zone,
    isSynced: () => true,
    started: Promise.resolve(),
    forwarder: undefined,
    searched: () => undefined,
    onSearched: () => {},
    ...more,
  });
  const answer = async (
    packet: Packet,
    { client = '10.1.0.1', limit = 65_535 }: Asked = {},
  ): Promise<DecodedPacket> => {
    const accepted = acceptQuery(dnsPacket.encode(packet));
    if (!(accepted instanceof Query)) throw new Error('the query is not accepted');
    return dnsPacket.decode(responseTo(accepted, await resolver.resolve(accepted, client), limit));
  };
  const ask = async (name: string, type = 'A', asked: Asked = {}) => {
    const packet = await answer(query(name, type), asked);
    return { rcode: rcodeOf(packet), data: dataOf(packet.answers) };
  };
  return { caches, zone, resolver, answer, ask };
}

export const rcodeOf = (packet: Packet): number => (packet.flags ?? 0) & 15;
export const dataOf = (records: Packet['answers'] = []): unknown[] =>
  records.map((record) => {
    if (!('data' in record)) return undefined;
    return record.type === 'TXT' ? String(record.data) : record.data;
  });

export const anOpt = (udpPayloadSize: number, more: Partial<OptAnswer> = {}): OptAnswer => ({
  type: 'OPT',
  name: '.',
  udpPayloadSize,
  extendedRcode: 0,
  ednsVersion: 0,
  flags: 0,
  flag_do: false,
  options: [],
  ...more,
});

export const optOf = ({ additionals = [] }: Packet): OptAnswer | undefined =>
  additionals.find((record) => record.type === 'OPT');
