// The cables: input for `ip -batch`, one for the machine's side and one inside each node. Pure text; create.ts runs it.
// Addresses of IPv6 are ours alone, and used as soon as they are there: `nodad` spares the second in which they would be looked for.
import type { Family } from '../../api/addresses/prefix.ts';
import { gatewayCidr, gatewayLink, type NodePlan, type NodesPlan } from './plan.ts';

const EVERYWHERE: Readonly<Record<Family, string>> = { IPv4: 'default', IPv6: '::/0' };

/** The bridge between the nodes; without its addresses, for which IPv6 must be allowed on it. */
export const bridgeBatch = ({ bridge, linkMtu }: NodesPlan): string[] => [
  `link add ${bridge} mtu ${linkMtu} type bridge`,
];

/** May be repeated. */
export const bridgeAddressBatch = ({ bridge, networks }: NodesPlan): string[] => [
  ...networks.map(({ gateway, nodeCidr, family }) => addressLine(gateway, nodeCidr, family, bridge!)),
  `link set ${bridge} up`,
];

/** Plugs the nodes' cables into the bridge. */
export function plugBatch(plan: NodesPlan, nodes: readonly NodePlan[]): string[] {
  return nodes.map((node) => `link set ${node.pins!.link} master ${plan.bridge} up`);
}

/** Runs inside a new node. The far end of its cable is made in the network namespace of process `pid`. */
export const nodeBatch = (plan: NodesPlan, node: NodePlan, pid: number): string[] => [
  'link set lo up',
  `link add eth0 mtu ${plan.linkMtu} type veth peer name ${node.pins!.link} mtu ${plan.linkMtu} netns ${pid}`,
  ...nodeAddressBatch(plan, node),
];

/**
 * Addresses of a node, and its way outwards, by the gateway. Without a route to the service network connect() to a ClusterIP fails
 * before nftables sees it, even in an isolated node. What leads to other nodes' pods is set when their Nodes are known
 * (network/routes). May be repeated.
 */
export const nodeAddressBatch = (plan: NodesPlan, node: NodePlan): string[] => [
  ...plan.networks.map(({ nodeCidr, family }, i) =>
    addressLine(node.addresses[i]!, nodeCidr, family, 'eth0'),
  ),
  'link set eth0 up',
  ...plan.networks.map(
    ({ serviceCidr, gateway, family }) =>
      `route replace ${plan.isolated ? serviceCidr : EVERYWHERE[family]} via ${gateway}`,
  ),
  ...(plan.isolated ? gatewayRoutes(plan) : []),
];

/** A command that removes every address at which pods reach Gateways. */
export const gatewayFlush = (plan: Pick<NodesPlan, 'index' | 'bridge'>): string[] =>
  `ip addr flush dev ${gatewayLink(plan)} to ${gatewayCidr(plan)}`.split(' ');

/** Gateways are the cluster's own. */
const gatewayRoutes = (plan: NodesPlan): string[] =>
  plan.networks
    .filter(({ family }) => family === 'IPv4')
    .map(({ gateway }) => `route replace ${gatewayCidr(plan)} via ${gateway}`);

function addressLine(address: string, network: string, family: Family, link: string): string {
  const bits = network.split('/')[1];
  return `addr replace ${address}/${bits} dev ${link}${family === 'IPv6' ? ' nodad' : ''}`;
}
