// Where everything of a cluster's nodes lives: names, addresses, paths. Pure, so that creation, adoption and teardown
// agree without asking the machine. Link names must stay within 15 characters, hence the cluster's index in them.
import { join } from 'node:path';
import type { Family } from '../../api/addresses/prefix.ts';
import type { Mode } from '../../network/routes/paths.ts';
import { type ClusterNetwork, nodeAddress, planNetworks, podCidrOf } from './networks.ts';

/** Pins, state files: gone after a reboot, like the namespaces themselves. */
export const RUN_DIRECTORY = '/run/tiphys';
/** A private mount of its own: mount namespaces can be pinned only on one that does not propagate. */
export const PIN_DIRECTORY = join(RUN_DIRECTORY, 'ns');

export interface NodesOptions {
  /** Name of the cluster: lower-case letters, digits, dashes. */
  cluster: string;
  /** Number of the cluster on this machine, 0–99: chooses its networks. */
  index: number;
  /** Names of the nodes, in order. */
  nodes: readonly string[];
  /** Absolute directory of the cluster's data; each node gets a folder below it. */
  directory: string;
  /** True: nothing in the cluster can reach beyond the machine's bridge. */
  isolated: boolean;
  /** True: a single node in the machine's own namespaces. */
  host?: boolean;
  /** Families of addresses, the first of which is the default; IPv4 alone when left out. */
  families?: readonly Family[];
  /** Addresses of the node in host mode, by family; otherwise found among the machine's interfaces. */
  hostAddresses?: readonly string[];
  serviceCidrs?: readonly string[];
  /** All the nodes' pod networks together; chosen by the index when left out. */
  clusterCidrs?: readonly string[];
  /** The pod networks of the one node, when they are not the first ones of clusterCidrs. */
  podCidrs?: readonly string[];
  /** Ranges of addresses that nodes announce for LoadBalancer Services. */
  pool?: readonly string[];
  podNetwork?: PodNetworkMode;
  cni?: Cni;
  foreign?: ForeignPlaces;
  /** Of the links between the nodes; 1500 when left out. */
  linkMtu?: number;
}

/** Of a container runtime that somebody else keeps running. */
export interface ForeignPlaces {
  readonly endpoint: string;
  /** Where it looks for the pod network. */
  readonly cniConfigDirectory: string;
}

export interface NodePins {
  net: string;
  mount: string;
  /** For the node's hostname. Notes of versions whose nodes had the machine's are without. */
  uts?: string;
  link: string;
}

/** How pods reach those of other nodes; `none`: somebody else sees to it. */
export type PodNetworkMode = Mode | 'none';

/** Where pods' interfaces come from: a bridge per node, or, with `none`, a plug-in that users bring, and the way to other nodes with it. */
export type Cni = 'bridge' | 'none';

export interface NodePlan {
  name: string;
  /** From 1. */
  number: number;
  /** The first of its addresses. */
  address: string;
  /** One of each of the cluster's networks, in their order, as its pod networks. */
  addresses: readonly string[];
  podCidrs: readonly string[];
  /** Absolute folder of the node's files. */
  directory: string;
  /** The kubelet's own directory: inside the node it is /var/lib/kubelet as well, where drivers of volumes and devices look for it. */
  kubelet: string;
  /** One tmpfs, seen from inside and outside the node, for secret and projected volumes. */
  tmpfs: string;
  /** cgroup path below each controller's root, without a trailing slash. */
  cgroupRoot: string;
  /** Unix socket of the node's containerd: in /run, for a data directory's path may be too long for one. */
  socket: string;
  /** Pinned namespaces and the bridge's end of the node's cable; absent in host mode. */
  pins?: NodePins;
  /** Name of the bridge that CNI makes for the node's pods. */
  podBridge: string;
  /** Name of the device for tunnels to other nodes. */
  tunnel: string;
}

export interface NodesPlan {
  cluster: string;
  index: number;
  host: boolean;
  isolated: boolean;
  directory: string;
  /** One of each family, the default one first. */
  networks: readonly ClusterNetwork[];
  /** Address of the machine on the first of these networks: the Service kubernetes leads here. */
  gateway: string;
  /** The bridge between the nodes; absent in host mode. */
  bridge?: string;
  /** Ranges of addresses that nodes announce for LoadBalancer Services. */
  pool: readonly string[];
  podNetwork: PodNetworkMode;
  cni: Cni;
  foreign?: ForeignPlaces;
  /** Largest packet on the links between the nodes. */
  linkMtu: number;
  /** Of the routes to pods: tells those of several clusters on one machine apart. */
  routeMetric: number;
  cgroupRoot: string;
  nftTable: string;
  stateFile: string;
  nodes: NodePlan[];
}

