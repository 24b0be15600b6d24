// The addresses and ports that a node serves for a Service, and the endpoints behind each. Pure; called by proxy.ts.
// Follows kube-proxy's choice of endpoints (KEP-1669 terminating endpoints, traffic policies).

import { usableEndpoints } from '../../api/endpoints/conditions.ts';
import { slicePort } from '../../api/endpoints/slices.ts';
import type { Service, ServicePort } from '../../api/kinds/core/v1/service.ts';
import type { Endpoint, EndpointSlice } from '../../api/kinds/discovery/v1/endpoint-slice.ts';
import { type AddressFamily, canonical } from '../family.ts';

export type Protocol = 'tcp' | 'udp' | 'sctp';

export interface Backend {
  readonly ip: string;
  readonly port: number;
  /** The endpoint is on this node. */
  readonly local: boolean;
}

export interface Frontend {
  /** An address of the Service, or `node` for a port on every address of the node. */
  readonly address: string;
  readonly protocol: Protocol;
  readonly port: number;
  readonly backends: readonly Backend[];
  /**
   * The backends for clients inside the cluster, where they are more than `backends` (which come first in the list):
   * externalTrafficPolicy Local restricts traffic from outside only.
   */
  readonly inside?: readonly Backend[];
  /** Session affinity time-out in seconds; 0 without affinity. */
  readonly affinity: number;
  /** The source address is rewritten to the node's, so that replies come back through it. */
  readonly masquerade: boolean;
  /** What happens to a connection when there is no backend. */
  readonly otherwise: 'reject' | 'drop';
}

interface Candidate extends Backend {
  readonly conditions: Endpoint['conditions'];
}

/** The node that the rules are for, and the family of addresses. */
export interface Place {
  readonly nodeName: string;
  readonly family: AddressFamily;
}

/** All frontends of one Service, given the EndpointSlices that belong to it. */
export function frontendsOf(service: Service, slices: readonly EndpointSlice[], place: Place): Frontend[] {
  const spec = service.spec;
  if (!spec || spec.type === 'ExternalName') return [];
  const clusterIPs = addressesIn(place.family, spec.clusterIPs ?? [spec.clusterIP ?? '']);
  if (clusterIPs.length === 0) return [];
  return (spec.ports ?? [])
    .filter(
      ({ port, nodePort = 1, protocol = 'TCP' }) =>
        isPort(port) && isPort(nodePort || 1) && Object.hasOwn(PROTOCOLS, protocol),
    )
    .flatMap((port) => portFrontends(service, port, clusterIPs, slices, place));
}

function portFrontends(
  service: Service,
  port: ServicePort,
  clusterIPs: string[],
  slices: readonly EndpointSlice[],
  place: Place,
): Frontend[] {
  const spec = service.spec!;
  const candidates = candidatesFor(port.name ?? '', slices, place);
  const all = usable(candidates);
  const local = usable(candidates.filter((c) => c.local));
  const localFirst = [...local, ...all.filter((backend) => !local.some((l) => same(l, backend)))];
  const localOnly = spec.externalTrafficPolicy === 'Local';
  const external = {
    protocol: PROTOCOLS[(port.protocol ?? 'TCP') as keyof typeof PROTOCOLS],
    affinity: affinityOf(service),
    backends: localOnly ? local : all,
    masquerade: !localOnly,
    // Endpoints on other nodes only: after a drop a client tries again, where a reject would say that the port is closed.
    otherwise: localOnly && all.length > 0 ? ('drop' as const) : ('reject' as const),
  };
  const outer =
    localOnly && localFirst.length > local.length ? { ...external, inside: localFirst } : external;
  const internal = {
    ...external,
    backends: spec.internalTrafficPolicy === 'Local' ? local : all,
    masquerade: false,
    otherwise:
      spec.internalTrafficPolicy === 'Local' && all.length > 0 ? ('drop' as const) : ('reject' as const),
  };
  const outside = addressesIn(place.family, [...(spec.externalIPs ?? []), ...loadBalancerIPs(service)]);
  const frontends: Frontend[] = clusterIPs.map((address) => ({ ...internal, address, port: port.port }));
  for (const address of outside) frontends.push({ ...outer, address, port: port.port });
  if (port.nodePort) frontends.push({ ...outer, address: 'node', port: port.nodePort });
  return frontends;
}

/** Addresses from status.loadBalancer whose traffic reaches nodes unchanged (not ipMode Proxy). host-ports/ serves loopback ones. */
function loadBalancerIPs(service: Service): string[] {
  return (service.status?.loadBalancer?.ingress ?? [])
    .filter((ingress) => ingress.ipMode !== 'Proxy')
    .map((ingress) => ingress.ip ?? '')
    .filter((ip) => !ip.startsWith('127.') && ip !== '::1');
}

function affinityOf(service: Service): number {
  if (service.spec?.sessionAffinity !== 'ClientIP') return 0;
  // The API's default: three hours.
  const seconds = service.spec.sessionAffinityConfig?.clientIP?.timeoutSeconds;
  return Number.isInteger(seconds) ? seconds! : 10_800;
}

function candidatesFor(
  portName: string,
  slices: readonly EndpointSlice[],
  { nodeName, family }: Place,
): Candidate[] {
  const byAddress = new Map<string, Candidate>();
  for (const slice of slices) {
    if (slice.addressType !== family.name) continue;
    const port = slicePort(slice, portName);
    if (!isPort(port)) continue;
    for (const endpoint of slice.endpoints ?? []) {
      const [ip] = addressesIn(family, endpoint.addresses.slice(0, 1));
      if (!ip) continue;
      byAddress.set(`${ip} ${port}`, {
        ip,
        port,
        local: endpoint.nodeName === nodeName,
        conditions: endpoint.conditions,
      });
    }
  }
  // Sorted, so that equal endpoints give equal map elements, whatever the order of slices.
  return [...byAddress.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, candidate]) => candidate);
}

const usable = (candidates: readonly Candidate[]): Backend[] =>
  usableEndpoints(candidates).map(({ ip, port, local }) => ({ ip, port, local }));

const same = (a: Backend, b: Backend) => a.ip === b.ip && a.port === b.port;

/** What users write becomes input of root's `nft`: nothing but addresses, port numbers and these protocols may pass. */
const PROTOCOLS = { TCP: 'tcp', UDP: 'udp', SCTP: 'sctp' } as const;

const isPort = (port: unknown): port is number =>
  Number.isInteger(port) && Number(port) > 0 && Number(port) < 65_536;

/** Strict: nft refuses the whole transaction when one address is invalid, or comes twice in two spellings. */
const addressesIn = (family: AddressFamily, addresses: readonly string[]): string[] => [
  ...new Set(
    addresses.flatMap((address) => {
      const found = canonical(address);
      return found?.family === family.name ? [found.text] : [];
    }),
  ),
];
