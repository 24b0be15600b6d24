// Where the kubelet of a node is, and how this server proves to it who it is. Called by handlers/subresources/connect.ts and by
// resource-metrics/.
import type { Node } from '../api/kinds/core/v1/node.ts';
import { failure, notFound } from '../api/status/status-error.ts';
import type { StoredResource } from './registry/stored/stored-resource.ts';
import type { ProxyTarget } from './tunnel/exchange.ts';

export interface KubeletAccess {
  /** The address of a node's kubelet, where it differs from the node's status. */
  readonly address?: (node: string) => { host: string; port: number } | undefined;
  /** The authority that signs kubelets' certificates, and this server's client certificate for them. */
  readonly ca?: string;
  readonly certificate?: string;
  readonly key?: string;
}

export interface Kubelets {
  readonly nodes: StoredResource<Node>;
  readonly kubelets: KubeletAccess;
}

const KUBELET_PORT = 10250;
const ADDRESS_TYPES = ['InternalIP', 'ExternalIP', 'Hostname'];

export function kubeletTarget({ kubelets, nodes }: Kubelets, name: string, path: string): ProxyTarget {
  const tls = {
    ...(kubelets.ca && { ca: kubelets.ca }),
    ...(kubelets.certificate && { cert: kubelets.certificate, key: kubelets.key }),
    // The kubelet is reached at its node's address, but its certificate is for the node's name.
    servername: name,
    rejectUnauthorized: kubelets.ca !== undefined,
  };
  const known = kubelets.address?.(name);
  return known ? { ...known, path, tls } : { ...statedKubelet(nodes, name), path, tls };
}

/** Where the kubelet is by the node's status. */
export function statedKubelet(nodes: Kubelets['nodes'], name: string): { host: string; port: number } {
  const node = nodes.cache.get('', name)?.object;
  if (!node) throw notFound({ resource: 'nodes' }, name);
  const { status } = node;
  const addresses = status?.addresses ?? [];
  const host = ADDRESS_TYPES.flatMap((type) => addresses.filter((a) => a.type === type))[0]?.address;
  if (!host) throw failure(500, '', `no preferred addresses found; known addresses: []`);
  return { host, port: status?.daemonEndpoints?.kubeletEndpoint?.Port ?? KUBELET_PORT };
}