/** What createNodes will make for these options. */
export function planNodes(options: NodesOptions): NodesPlan {
  check(options);
  const { cluster, index, host = false } = options;
  const networks = planNetworks(options);
  return {
    cluster,
    index,
    host,
    isolated: options.isolated,
    directory: options.directory,
    networks,
    gateway: networks[0]!.gateway,
    bridge: host ? undefined : `tph${index}`,
    podNetwork: options.cni === 'none' ? 'none' : (options.podNetwork ?? 'auto'),
    cni: options.cni ?? 'bridge',
    ...(options.foreign && { foreign: options.foreign }),
    linkMtu: options.linkMtu ?? 1500,
    routeMetric: 7_700 + index,
    cgroupRoot: `/tiphys-${cluster}`,
    pool: options.pool ?? [],
    nftTable: `tiphys-${cluster}`,
    stateFile: stateFile(cluster),
    nodes: options.nodes.map((name, i) => planNode(options, name, i + 1, networks)),
  };
}

/** All kubelets listen on the machine's address in the nodes' network, each on a port of its own. */
export const kubeletPort = ({ number }: Pick<NodePlan, 'number'>): number => 10_249 + number;

/** Images of the volumes on the node's disk. */
export const diskDirectory = ({ directory }: Pick<NodePlan, 'directory'>): string => join(directory, 'disk');

/** Where the cluster's Ingresses answer: in the loopback range each cluster has an address of its own. */
export const doorAddress = ({ index }: Pick<NodesPlan, 'index'>): string => `127.77.${index}.1`;

/** Where LoadBalancer Services answer, in the order in which addresses are taken: what follows 127.0.0.1 and ::1 is the cluster's own. */
export const loopbackRanges = ({ index }: Pick<NodesPlan, 'index'>): readonly string[] => [
  '127.0.0.1',
  '::1',
  `127.77.${index}.100-127.77.${index}.254`,
  `127.${128 + index}.0.0/16`,
];

/**
 * Addresses for Gateways: each has one of the loopback range, between the door's and those of load balancers, and one that pods reach
 * it at, since packets to loopback addresses do not leave a network namespace.
 */
export const gatewayAddresses = ({
  index,
}: Pick<NodesPlan, 'index'>): { outside: string; inside: string }[] =>
  Array.from({ length: 98 }, (_, i) => ({
    outside: `127.77.${index}.${i + 2}`,
    inside: `10.79.${index}.${i + 2}`,
  }));

/** All of the latter. */
export const gatewayCidr = ({ index }: Pick<NodesPlan, 'index'>): string => `10.79.${index}.0/24`;

/** What has them: pods' packets get there by the gateway of their node. */
export const gatewayLink = ({ bridge }: Pick<NodesPlan, 'bridge'>): string => bridge ?? 'lo';

/** Files and sockets of the proxy there. */
export const doorDirectory = ({ cluster }: Pick<NodesPlan, 'cluster'>): string =>
  join(RUN_DIRECTORY, `${cluster}.door`);

export function stateFile(cluster: string): string {
  return join(RUN_DIRECTORY, 'clusters', `${cluster}.json`);
}

function planNode(
  options: NodesOptions,
  name: string,
  number: number,
  networks: readonly ClusterNetwork[],
): NodePlan {
  const { cluster, index, host } = options;
  const directory = join(options.directory, 'nodes', name);
  const pin = join(PIN_DIRECTORY, `${cluster}.${name}`);
  const addresses = networks.map((network) => (host ? network.gateway : nodeAddress(network, number)));
  return {
    name,
    number,
    address: addresses[0]!,
    addresses,
    podCidrs: options.podCidrs ?? networks.map((network) => podCidrOf(network, number)),
    directory,
    kubelet: join(directory, 'kubelet'),
    tmpfs: join(directory, 'tmpfs'),
    cgroupRoot: `/tiphys-${cluster}/${name}`,
    socket: join(RUN_DIRECTORY, `${cluster}.${name}.sock`),
    pins: host
      ? undefined
      : { net: `${pin}.net`, mount: `${pin}.mnt`, uts: `${pin}.uts`, link: `tph${index}n${number}` },
    podBridge: host ? `tph${index}pods` : 'cni0',
    tunnel: `tph${index}tunnel`,
  };
}

function check(options: NodesOptions): void {
  const { cluster, index, nodes, host, directory } = options;
  if (!/^[a-z0-9]([a-z0-9-]{0,40}[a-z0-9])?$/.test(cluster)) throw new Error(`bad cluster name "${cluster}"`);
  if (!Number.isInteger(index) || index < 0 || index > 99) throw new Error(`bad cluster index ${index}`);
  if (nodes.length === 0 || nodes.length > 250)
    throw new Error(`1 to 250 nodes are possible, not ${nodes.length}`);
  if (new Set(nodes).size !== nodes.length) throw new Error('two nodes have the same name');
  if (host && nodes.length > 1) throw new Error("only one node can use the machine's own namespaces");
  if (!directory.startsWith('/')) throw new Error(`not an absolute directory: ${directory}`);
}
