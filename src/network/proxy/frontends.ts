// The addresses and ports that a node serves for a Service, and the endpoints behind each. Pure; called by service-rules.ts.
// Follows kube-proxy's traffic policies, and its short cut from inside the cluster to external addresses.
import { isEndpointReady, isServing } from '../../api/endpoints/conditions.ts';
import type { Service, ServicePort } from '../../api/kinds/core/v1/service.ts';
import type { EndpointSlice } from '../../api/kinds/discovery/v1/endpoint-slice.ts';
import { keyOf } from '../../api/meta/v1/object.ts';
import { atOnce, type Steps } from '../../kit/clock.ts';
import { addAll } from '../../kit/lists.ts';
import type { AddressFamily } from '../family.ts';
import {
  addressIn,
  type Backend,
  type Choice,
  candidatesFor,
  choose,
  isPort,
  type Place,
} from './endpoints.ts';
import type { Rank } from './fronts.ts';
import { clientsOf, sourceRanges } from './source-ranges.ts';

export type Protocol = 'tcp' | 'udp' | 'sctp';

/** A run of a list. */
export interface Span {
  readonly from: number;
  readonly count: number;
}

export interface Frontend {
  /** An address of the Service, or `node` for a port on the node's addresses. */
  readonly address: string;
  readonly kind: 'cluster' | 'external' | 'node';
  readonly rank: Rank;
  readonly protocol: Protocol;
  readonly port: number;
  /** Of which port of which Service: clients' affinity belongs to that. */
  readonly of: string;
  readonly backends: readonly Backend[];
  /** The backends for clients outside the cluster. */
  readonly outside: Span;
  /** Those for clients inside, where they are others: externalTrafficPolicy Local restricts traffic from outside only. */
  readonly inside?: Span;
  /** Session affinity time-out in seconds; 0 without affinity. */
  readonly affinity: number;
  /** The source address is rewritten to the node's, so that replies come back through it. */
  readonly masquerade: boolean;
  /** What happens to a connection when there is no backend. */
  readonly otherwise: 'reject' | 'drop';
  /** Clients that may connect; all when left out. */
  readonly sources?: readonly string[];
  /** The endpoints to which flows may go on, whatever the policies say of new ones. */
  readonly serving: readonly Pick<Backend, 'ip' | 'port'>[];
}

/** All frontends of one Service, given the EndpointSlices that belong to it. `node`: the node's address of the family. */
export function* frontendsInSteps(
  service: Service,
  slices: readonly EndpointSlice[],
  place: Place,
  node?: string,
): Steps<Frontend[]> {
  const spec = service.spec;
  if (!spec || spec.type === 'ExternalName' || isOthers(service)) return [];
  const clusterIPs = addressesIn(place.family, spec.clusterIPs ?? [spec.clusterIP ?? '']);
  const found: Frontend[] = [];
  for (const port of clusterIPs.length > 0 ? (spec.ports ?? []) : []) {
    if (isServed(port)) addAll(found, portFrontends(service, port, clusterIPs, slices, place, node));
    yield;
  }
  return found;
}

export const frontendsOf = (...of: Parameters<typeof frontendsInSteps>): Frontend[] =>
  atOnce(frontendsInSteps(...of));

const isServed = ({ port, nodePort, protocol = 'TCP' }: ServicePort): boolean =>
  isPort(port) && (!nodePort || isPort(nodePort)) && Object.hasOwn(PROTOCOLS, protocol);

/** How many ready endpoints of the Service the node has, as its health check says. */
export function localEndpoints(service: Service, slices: readonly EndpointSlice[], place: Place): number {
  const ready = (service.spec?.ports ?? []).flatMap((port) =>
    candidatesFor(port, slices, place).filter((one) => one.local && isEndpointReady(one)),
  );
  return new Set(ready.map(({ ip }) => ip)).size;
}

/** Another proxy serves the Service, or none: so say labels of Services and of slices. */
export const isOthers = ({ metadata: { labels = {} } }: Pick<Service, 'metadata'>): boolean =>
  labels['service.kubernetes.io/service-proxy-name'] !== undefined ||
  labels['service.kubernetes.io/headless'] !== undefined;

