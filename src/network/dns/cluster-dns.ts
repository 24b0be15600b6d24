// The cluster's DNS server, fed from informers, and the Service and EndpointSlice under which pods find it.
// Called by the node agent.

import { readFileSync } from 'node:fs';
import { isIPv6 } from 'node:net';
import { SERVICE_NAME_LABEL } from '../../api/endpoints/slices.ts';
import { Namespace } from '../../api/kinds/core/v1/namespace.ts';
import { Service } from '../../api/kinds/core/v1/service.ts';
import { EndpointSlice } from '../../api/kinds/discovery/v1/endpoint-slice.ts';
import type { Client } from '../../client/client.ts';
import type { InformerFactory } from '../../client/informer/factory.ts';
import type { Clock } from '../../kit/clock.ts';
import type { Logger } from '../../kit/log.ts';
import type { Random } from '../../kit/random.ts';
import { forwarder, nameservers } from './forward.ts';
import { type DnsServer, startDnsServer } from './server.ts';
import { dnsSource } from './zone/source.ts';

export interface DnsOptions {
  readonly informers: InformerFactory;
  /** Where the server listens: the machine's addresses on the nodes' network, one of each IP family that the cluster has. */
  readonly addresses: readonly string[];
  /** Such as cluster.local. */
  readonly domain: string;
  /** Names outside the cluster are refused. */
  readonly isolated: boolean;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
}

export async function startClusterDns(options: DnsOptions): Promise<DnsServer> {
  // Read for each query: a laptop's resolvers change with its network.
  const servers = () => nameservers(readFileSync('/etc/resolv.conf', 'utf8'));
  const zone = {
    source: dnsSource({
      services: options.informers.informer(Service),
      slices: options.informers.informer(EndpointSlice),
      namespaces: options.informers.informer(Namespace),
    }),
    domain: options.domain,
    ...(!options.isolated && { forward: forwarder(servers, options.clock, options.random) }),
  };
  return startDnsServer({ zone, addresses: options.addresses, port: 53, log: options.log });
}

export const dnsLabels = {
  'k8s-app': 'kube-dns',
  'kubernetes.io/cluster-service': 'true',
  'kubernetes.io/name': 'CoreDNS',
};
export const dnsPorts = [
  { name: 'dns', port: 53, protocol: 'UDP' as const },
  { name: 'dns-tcp', port: 53, protocol: 'TCP' as const },
];

export interface DnsService {
  /** One of each IP family that the cluster has, the primary one first. */
  readonly clusterIPs: readonly string[];
  /** Where the server listens. */
  readonly addresses: readonly string[];
}

/** Writes the Service kube-dns, which has no selector, and a slice for each IP family, which names the server. */
export async function publishDns(client: Client, { clusterIPs, addresses }: DnsService): Promise<void> {
  const metadata = { name: 'kube-dns', namespace: 'kube-system', labels: dnsLabels };
  const spec = {
    clusterIP: clusterIPs[0]!,
    clusterIPs,
    ipFamilies: clusterIPs.map(familyOf),
    ports: dnsPorts,
  };
  const dual = clusterIPs.length > 1 && { ipFamilyPolicy: 'PreferDualStack' as const };
  const service = { apiVersion: 'v1', kind: 'Service', metadata, spec: { ...spec, ...dual } };
  const options = { fieldManager: 'tiphys', force: true };
  await client.patch(Service, 'kube-dns', 'kube-system', 'apply', service, options);
  for (const address of addresses) {
    const slice = sliceOf(address);
    await client.patch(EndpointSlice, slice.metadata.name, 'kube-system', 'apply', slice, options);
  }
}

const familyOf = (address: string) => (isIPv6(address) ? ('IPv6' as const) : ('IPv4' as const));

const sliceOf = (address: string) => ({
  apiVersion: 'discovery.k8s.io/v1',
  kind: 'EndpointSlice',
  metadata: {
    name: isIPv6(address) ? 'kube-dns-ipv6' : 'kube-dns',
    namespace: 'kube-system',
    labels: {
      [SERVICE_NAME_LABEL]: 'kube-dns',
      'endpointslice.kubernetes.io/managed-by': 'tiphys',
    },
  },
  addressType: familyOf(address),
  ports: dnsPorts,
  endpoints: [{ addresses: [address], conditions: { ready: true, serving: true, terminating: false } }],
});
