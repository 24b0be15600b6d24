// The cluster's tables in the machine's nftables, one for each family: they let pods out under the machine's address, or, for an
// isolated cluster, drop whatever would pass between the cluster and anything else. Pure text; create.ts applies it.
import type { ClusterNetwork } from './networks.ts';
import type { NodesPlan } from './plan.ts';

export const firewall = (plan: NodesPlan): string =>
  plan.networks.map((network) => tableOf(plan, network)).join('');

function tableOf(plan: NodesPlan, network: ClusterNetwork): string {
  const table = `${network.word} ${plan.nftTable}`;
  const body = plan.isolated ? isolation(plan.bridge!) : masquerade(plan, network);
  // Adding before deleting makes the replacement work whether the table exists or not.
  return `add table ${table}\ndelete table ${table}\ntable ${table} {\n${body}}\n`;
}

function isolation(bridge: string): string {
  return `  chain forward {
    type filter hook forward priority -5; policy accept;
    iifname "${bridge}" oifname != "${bridge}" drop
    iifname != "${bridge}" oifname "${bridge}" drop
  }
`;
}

const MULTICAST = { IPv4: '224.0.0.0/4', IPv6: 'ff00::/8' } as const;

function masquerade({ host, bridge }: NodesPlan, network: ClusterNetwork): string {
  const { family, word, clusterCidr, nodeCidr, serviceCidr } = network;
  const inside = host ? clusterCidr : `${nodeCidr}, ${clusterCidr}`;
  const away = bridge ? ` oifname != "${bridge}"` : '';
  return `  chain postrouting {
    type nat hook postrouting priority srcnat; policy accept;
    ${word} saddr { ${inside} } ${word} daddr != { ${inside}, ${serviceCidr}, ${MULTICAST[family]} }${away} masquerade
  }
`;
}
