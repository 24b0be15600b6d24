// Subresources that connect the caller to another server: log, exec, attach and portforward to the kubelet of the pod's
// node, proxy to a pod, a service or a node. The request is authorized before; bytes are passed through without interpretation.
// Upstream: pkg/registry/core/pod/rest/subresources.go and pkg/registry/core/pod/strategy.go.
import type { Node } from '../../../api/kinds/core/v1/node.ts';
import type { Pod } from '../../../api/kinds/core/v1/pod.ts';
import { badRequest, failure, notFound, serviceUnavailable } from '../../../api/status/status-error.ts';
import type { StoredResource } from '../../registry/stored/stored-resource.ts';
import type { UpgradeReply } from '../../request.ts';
import type { RequestInfo } from '../../request-info.ts';
import { chooseContainer, commandPath, logPath, nodeOf, portForwardPath } from '../../tunnel/kubelet-path.ts';
import {
  parseProxyId,
  podProxyLocation,
  refuseUnlessProxyable,
  type SchemeNamePort,
} from '../../tunnel/proxy-location.ts';
import { proxyLog } from '../../tunnel/proxy-log.ts';
import { type ProxyTarget, proxyRequest } from '../../tunnel/proxy-request.ts';
import { type Backends, serviceBackend } from '../../tunnel/service-backend.ts';
import { tunnelUpgrade } from '../../tunnel/tunnel-upgrade.ts';
import type { Call, Handler } from '../call.ts';
import type { SubresourceHandlers } from './subresources.ts';

export interface KubeletAccess {
  /** The address of a node's kubelet, where it differs from the node's status. */
  readonly address?: (node: string) => { host: string; port: number } | undefined;
  /** The authority that signs kubelets' certificates, and this server's client certificate for them. */
  readonly ca?: string;
  readonly certificate?: string;
  readonly key?: string;
}

export interface ConnectOptions extends Backends {
  readonly pods: StoredResource<Pod>;
  readonly nodes: StoredResource<Node>;
  readonly kubelets: KubeletAccess;
}

export function connectHandlers(options: ConnectOptions): SubresourceHandlers {
  const command =
    (pathOf: (pod: Pod, query: URLSearchParams) => string): Handler =>
    ({ info, request }) => {
      const pod = podOf(options, info.namespace, info.name);
      return upgradesOnly(kubeletTarget(options, nodeOf(pod), pathOf(pod, request.query)));
    };
  const exec = command((pod, query) => commandPath('exec', pod, query));
  const attach = command((pod, query) => commandPath('attach', pod, query));
  const forward = command(portForwardPath);
  const anyVerb = (handler: Handler) =>
    Object.fromEntries(['get', 'create', 'update', 'patch', 'delete'].map((verb) => [verb, handler]));
  return {
    log: { get: (call) => log(options, call) },
    exec: { get: exec, create: exec },
    attach: { get: attach, create: attach },
    portforward: { get: forward, create: forward },
    proxy: anyVerb((call) => proxy(options, call)),
  };
}

function podOf({ pods }: ConnectOptions, namespace: string, name: string): Pod {
  const item = pods.cache.get(namespace, name);
  if (!item) throw notFound({ resource: 'pods' }, name);
  return item.object;
}

function log(options: ConnectOptions, { info, request }: Call): UpgradeReply {
  const pod = podOf(options, info.namespace, info.name);
  const { query } = request;
  chooseContainer(pod, query.get('container'));
  const target = kubeletTarget(options, nodeOf(pod), logPath(pod, query));
  return {
    proxy: (caller) => proxyLog(caller, target, info.name),
    tunnel: () => Promise.reject(badRequest('logs do not upgrade')),
  };
}

const upgradesOnly = (target: ProxyTarget): UpgradeReply => ({
  proxy: () => Promise.reject(badRequest('Upgrade request required')),
  tunnel: (incoming) => tunnelUpgrade(incoming, target),
});

const KUBELET_PORT = 10250;
const ADDRESS_TYPES = ['InternalIP', 'ExternalIP', 'Hostname'];

function kubeletTarget({ kubelets, nodes }: ConnectOptions, name: string, path: string): ProxyTarget {
  const tls = {
    ...(kubelets.ca && { ca: kubelets.ca }),
    ...(kubelets.certificate && { cert: kubelets.certificate, key: kubelets.key }),
    // The kubelet is reached at its node's address, but its certificate is for the node's name.
    servername: name,
    rejectUnauthorized: kubelets.ca !== undefined,
  };
  const known = kubelets.address?.(name);
  if (known) return { ...known, path, tls };
  const node = nodes.cache.get('', name)?.object;
  if (!node) throw notFound({ resource: 'nodes' }, name);
  const addresses = node.status?.addresses ?? [];
  const host = ADDRESS_TYPES.flatMap((type) => addresses.filter((a) => a.type === type))[0]?.address;
  if (!host) throw failure(500, '', `no preferred addresses found; known addresses: []`);
  return { host, port: node.status?.daemonEndpoints?.kubeletEndpoint?.Port ?? KUBELET_PORT, path, tls };
}

function proxy(options: ConnectOptions, { info }: Call): UpgradeReply {
  const target = proxyTarget(options, info);
  return {
    proxy: (caller) => proxyRequest(caller, target),
    tunnel: (incoming) => {
      const { url = '' } = incoming.request;
      const query = url.includes('?') ? url.slice(url.indexOf('?')) : '';
      return tunnelUpgrade(incoming, { ...target, path: (target.path || '/') + query });
    },
  };
}

function proxyTarget(options: ConnectOptions, info: RequestInfo): ProxyTarget {
  const path = info.rest;
  const kind = info.resource === 'nodes' ? 'node' : info.resource === 'services' ? 'service' : 'pod';
  const id = parseProxyId(kind, info.name);
  const tls = id.scheme === 'https' ? { tls: { rejectUnauthorized: false } } : {};
  if (kind === 'node') return nodeTarget(options, path, id, tls);
  if (kind === 'service') {
    const backend = serviceBackend(options, info.namespace, id.name, id.port);
    if (!backend) throw serviceUnavailable(`no endpoints available for service ${JSON.stringify(id.name)}`);
    refuseUnlessProxyable(backend.host);
    return { ...backend, path, ...tls };
  }
  const { host, port } = podProxyLocation(podOf(options, info.namespace, id.name), id);
  return { host, port, path, ...tls };
}

/** Without a port, or with the kubelet's port: the kubelet, over TLS with a client certificate; otherwise the given port. */
function nodeTarget(
  options: ConnectOptions,
  path: string,
  { name, port }: SchemeNamePort,
  tls: Pick<ProxyTarget, 'tls'>,
): ProxyTarget {
  const kubelet = kubeletTarget(options, name, path);
  if (port === '' || Number(port) === kubelet.port) return kubelet;
  refuseUnlessProxyable(kubelet.host);
  return { host: kubelet.host, port: Number(port), path, ...tls };
}
