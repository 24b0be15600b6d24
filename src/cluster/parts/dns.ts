// The cluster's DNS: one server in this process, and the Service and EndpointSlice under which pods find it.
import { readFileSync } from 'node:fs';
import { Namespace } from '../../api/kinds/core/v1/namespace.ts';
import { Service } from '../../api/kinds/core/v1/service.ts';
import { EndpointSlice } from '../../api/kinds/discovery/v1/endpoint-slice.ts';
import { namespaceOf } from '../../api/meta/v1/object.ts';
import type { Client } from '../../client/client.ts';
import type { InformerFactory } from '../../client/informer/factory.ts';
import { indexByLabel } from '../../client/informer/indices.ts';
import type { Clock } from '../../kit/clock.ts';
import type { Logger } from '../../kit/log.ts';
import { forwarder, nameservers } from '../../network/dns/forward.ts';
import type { DnsSource } from '../../network/dns/records.ts';
import { type DnsServer, startDnsServer } from '../../network/dns/server.ts';

export const CLUSTER_DOMAIN = 'cluster.local';
export const DNS_SERVICE_IP = '10.96.0.10';

export interface DnsOptions {
  readonly informers: InformerFactory;
  /** Where the server listens: the machine's address on the nodes' network. */
  readonly address: string;
  /** Names outside the cluster are not asked for. */
  readonly isolated: boolean;
  readonly clock: Clock;
  readonly log: Logger;
}

export function startClusterDns(options: DnsOptions): Promise<DnsServer> {
  // Read anew each time: a laptop changes its resolvers with its network.
  const servers = () => nameservers(readFileSync('/etc/resolv.conf', 'utf8'));
  const zone = {
    source: sourceOf(options.informers),
    domain: CLUSTER_DOMAIN,
    ...(!options.isolated && { forward: forwarder(servers, options.clock) }),
  };
  return startDnsServer({ zone, address: options.address, port: 53, log: options.log });
}

function sourceOf(informers: InformerFactory): DnsSource {
  const services = informers.informer(Service);
  const slices = informers.informer(EndpointSlice);
  const namespaces = informers.informer(Namespace);
  const byService = indexByLabel(slices, 'kubernetes.io/service-name');
  return {
    service: (namespace, name) => services.lister.get(name, namespace),
    slices: (namespace, name) =>
      slices.lister.byIndex(byService, name).filter((slice) => namespaceOf(slice) === namespace),
    services: () => services.lister.list(),
    endpointSlices: () => slices.lister.list(),
    hasNamespace: (name) => namespaces.lister.get(name) !== undefined,
  };
}

const labels = {
  'k8s-app': 'kube-dns',
  'kubernetes.io/cluster-service': 'true',
  'kubernetes.io/name': 'CoreDNS',
};
const ports = [
  { name: 'dns', port: 53, protocol: 'UDP' as const },
  { name: 'dns-tcp', port: 53, protocol: 'TCP' as const },
];

/** Writes the Service kube-dns, which has no selector, and the slice that names the server. */
export async function publishDns(client: Client, address: string): Promise<void> {
  const metadata = { name: 'kube-dns', namespace: 'kube-system', labels };
  const service = { apiVersion: 'v1', kind: 'Service', metadata, spec: { clusterIP: DNS_SERVICE_IP, ports } };
  const slice = {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: {
      name: 'kube-dns',
      namespace: 'kube-system',
      labels: {
        'kubernetes.io/service-name': 'kube-dns',
        'endpointslice.kubernetes.io/managed-by': 'tiphys',
      },
    },
    addressType: 'IPv4' as const,
    ports,
    endpoints: [{ addresses: [address], conditions: { ready: true, serving: true, terminating: false } }],
  };
  const options = { fieldManager: 'tiphys', force: true };
  await client.patch(Service, 'kube-dns', 'kube-system', 'apply', service, options);
  await client.patch(EndpointSlice, 'kube-dns', 'kube-system', 'apply', slice, options);
}