function portFrontends(
  service: Service,
  port: ServicePort,
  clusterIPs: readonly string[],
  slices: readonly EndpointSlice[],
  place: Place,
  node: string | undefined,
): Frontend[] {
  const spec = service.spec!;
  const candidates = candidatesFor(port, slices, place);
  const choice = choose(candidates, place);
  const protocol = PROTOCOLS[(port.protocol ?? 'TCP') as keyof typeof PROTOCOLS];
  const common = {
    protocol,
    of: `${keyOf(service)}:${port.name ?? ''}/${protocol}`,
    affinity: affinityOf(service),
    serving: protocol === 'tcp' ? [] : candidates.filter(isServing),
  };
  const internal =
    spec.internalTrafficPolicy === 'Local' ? only(choice.local, choice) : only(choice.cluster, choice);
  const external = spec.externalTrafficPolicy === 'Local' ? localFirst(choice) : only(choice.cluster, choice);
  const outer = { ...common, ...external, masquerade: spec.externalTrafficPolicy !== 'Local' };
  const found: Frontend[] = [];
  const number = port.port;
  for (const address of clusterIPs)
    found.push({
      ...common,
      ...internal,
      masquerade: false,
      kind: 'cluster',
      rank: 1,
      address,
      port: number,
    });
  for (const address of addressesIn(place.family, spec.externalIPs ?? []))
    found.push({ ...outer, kind: 'external', rank: 3, address, port: number });
  const balanced = addressesIn(place.family, balancerIPs(service));
  const sources = balanced.length > 0 ? sourceRanges(service, place.family, node) : undefined;
  for (const address of balanced) {
    const allowed = sources && { sources: clientsOf(sources, address) };
    found.push({ ...outer, ...allowed, kind: 'external', rank: 2, address, port: number });
  }
  if (port.nodePort) found.push({ ...outer, kind: 'node', rank: 1, address: 'node', port: port.nodePort });
  return found;
}

const otherwise = (count: number, { any }: Choice) => (count === 0 && any ? 'drop' : 'reject');

/** One list of backends for all clients. Endpoints on other nodes only: after a drop a client tries again, where a reject would say that
 *  the port is closed. */
const only = (backends: readonly Backend[], choice: Choice) =>
  ({
    backends,
    outside: { from: 0, count: backends.length },
    otherwise: otherwise(backends.length, choice),
  }) as const;

/** One list with two overlapping runs: the node's endpoints for clients outside, those of the cluster for clients inside. */
function localFirst(choice: Choice) {
  const cluster = new Set(choice.cluster);
  const here = new Set(choice.local);
  const own = choice.local.filter((one) => !cluster.has(one));
  const both = choice.local.filter((one) => cluster.has(one));
  const rest = choice.cluster.filter((one) => !here.has(one));
  const outside = { from: 0, count: choice.local.length };
  const inside = { from: own.length, count: choice.cluster.length };
  return {
    backends: [...own, ...both, ...rest],
    outside,
    ...(own.length + rest.length > 0 && { inside }),
    otherwise: otherwise(outside.count, choice),
  } as const;
}

/** Addresses from status.loadBalancer whose traffic reaches nodes unchanged (not ipMode Proxy). host-ports/ serves loopback ones. */
const balancerIPs = (service: Service): string[] =>
  (service.status?.loadBalancer?.ingress ?? [])
    .filter((ingress) => ingress.ipMode !== 'Proxy')
    .map((ingress) => ingress.ip ?? '')
    .filter((ip) => !ip.startsWith('127.') && ip !== '::1');

function affinityOf(service: Service): number {
  if (service.spec?.sessionAffinity !== 'ClientIP') return 0;
  // The API's default: three hours.
  const seconds = service.spec.sessionAffinityConfig?.clientIP?.timeoutSeconds;
  return Number.isInteger(seconds) && seconds! > 0 ? seconds! : 10_800;
}

/** What users write becomes input of root's `nft`: nothing but addresses, port numbers and these protocols may pass. */
const PROTOCOLS = { TCP: 'tcp', UDP: 'udp', SCTP: 'sctp' } as const;

const addressesIn = (family: AddressFamily, addresses: readonly string[]): string[] => [
  ...new Set(addresses.flatMap((address) => addressIn(family, address) ?? [])),
];
