// The Service kube-dns, as far as everybody who writes it must agree, and how a node says that its agent answers for the cluster's names.

/**
 * An annotation: `true` on a Node whose agent answers for the cluster's names, at the node's own addresses; `node-agents` on the ConfigMap
 * kubelet-config of a cluster whose agents are to do so.
 */
export const ANSWERS_NAMES = 'tiphys.io/dns';

export const DNS_METRICS_PORT = 9153;

export const dnsLabels = {
  'k8s-app': 'kube-dns',
  'kubernetes.io/cluster-service': 'true',
  'kubernetes.io/name': 'CoreDNS',
};

export const dnsPorts = [
  { name: 'dns', port: 53, protocol: 'UDP' as const },
  { name: 'dns-tcp', port: 53, protocol: 'TCP' as const },
  { name: 'metrics', port: DNS_METRICS_PORT, protocol: 'TCP' as const },
];
