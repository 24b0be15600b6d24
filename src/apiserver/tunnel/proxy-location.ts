// The target of the `proxy` subresource: parses `[scheme:]name[:port]`, determines a pod's address and port, and refuses
// addresses that would reach the API server's own host. Called by handlers/subresources/connect.ts.
// Upstream: apimachinery/pkg/util/net/port_split.go, pkg/registry/core/pod/strategy.go, pkg/proxy/util (IsProxyableIP).
import { lookup } from 'node:dns/promises';
import type { Pod } from '../../api/kinds/core/v1/pod.ts';
import { badRequest, serviceUnavailable } from '../../api/status/status-error.ts';
import { scopeOf } from '../../kit/ip-scope.ts';

export interface SchemeNamePort {
  scheme: '' | 'http' | 'https';
  name: string;
  port: string;
}

export interface ProxyLocation {
  scheme: 'http' | 'https';
  host: string;
  port: number;
}

/** `name`, `name:port` or `scheme:name:port` (scheme and port may be empty); undefined for anything else. */
export function splitSchemeNamePort(id: string): SchemeNamePort | undefined {
  const parts = id.split(':');
  if (parts.length > 3) return undefined;
  const [scheme, name, port] =
    parts.length === 3 ? parts : parts.length === 2 ? ['', parts[0], parts[1]] : ['', parts[0], ''];
  if (!name || (scheme !== '' && scheme !== 'http' && scheme !== 'https')) return undefined;
  return { scheme, name, port: port ?? '' };
}

export function parseProxyId(kind: 'pod' | 'service' | 'node', id: string): SchemeNamePort {
  const parsed = splitSchemeNamePort(id);
  if (!parsed) throw badRequest(`invalid ${kind} request "${id}"`);
  return parsed;
}

const defaultPort = (scheme: 'http' | 'https') => (scheme === 'https' ? 443 : 80);

export function podProxyLocation(pod: Readonly<Pod>, id: SchemeNamePort): ProxyLocation {
  const host = pod.status?.podIP ?? '';
  refuseUnlessProxyable(host);
  const scheme = id.scheme || 'http';
  const ports = pod.spec?.containers?.flatMap((container) => container.ports ?? []) ?? [];
  const named = ports.find(({ name }) => id.port !== '' && name === id.port);
  const port = named?.containerPort ?? (id.port || ports[0]?.containerPort);
  return { scheme, host, port: port ? portNumber(String(port)) : defaultPort(scheme) };
}

export function portNumber(text: string): number {
  const port = /^[0-9]{1,5}$/.test(text) ? Number(text) : 0;
  if (port > 0 && port < 65536) return port;
  throw serviceUnavailable(`error trying to reach service: dial tcp: lookup tcp/${text}: unknown port`);
}

/** Only global unicast addresses: what kubelets and users write could otherwise give access to services of the API server's host,
 *  or of its cloud. */
function refuseUnlessProxyable(address: string): void {
  if (scopeOf(address) !== 'global') throw badRequest('address not allowed');
}

/** The address to connect to for a host from a node's status. A name is resolved once: a second answer could lead elsewhere. */
export async function proxyableAddress(host: string): Promise<string> {
  if (scopeOf(host) !== undefined) {
    refuseUnlessProxyable(host);
    return host;
  }
  const found = await lookup(host, { all: true }).catch(() => []);
  if (found.length === 0) throw badRequest('no addresses for hostname');
  for (const { address } of found) refuseUnlessProxyable(address);
  return found[0]!.address;
}
