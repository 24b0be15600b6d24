// Subresources that connect the caller to another server: log, exec, attach and portforward to the kubelet of the pod's
// node, proxy to a pod, a service or a node. The request is authorized before, and all but log pass admission as CONNECT with
// the options in the query; bytes are passed through without interpretation.
// Upstream: pkg/registry/core/pod/rest/subresources.go and pkg/registry/core/pod/strategy.go.
import {
  NodeProxyOptions,
  PodAttachOptions,
  PodExecOptions,
  PodPortForwardOptions,
  PodProxyOptions,
  ServiceProxyOptions,
} from '../../../api/kinds/core/v1/connect-options.ts';
import type { Pod } from '../../../api/kinds/core/v1/pod.ts';
import type { Endpoint } from '../../../api/kinds/discovery/v1/endpoint-slice.ts';
import type { StructType } from '../../../api/schema/notation.ts';
import { badRequest, forbidden, notFound, serviceUnavailable } from '../../../api/status/status-error.ts';
import { type Kubelets, kubeletTarget, statedKubelet } from '../../kubelet-access.ts';
import type { Admission, Carried } from '../../registry/admission.ts';
import { admitted } from '../../registry/admitted.ts';
import { targetOf } from '../../registry/resource.ts';
import type { StoredResource } from '../../registry/stored/stored-resource.ts';
import type { UpgradeReply } from '../../request.ts';
import type { RequestInfo } from '../../request-info.ts';
import {
  attachOptions,
  execOptions,
  portForwardOptions,
  proxyOptions,
} from '../../tunnel/connect-options.ts';
import type { ProxyTarget } from '../../tunnel/exchange.ts';
import { chooseContainer, commandPath, logPath, nodeOf, portForwardPath } from '../../tunnel/kubelet-path.ts';
import {
  parseProxyId,
  podProxyLocation,
  portNumber,
  proxyableAddress,
  type SchemeNamePort,
} from '../../tunnel/proxy-location.ts';
import { proxyLog } from '../../tunnel/proxy-log.ts';
import { proxyRequest } from '../../tunnel/proxy-request.ts';
import { type Backends, serviceBackend } from '../../tunnel/service-backend.ts';
import { tunnelUpgrade } from '../../tunnel/tunnel-upgrade.ts';
import { type Call, type Handler, writeContext } from '../call.ts';
import type { SubresourceHandlers } from './subresources.ts';

export interface ConnectOptions extends Backends, Kubelets {
  readonly pods: StoredResource<Pod>;
  readonly admission: Admission;
  /** The feature gate AuthorizePodWebsocketUpgradeCreatePermission. */
  readonly webSocketsNeedCreate: boolean;
}

export function connectHandlers(options: ConnectOptions): SubresourceHandlers {
  const { admission, webSocketsNeedCreate } = options;
  const toKubelet =
    <T extends Carried>(
      schema: StructType,
      optionsOf: (query: URLSearchParams) => T,
      pathOf: (pod: Pod, options: T) => string,
    ): Handler =>
    async (call) => {
      const { info, request } = call;
      const wanted = await connecting(admission, call, schema, optionsOf(request.query));
      if (webSocketsNeedCreate) await requireCreate(call);
      const pod = podOf(options, info.namespace, info.name);
      return upgradesOnly(kubeletTarget(options, nodeOf(pod), pathOf(pod, wanted)));
    };
  const exec = toKubelet(PodExecOptions, execOptions, (pod, o) => commandPath('exec', pod, o));
  const attach = toKubelet(PodAttachOptions, attachOptions, (pod, o) => commandPath('attach', pod, o));
  const forward = toKubelet(PodPortForwardOptions, portForwardOptions, portForwardPath);
  // OPTIONS has no verb, but is passed on like the others.
  const anyVerb = (handler: Handler) =>
    Object.fromEntries(['get', 'create', 'update', 'patch', 'delete', ''].map((verb) => [verb, handler]));
  return {
    log: { get: (call) => log(options, call) },
    exec: { get: exec, create: exec },
    attach: { get: attach, create: attach },
    portforward: { get: forward, create: forward },
    proxy: anyVerb((call) => proxy(options, call)),
  };
}

/** The options as admission leaves them. */
const connecting = <T extends Carried>(
  admission: Admission,
  call: Call,
  schema: StructType,
  object: T,
): Promise<T> => {
  const { resource, info } = call;
  const write = writeContext(call, false);
  return admitted(admission, 'CONNECT', { kind: resource.kind, schema, name: info.name, object, write });
};

