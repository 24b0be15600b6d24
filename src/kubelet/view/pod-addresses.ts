// Which of a sandbox's addresses are the pod's, and in which order: one of each family, that of the node's own first address first.
// Runtimes have an order of their own. Pure. Upstream: sortPodIPs in pkg/kubelet/kubelet_pods.go.
import { isIPv6 } from 'node:net';

export function podAddresses(ips: readonly string[], nodeIPs: readonly string[]): string[] {
  const first = isIPv6(nodeIPs[0] ?? '');
  return [first, !first].flatMap((six) => ips.find((ip) => isIPv6(ip) === six) ?? []);
}
