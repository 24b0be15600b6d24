// Subresources that connect the caller to somebody else: log, exec, attach and portforward to the kubelet of the pod's
// node, proxy to a pod, a service or a node. The bytes pass through; their protocols end elsewhere.
import type { Node } from '../../../api/kinds/core/v1/node.ts';
import type { Pod } from '../../../api/kinds/core/v1/pod.ts';
import { badRequest, failure, notFound, serviceUnavailable } from '../../../api/status/status-error.ts';
import { targetOf } from '../../registry/served.ts';
import type { UpgradeReply } from '../../request.ts';
import { chooseContainer, commandPath, logPath, nodeOf, portForwardPath } from '../../tunnel/kubelet-path.ts';
import {
  parseProxyId,
  podProxyLocation,
  refuseUnlessProxyable,
  type SchemeNamePort,
} from '../../tunnel/proxy-location.ts';
import { proxyLog } from '../../tunnel/proxy-log.ts';
import { type ProxyTarget, proxyRequest } from '../../tunnel/proxy-request.ts';
import { serviceBackend } from '../../tunnel/service-backend.ts';
import { tunnelUpgrade } from '../../tunnel/tunnel-upgrade.ts';
import type { Handler, ResourceCall } from '../context.ts';

export interface KubeletAccess {
  /** Where a node's kubelet is, if not where its status says. */
  readonly address?: (node: string) => { host: string; port: number } | undefined;
  /** The authority that signs kubelets' certificates, and the certificate this server shows them. */
  readonly ca?: string;
  readonly certificate?: string;
  readonly key?: string;
}

type Handlers = Readonly<Record<string, Readonly<Record<string, Handler>>>>;

export function connectHandlers(access: KubeletAccess): Handlers {
  const command = (pathOf: (pod: Pod, query: URLSearchParams) => string) => (call: ResourceCall) => {
    const pod = podOf(call);
    const target = () => kubeletTarget(call, access, nodeOf(pod), pathOf(pod, call.request.query));
    return upgradesOnly(target());
  };
  const exec = command((pod, query) => commandPath('exec', pod, query));
  const attach = command((pod, query) => commandPath('attach', pod, query));
  const forward = command(portForwardPath);
  const anyVerb = (handler: Handler) =>
    Object.fromEntries(['get', 'create', 'update', 'patch', 'delete'].map((verb) => [verb, handler]));
  return {
    log: { get: (call) => log(call, access) },
    exec: { get: exec, create: exec },
    attach: { get: attach, create: attach },
    portforward: { get: forward, create: forward },
    proxy: anyVerb((call) => proxy(call, access)),
  };
}

function podOf({ served, info }: ResourceCall): Pod {
  const item = served.cache.get(info.namespace, info.name);
  if (!item) throw notFound(targetOf(served), info.name);
  return item.object as unknown as Pod;
}

function log(call: ResourceCall, access: KubeletAccess): UpgradeReply {
  const pod = podOf(call);
  const { query } = call.request;
  chooseContainer(pod, query.get('container'));
  const target = kubeletTarget(call, access, nodeOf(pod), logPath(pod, query));
  return {
    proxy: (caller) => proxyLog(caller, target, call.info.name),
    tunnel: () => Promise.reject(badRequest('logs do not upgrade')),
  };
}

const upgradesOnly = (target: ProxyTarget): UpgradeReply => ({
  proxy: () => Promise.reject(badRequest('Upgrade request required')),
  tunnel: (incoming) => tunnelUpgrade(incoming, target),
});

const KUBELET_PORT = 10250;
const ADDRESS_TYPES = ['InternalIP', 'ExternalIP', 'Hostname'];

export function kubeletTarget(
  call: ResourceCall,
  access: KubeletAccess,
  name: string,
  path: string,
): ProxyTarget {
  const tls = {
    ...(access.ca && { ca: access.ca }),
    ...(access.certificate && { cert: access.certificate, key: access.key }),
    // The kubelet is reached by the address its node gives; its certificate is signed by the cluster for the node's name.
    servername: name,
    rejectUnauthorized: access.ca !== undefined,
  };
  const known = access.address?.(name);
  if (known) return { ...known, path, tls };
  const node = call.shared.served('', 'v1', 'nodes')!.cache.get('', name)?.object as unknown as
    | Node
    | undefined;
  if (!node) throw notFound({ resource: 'nodes' }, name);
  const addresses = node.status?.addresses ?? [];
  const host = ADDRESS_TYPES.flatMap((type) => addresses.filter((a) => a.type === type))[0]?.address;
  if (!host) throw failure(500, '', `no preferred addresses found; known addresses: []`);
  return { host, port: node.status?.daemonEndpoints?.kubeletEndpoint?.Port ?? KUBELET_PORT, path, tls };
}

function proxy(call: ResourceCall, access: KubeletAccess): UpgradeReply {
  const target = proxyTarget(call, access);
  return {
    proxy: (caller) => proxyRequest(caller, target),
    tunnel: (incoming) => {
      const { url = '' } = incoming.request;
      const query = url.includes('?') ? url.slice(url.indexOf('?')) : '';
      return tunnelUpgrade(incoming, { ...target, path: (target.path || '/') + query });
    },
  };
}

function proxyTarget(call: ResourceCall, access: KubeletAccess): ProxyTarget {
  const { info } = call;
  const path = info.rest;
  const kind = info.resource === 'nodes' ? 'node' : info.resource === 'services' ? 'service' : 'pod';
  const id = parseProxyId(kind, info.name);
  const tls = id.scheme === 'https' ? { tls: { rejectUnauthorized: false } } : {};
  if (kind === 'node') return nodeTarget(call, access, id, tls);
  if (kind === 'service') {
    const backend = serviceBackend(call.shared, info.namespace, id.name, id.port);
    if (!backend) throw serviceUnavailable(`no endpoints available for service ${JSON.stringify(id.name)}`);
    refuseUnlessProxyable(backend.host);
    return { ...backend, path, ...tls };
  }
  const { host, port } = podProxyLocation(podOf({ ...call, info: { ...info, name: id.name } }), id);
  return { host, port, path, ...tls };
}

/** Without a port, or with the kubelet's: the kubelet; else whatever listens there on the node. */
function nodeTarget(
  call: ResourceCall,
  access: KubeletAccess,
  { name, port }: SchemeNamePort,
  tls: Pick<ProxyTarget, 'tls'>,
): ProxyTarget {
  const path = call.info.rest;
  const kubelet = kubeletTarget(call, access, name, path);
  if (port === '' || Number(port) === kubelet.port) return kubelet;
  refuseUnlessProxyable(kubelet.host);
  return { host: kubelet.host, port: Number(port), path, ...tls };
}