/** A WebSocket client must use GET, which is authorized as `get`: without this, reading pods would be enough to run commands
 *  in them (kubernetes/kubernetes#133515). Upstream: pkg/registry/core/pod/rest/authorize.go. */
async function requireCreate({ info, user, attributes, authorizer, resource }: Call): Promise<void> {
  if (info.verb === 'create') return;
  const { allowed, reason } = await authorizer.authorize(user, { ...attributes, verb: 'create' });
  if (!allowed) throw forbidden(targetOf(resource), info.name, reason);
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
    tunnel: async (incoming) => {
      const { logOverWebSocket } = await import('../../tunnel/log-web-socket.ts');
      await logOverWebSocket(incoming, target, info.name);
    },
  };
}

const upgradesOnly = (target: ProxyTarget): UpgradeReply => ({
  proxy: () => Promise.reject(badRequest('Upgrade request required')),
  tunnel: (incoming) => tunnelUpgrade(incoming, target),
});

const PROXIED: Readonly<Record<string, StructType>> = {
  pods: PodProxyOptions,
  services: ServiceProxyOptions,
  nodes: NodeProxyOptions,
};

async function proxy(options: ConnectOptions, call: Call): Promise<UpgradeReply> {
  const { info, resource } = call;
  const schema = PROXIED[info.resource]!;
  const { proxy: known } = resource.kind.resource.subresources ?? {};
  await connecting(options.admission, call, schema, proxyOptions(known!.kind, info.rest));
  return proxyReply(await proxyTarget(options, info));
}

const proxyReply = (target: ProxyTarget): UpgradeReply => ({
  proxy: (caller) => proxyRequest(caller, target),
  tunnel: (incoming) => {
    const { url = '' } = incoming.request;
    const query = url.includes('?') ? url.slice(url.indexOf('?')) : '';
    return tunnelUpgrade(incoming, { ...target, path: (target.path || '/') + query });
  },
});

function proxyTarget(options: ConnectOptions, info: RequestInfo): ProxyTarget | Promise<ProxyTarget> {
  const path = info.rest;
  const kind = info.resource === 'nodes' ? 'node' : info.resource === 'services' ? 'service' : 'pod';
  const id = parseProxyId(kind, info.name);
  const tls = id.scheme === 'https' ? { tls: { rejectUnauthorized: false } } : {};
  if (kind === 'node') return nodeTarget(options, path, id, tls);
  if (kind === 'service') {
    const isPod = podAddresses(options, info.namespace);
    const backend = serviceBackend(options, info.namespace, id.name, id.port, isPod);
    if (!backend) throw serviceUnavailable(`no endpoints available for service ${JSON.stringify(id.name)}`);
    return { ...backend, path, ...tls };
  }
  const { host, port } = podProxyLocation(podOf(options, info.namespace, id.name), id);
  return { host, port, path, ...tls };
}

/** Endpoints are written by users: the proxy connects only to those that are pods of the service's namespace. */
function podAddresses({ pods }: ConnectOptions, namespace: string) {
  return ({ targetRef }: Readonly<Endpoint>, address: string): boolean => {
    if (targetRef?.kind !== 'Pod' || targetRef.namespace !== namespace) return false;
    const status = pods.cache.get(namespace, targetRef.name ?? '')?.object.status;
    return status?.podIPs?.some(({ ip }) => ip === address) ?? false;
  };
}

/** Without a port, or with the kubelet's port: the kubelet, over TLS with a client certificate; otherwise the given port. */
async function nodeTarget(
  options: ConnectOptions,
  path: string,
  { name, port }: SchemeNamePort,
  tls: Pick<ProxyTarget, 'tls'>,
): Promise<ProxyTarget> {
  const kubelet = kubeletTarget(options, name, path);
  // Addresses of this cluster's own kubelets do not come from a node's status.
  const isOwn = options.kubelets.address?.(name) !== undefined;
  if (isOwn && port === '') return kubelet;
  const stated = statedKubelet(options.nodes, name);
  const ofKubelet = port === '' || Number(port) === stated.port;
  if (isOwn && ofKubelet) return kubelet;
  const host = await proxyableAddress(stated.host);
  return ofKubelet ? { ...kubelet, host } : { host, port: portNumber(port), path, ...tls };
}
