// Pods and programs reach every kubelet at the address and port of its node's status, as on machines of their own. A kubelet
// runs outside the node's network namespace, where all of a machine's nodes share one address: inside the namespace, connections
// to the node's address are led there. Callers still need a certificate or token. Pure text; node.ts applies it.
import { hostPort } from '../../kit/net/host-port.ts';

/** The port in the status of every node. */
export const STATUS_PORT = 10_250;

export interface KubeletRedirect {
  /** As nftables names the family of the addresses. */
  readonly word: 'ip' | 'ip6';
  /** Of the node. */
  readonly address: string;
  /** Where the kubelet listens. */
  readonly host: string;
  readonly port: number;
}

/** Input for `nft -f -`; the table is replaced when it exists. */
export function kubeletRedirect({ word, address, host, port }: KubeletRedirect): string {
  const table = `${word} tiphys-kubelet`;
  const lead = `${word} daddr ${address} tcp dport ${STATUS_PORT} dnat to ${hostPort(host, port)}`;
  return `add table ${table}
delete table ${table}
table ${table} {
  chain prerouting {
    type nat hook prerouting priority dstnat; policy accept;
    ${lead}
  }
  chain output {
    type nat hook output priority -100; policy accept;
    ${lead}
  }
  chain postrouting {
    type nat hook postrouting priority srcnat; policy accept;
    ct original ${word} daddr ${address} ${word} daddr ${host} tcp dport ${port} masquerade
  }
}
`;
}
