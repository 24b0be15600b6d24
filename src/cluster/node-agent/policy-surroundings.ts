// What network policies must know of how Tiphys lays a cluster out on a machine. Pure; node.ts passes it on.
import { dnsLabels, dnsPorts } from '../../api/nodes/dns.ts';
import type { PoliciesOptions } from '../../network/policy/node-policies.ts';
import type { ClusterNodes } from '../nodes/create.ts';

/**
 * In host mode kubelet and DNS server are on the node itself, which no policy concerns. Otherwise the kubelets probe from the
 * machine's address, and the DNS server is no pod, where policies allow `k8s-app: kube-dns` in kube-system.
 */
export function policySurroundings({
  host,
  networks,
}: Pick<ClusterNodes, 'host' | 'networks'>): Pick<PoliciesOptions, 'families' | 'hosts' | 'standIns'> {
  const families = networks.map(({ family }) => family);
  if (host) return { families, hosts: [], standIns: [] };
  const gateways = networks.map(({ gateway }) => gateway);
  const ports = dnsPorts.map(({ name, port, protocol }) => ({
    name,
    port,
    protocol: protocol === 'UDP' ? ('udp' as const) : ('tcp' as const),
  }));
  const dns = {
    uid: 'dns',
    namespace: 'kube-system',
    labels: dnsLabels,
    addresses: gateways,
    ports,
    local: false,
  };
  return { families, hosts: gateways, standIns: [dns] };
}
