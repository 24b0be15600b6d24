// What a new node must know of its cluster: the ranges of pods, and who answers for names. Read from where kubeadm, and our servers, write
// it down for nodes. Called by join.ts.
import { load } from 'js-yaml';
import { ConfigMap } from '../../api/kinds/core/v1/config-map.ts';
import { Node } from '../../api/kinds/core/v1/node.ts';
import { ANSWERS_NAMES } from '../../api/nodes/dns.ts';
import { isAlreadyExists, isForbidden, isNotFound } from '../../api/status/status-error.ts';
import type { Client } from '../../client/client.ts';
import type { Clock } from '../../kit/clock.ts';
import type { Logger } from '../../kit/log.ts';
import { UNINITIALIZED } from '../../kubelet/node/node-object.ts';
import type { KubeletTaint } from '../../kubelet/options.ts';
import { rangeOf } from '../../network/balanced-addresses/ranges.ts';
import { UserError } from '../progress.ts';
import type { NodeFacts } from './node-files.ts';

type ClusterFacts = Omit<NodeFacts, 'podCidrs'>;

/** In kubeadm-config. */
export const POOL_KEY = 'load-balancer-pool';
const AGENTS = 'node-agents';
const DEFAULT_DOMAIN = 'cluster.local';
/** How long the controller that gives ranges may take. */
const RANGE_MS = 30_000;
const POLL_MS = 50;

export async function readClusterFacts(client: Client): Promise<ClusterFacts> {
  const [kubeadm, kubelet] = await Promise.all(
    ['kubeadm-config', 'kubelet-config'].map((name) => map(client, name)),
  );
  const cluster = document(kubeadm, 'ClusterConfiguration');
  const { podSubnet, dnsDomain } = record(cluster.networking);
  const { clusterDNS, clusterDomain } = document(kubelet, 'kubelet');
  const clusterDns = Array.isArray(clusterDNS)
    ? clusterDNS.filter((one): one is string => typeof one === 'string')
    : [];
  return {
    clusterCidrs: typeof podSubnet === 'string' ? podSubnet.split(',').filter(Boolean) : [],
    clusterDns,
    clusterDomain:
      ([clusterDomain, dnsDomain].find((one) => typeof one === 'string' && one !== '') as
        | string
        | undefined) ?? DEFAULT_DOMAIN,
    pool: kubeadm?.data?.[POOL_KEY]?.split(',').filter((one) => rangeOf(one)) ?? [],
    answersNames: kubelet?.metadata.annotations?.[ANSWERS_NAMES] === AGENTS,
  };
}

/** Undefined in a cluster that was made by other means. */
function map(client: Client, name: string): Promise<ConfigMap | undefined> {
  return client.get(ConfigMap, name, 'kube-system').catch((error: unknown) => {
    if (isNotFound(error) || isForbidden(error)) return undefined;
    throw error;
  });
}

function document(map: ConfigMap | undefined, key: string): Readonly<Record<string, unknown>> {
  const text = map?.data?.[key];
  try {
    return record(text ? load(text) : undefined);
  } catch {
    throw new UserError(`the ConfigMap kube-system/${map?.metadata.name} holds no YAML under ${key}`);
  }
}

const record = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};

export interface Registration {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly taints: readonly KubeletTaint[];
  /** A cloud controller manager initializes the node. */
  readonly externalCloud: boolean;
  /** What the cloud calls the machine. */
  readonly providerID?: string;
}

/** Registers the Node, if it is not there, since ranges are given to Nodes only. The kubelet adds what it knows. */
export async function register(client: Client, registration: Registration): Promise<void> {
  const { name, labels, taints: own, externalCloud, providerID } = registration;
  const taints = externalCloud ? [...own, UNINITIALIZED] : [...own];
  const node: Node = {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name, labels: { 'kubernetes.io/hostname': name, 'kubernetes.io/os': 'linux', ...labels } },
    spec: { ...(providerID && { providerID }), ...(taints.length > 0 && { taints }) },
  };
  await client.create(Node, node).catch((error: unknown) => {
    if (!isAlreadyExists(error)) throw error;
  });
}

/** The ranges of the node's pods, when the cluster has given them. */
export async function awaitPodCidrs(
  client: Client,
  name: string,
  { clock, log }: { readonly clock: Clock; readonly log: Logger },
): Promise<readonly string[]> {
  const end = clock.monotonic() + RANGE_MS;
  for (let told = false; ; ) {
    const { spec } = await client.get(Node, name);
    const ranges = spec?.podCIDRs ?? (spec?.podCIDR ? [spec.podCIDR] : []);
    if (ranges.length > 0) return ranges;
    if (clock.monotonic() > end)
      throw new UserError(
        `the cluster has given no range of pod addresses to node ${name} (kube-controller-manager --allocate-node-cidrs). Choose one with --pod-cidr, or use a network plug-in with --cni none`,
      );
    if (!told && clock.monotonic() > end - RANGE_MS + 2_000) {
      told = true;
      log.info('waiting for a range of pod addresses', { node: name });
    }
    await clock.sleep(POLL_MS);
  }
}
