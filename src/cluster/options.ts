// What a user may choose about a cluster, and what is wrong with a choice.
import { rangeOf } from '../network/balanced-addresses/ranges.ts';
import { type AddressOptions, addressProblem } from './addressing/address-options.ts';
import type { AuditChoice } from './auditor.ts';
import type { NodeConfiguration } from './config/nodes.ts';
import type { ConfigFile } from './config/read.ts';
import { COMPONENTS, type Component, type StorageOptions } from './control-plane/settings.ts';
import type { Cni, NodesOptions, PodNetworkMode } from './nodes/plan.ts';
import { MOST_SIMULATED_NODES } from './simulated-nodes/settings.ts';

export interface ClusterOptions extends AddressOptions {
  readonly name: string;
  readonly nodes: number;
  /** tiphys.yaml, as it was read for this start. */
  readonly configFile?: ConfigFile;
  /** Of the first nodes; further ones have nothing of their own. */
  readonly nodeConfigurations?: readonly NodeConfiguration[];
  /** Milliseconds that the workloads of the files get to be ready; they are not waited for without. */
  readonly waitMs?: number;
  /** Nodes get no route to the outside. */
  readonly isolated: boolean;
  /** The one node uses the machine's own namespaces. */
  readonly host: boolean;
  readonly podNetwork: PodNetworkMode;
  readonly cni: Cni;
  /** Containers without a seccomp profile get the runtime's own. */
  readonly seccompDefault: boolean;
  /** Requests of Ingresses and Gateways are logged to access.log in the data directory. */
  readonly accessLog?: boolean;
  readonly dataDir: string;
  /** Port of the API on 127.0.0.1 and on the nodes' bridge; 0 for any. */
  readonly apiPort: number;
  /** Kubeconfig file to merge a context into; undefined for none. */
  readonly kubeconfig: string | undefined;
  readonly logLevel: 'debug' | 'info' | 'warn' | 'error';
  /** Components of the control plane that are left to other programs. */
  readonly without: readonly Component[];
  readonly audit?: AuditChoice;
  readonly storage: StorageOptions;
  /** Secrets are encrypted in the store, from this start on for ever. */
  readonly encrypt: boolean;
  /** Absolute paths of an AuthenticationConfiguration and an AuthorizationConfiguration. */
  readonly authenticationConfig?: string;
  readonly authorizationConfig?: string;
  /** --feature-gates of all components. */
  readonly featureGates?: string;
  /** --runtime-config of the API server. */
  readonly runtimeConfig?: string;
  /** Absolute path of a file in the form of k3s' registries.yaml. */
  readonly registries?: string;
  /** Absolute path of the directory whose files are kept applied; DATA/manifests when left out. */
  readonly manifests?: string;
  /** File of a KubeSchedulerConfiguration. */
  readonly schedulerConfig?: string;
  /** Absolute path of a file with scheduler plugins. */
  readonly schedulerPlugins?: string;
  /** How many, and the file that says how they behave. */
  readonly simulatedNodes: { readonly count: number; readonly config?: string };
  /** Ranges of addresses that LoadBalancer Services get and nodes announce; without any they get loopback addresses. */
  readonly loadBalancerPool: readonly string[];
}

function poolProblem({ loadBalancerPool: pool, nodes, without }: ClusterOptions): string | undefined {
  if (pool.length === 0) return undefined;
  const wrong = pool.find((text) => !rangeOf(text));
  if (wrong !== undefined)
    return `"${wrong}" is no range: use 192.0.2.10-192.0.2.50, 2001:db8::/120 or one address, with commas between`;
  if (nodes === 0) return 'nodes announce these addresses: leave out --nodes 0';
  if (without.includes('cloud-controller-manager'))
    return 'leave out --without cloud-controller-manager, which leaves load balancers to another program';
  return undefined;
}

/** Snapshots cost a copy of all data. */
const SHORTEST_SNAPSHOT_INTERVAL_MS = 60_000;

/** Node names: the cluster's name, with a number from the second node on (`dev`, `dev-2`, `dev-3`). */
export function nodeNames(cluster: string, count: number): string[] {
  return Array.from({ length: count }, (_, i) => (i === 0 ? cluster : `${cluster}-${i + 1}`));
}

export function nodesOptionsOf(
  options: ClusterOptions,
  index: number,
  nodes: readonly string[],
): NodesOptions {
  const { isolated, host, families, podNetwork, cni, clusterCidrs, serviceCidrs } = options;
  return {
    cluster: options.name,
    index,
    nodes,
    directory: options.dataDir,
    ...{ isolated, host, families, podNetwork, cni, pool: options.loadBalancerPool },
    ...(clusterCidrs && { clusterCidrs }),
    ...(serviceCidrs && { serviceCidrs }),
  };
}

/** What is wrong with the options, as one line that says what to do; undefined when nothing is. */
export function optionProblem(options: ClusterOptions): string | undefined {
  if (!/^[a-z0-9]([a-z0-9-]{0,30}[a-z0-9])?$/.test(options.name))
    return `--name ${options.name}: use lower-case letters, digits and dashes, 32 at most`;
  if (!Number.isInteger(options.nodes) || options.nodes < 0 || options.nodes > 100)
    return `--nodes: use a number from 0 (an API server without nodes) to 100`;
  if (options.host && options.nodes > 1)
    return '--host has one node only: leave out --nodes, or leave out --host';
  if (options.host && options.isolated) return '--host uses the machine’s own network: leave out --isolated';
  const addresses = addressProblem(options, options.nodes);
  if (addresses) return addresses;
  const plugIn = podNetworkProblem(options);
  if (plugIn) return plugIn;
  const { count, config } = options.simulatedNodes;
  if (!Number.isInteger(count) || count < 0 || count > MOST_SIMULATED_NODES)
    return `--simulated-nodes: use a number from 0 to ${MOST_SIMULATED_NODES}`;
  if (config && count === 0) return '--simulated-nodes-config: give --simulated-nodes as well';
  const pool = poolProblem(options);
  if (pool) return `--load-balancer-pool: ${pool}`;
  const unknown = options.without.find((name) => !COMPONENTS.includes(name));
  if (unknown) return `--without ${unknown}: use ${COMPONENTS.join(' or ')}`;
  const { quotaBytes, snapshots } = options.storage;
  if (quotaBytes === 0) return '--quota-backend-bytes: use a number above 0';
  if (snapshots?.everyMs !== undefined && snapshots.everyMs < SHORTEST_SNAPSHOT_INTERVAL_MS)
    return '--snapshot-every: use at least 1m';
  if (options.dataDir.length > 80)
    return `--data-dir: use a path of at most 80 characters (sockets lie in it)`;
  return undefined;
}

/** A plug-in that users bring sees to the way between nodes as well. */
export const podNetworkProblem = ({ cni, podNetwork }: Pick<ClusterOptions, 'cni' | 'podNetwork'>) =>
  cni === 'none' && podNetwork !== 'auto' && podNetwork !== 'none'
    ? `--pod-network ${podNetwork}: with --cni none this is the plug-in's part: leave it out`
    : undefined;
