// The cluster's one table in the machine's nftables: lets pods out under the machine's address, or, for an isolated
// cluster, drops whatever would pass between the cluster and anything else. Pure text; create.ts applies it.
import type { NodesPlan } from './plan.ts';

export function firewall(plan: NodesPlan): string {
  const { nftTable: table, bridge } = plan;
  const body = plan.isolated ? isolation(bridge!) : masquerade(plan);
  // Adding before deleting makes the replacement work whether the table exists or not.
  return `add table ip ${table}\ndelete table ip ${table}\ntable ip ${table} {\n${body}}\n`;
}

function isolation(bridge: string): string {
  return `  chain forward {
    type filter hook forward priority -5; policy accept;
    iifname "${bridge}" oifname != "${bridge}" drop
    iifname != "${bridge}" oifname "${bridge}" drop
  }
`;
}

function masquerade(plan: NodesPlan): string {
  const inside = plan.host ? plan.clusterCidr : `${plan.nodeCidr}, ${plan.clusterCidr}`;
  const away = plan.bridge ? ` oifname != "${plan.bridge}"` : '';
  return `  chain postrouting {
    type nat hook postrouting priority srcnat; policy accept;
    ip saddr { ${inside} } ip daddr != { ${inside}, ${plan.serviceCidr}, 224.0.0.0/4 }${away} masquerade
  }
`;
}
