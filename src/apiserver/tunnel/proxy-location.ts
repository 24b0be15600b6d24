// Where the `proxy` subresource of a pod or service leads: reads `[scheme:]name[:port]` and picks address and port as
// upstream does, with its words when there is none. Pure but for the choice among endpoints.
import { isIP } from 'node:net';
import type { Pod } from '../../api/core/v1/pod.ts';
import type { Service } from '../../api/core/v1/service.ts';
import { badRequest, serviceUnavailable } from '../../api/status/status-error.ts';
import type { Random } from '../../kit/random.ts';

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

/** `name`, `name:port`, `scheme:name:port` (scheme and port may be empty); undefined when it is none of them. */
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

const schemeOf = ({ scheme }: SchemeNamePort) => scheme || 'http';
const defaultPort = (scheme: 'http' | 'https') => (scheme === 'https' ? 443 : 80);

export function podProxyLocation(pod: Readonly<Pod>, id: SchemeNamePort): ProxyLocation {
  const host = pod.status?.podIP ?? '';
  refuseUnlessProxyable(host);
  const declared = pod.spec?.containers?.find((container) => container.ports?.length)?.ports?.[0];
  const port = id.port || String(declared?.containerPort ?? '');
  const scheme = schemeOf(id);
  return { scheme, host, port: port ? portNumber(port) : defaultPort(scheme) };
}

/** A ready endpoint of a service: an address with the service's ports as they are there. */
export interface ServiceEndpoint {
  address: string;
  ports: readonly { name: string; port: number }[];
}

export function serviceProxyLocation(
  service: Readonly<Service>,
  endpoints: readonly ServiceEndpoint[],
  id: SchemeNamePort,
  random: Random,
): ProxyLocation {
  const name = portName(service, id);
  const candidates = endpoints.flatMap(({ address, ports }) =>
    ports.filter((port) => port.name === name).map(({ port }) => ({ address, port })),
  );
  const chosen = candidates[Math.floor(random.float() * candidates.length)];
  if (!chosen) throw serviceUnavailable(`no endpoints available for service "${id.name}"`);
  refuseUnlessProxyable(chosen.address);
  return { scheme: schemeOf(id), host: chosen.address, port: chosen.port };
}

/** Ports are asked for by name, or by the service's number for it. */
function portName(service: Readonly<Service>, id: SchemeNamePort): string {
  if (!/^\d+$/.test(id.port)) return id.port;
  const found = service.spec?.ports?.find((port) => port.port === Number(id.port));
  if (!found) {
    throw serviceUnavailable(`no service port ${id.port} found for service "${id.name}"`);
  }
  return found.name ?? '';
}

function portNumber(text: string): number {
  const port = Number(text);
  if (Number.isInteger(port) && port > 0 && port < 65536) return port;
  throw serviceUnavailable(`error trying to reach service: dial tcp: lookup tcp/${text}: unknown port`);
}

/** Loopback and link-local addresses are the API server's own machine: nobody may be led there. */
function refuseUnlessProxyable(address: string): void {
  if (isIP(address) === 0) throw badRequest('address not allowed');
  const forbidden = /^(127\.|169\.254\.|0\.|22[4-9]\.|23\d\.|::1?$|fe[89ab]|ff)/i;
  if (forbidden.test(address)) throw badRequest('address not allowed');
}
