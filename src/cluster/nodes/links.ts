// The cables: input for `ip -batch`, one for the machine's side and one inside each node. Pure text; create.ts runs it.
import type { NodePlan, NodesPlan } from './plan.ts';

/** The bridge between the nodes. */
export function bridgeBatch(plan: NodesPlan): string[] {
  const mask = plan.nodeCidr.split('/')[1];
  return [
    `link add ${plan.bridge} type bridge`,
    `addr add ${plan.gateway}/${mask} dev ${plan.bridge}`,
    `link set ${plan.bridge} up`,
  ];
}

/** Plugs the nodes' cables into the bridge. */
export function plugBatch(plan: NodesPlan, nodes: readonly NodePlan[]): string[] {
  return nodes.map((node) => `link set ${node.pins!.link} master ${plan.bridge} up`);
}

/** Routes of the machine to the pods of every node, for probes and for the API server. */
export function hostRoutesBatch(plan: NodesPlan): string[] {
  return plan.nodes.map((node) => `route replace ${node.podCidr} via ${node.address} dev ${plan.bridge}`);
}

/**
 * Runs inside a new node. The far end of its cable is made in the network namespace of process `pid`. Without a route
 * to the service network connect() to a ClusterIP fails before nftables sees it, even in an isolated node.
 */
export function nodeBatch(plan: NodesPlan, node: NodePlan, pid: number): string[] {
  const mask = plan.nodeCidr.split('/')[1];
  return [
    'link set lo up',
    `link add eth0 type veth peer name ${node.pins!.link} netns ${pid}`,
    `addr add ${node.address}/${mask} dev eth0`,
    'link set eth0 up',
    ...nodeRoutesBatch(plan, node),
  ];
}

/** Routes of a node: outwards by the gateway, to other nodes' pods directly. */
export function nodeRoutesBatch(plan: NodesPlan, node: NodePlan): string[] {
  const outward = plan.isolated ? plan.serviceCidr : 'default';
  const others = plan.nodes.filter((other) => other !== node);
  return [
    `route replace ${outward} via ${plan.gateway}`,
    ...others.map((other) => `route replace ${other.podCidr} via ${other.address}`),
  ];
}
