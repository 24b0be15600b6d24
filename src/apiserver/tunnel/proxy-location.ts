// The target of the `proxy` subresource: parses `[scheme:]name[:port]`, determines a pod's address and port, and refuses
// addresses that would reach the API server's own host. Pure. Called by handlers/subresources/connect.ts.
// Upstream: apimachinery/pkg/util/net/port_split.go, pkg/registry/core/pod/strategy.go, pkg/proxy/util (IsProxyableIP).
import { isIP } from 'node:net';
import type { Pod } from '../../api/kinds/core/v1/pod.ts';
import { badRequest, serviceUnavailable } from '../../api/status/status-error.ts';

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

function portNumber(text: string): number {
  const port = Number(text);
  if (Number.isInteger(port) && port > 0 && port < 65536) return port;
  throw serviceUnavailable(`error trying to reach service: dial tcp: lookup tcp/${text}: unknown port`);
}

/** Loopback, link-local and multicast addresses are refused: a pod's status, which kubelets write, could otherwise give access
 *  to services of the API server's host. */
export function refuseUnlessProxyable(address: string): void {
  if (isIP(address) === 0) throw badRequest('address not allowed');
  const forbidden = /^(127\.|169\.254\.|0\.|22[4-9]\.|23\d\.|::1?$|fe[89ab]|ff)/i;
  if (forbidden.test(address)) throw badRequest('address not allowed');
}
