// The Service kube-dns, under which pods find the server, and the slices that name it. Called by the node agent.
import { isIPv6 } from 'node:net';
import { SERVICE_NAME_LABEL } from '../../api/endpoints/slices.ts';
import { Service } from '../../api/kinds/core/v1/service.ts';
import { EndpointSlice } from '../../api/kinds/discovery/v1/endpoint-slice.ts';
import { DNS_METRICS_PORT, dnsLabels, dnsPorts } from '../../api/nodes/dns.ts';
import type { Client } from '../../client/client.ts';

export interface DnsService {
  /** One of each IP family that the cluster has, the primary one first. */
  readonly clusterIPs: readonly string[];
  /** Where the server listens. */
  readonly addresses: readonly string[];
}

/** Writes the Service kube-dns, which has no selector, and a slice for each IP family, which names the server. */
export async function publishDns(client: Client, { clusterIPs, addresses }: DnsService): Promise<void> {
  const annotations = { 'prometheus.io/port': String(DNS_METRICS_PORT), 'prometheus.io/scrape': 'true' };
  const metadata = { name: 'kube-dns', namespace: 'kube-system', labels: dnsLabels, annotations };
  const spec = {
    clusterIP: clusterIPs[0]!,
    clusterIPs,
    ipFamilies: clusterIPs.map(familyOf),
    // Said in either case: the cluster may have had both families at an earlier start.
    ipFamilyPolicy: clusterIPs.length > 1 ? ('PreferDualStack' as const) : ('SingleStack' as const),
    ports: dnsPorts,
  };
  const service = { apiVersion: 'v1', kind: 'Service', metadata, spec };
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
