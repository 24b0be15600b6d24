// Which endpoints of a Service's port receive traffic on this node: ready ones of the node or zone that they are hinted for, those that
// serve while they terminate where none is ready (KEP-1669), and the node's own for traffic policy Local. Pure; called by frontends.ts.
// Follows kube-proxy (pkg/proxy/topology.go).
import {
  isEndpointReady,
  isServingWhileTerminating,
  usableEndpoints,
} from '../../api/endpoints/conditions.ts';
import type { ServicePort } from '../../api/kinds/core/v1/service.ts';
import type { Endpoint, EndpointSlice } from '../../api/kinds/discovery/v1/endpoint-slice.ts';
import { type AddressFamily, canonical } from '../family.ts';

/** The node that the rules are for, and the family of addresses. */
export interface Place {
  readonly nodeName: string;
  /** The zone by the node's label. */
  readonly zone?: string | undefined;
  readonly family: AddressFamily;
}

export interface Backend {
  readonly ip: string;
  readonly port: number;
  /** The endpoint is on this node. */
  readonly local: boolean;
  /** The slice names another node: its pod is no client of this node. */
  readonly elsewhere: boolean;
}

export interface Candidate extends Backend {
  readonly conditions: Endpoint['conditions'];
  readonly hints: Endpoint['hints'];
}

/**
 * Every endpoint of the port, sorted, so that equal endpoints give equal rules, whatever the order of slices. Of one that is in two slices
 * while it moves, the one that is ready counts.
 */
export function candidatesFor(
  { name: portName = '', protocol = 'TCP' }: Pick<ServicePort, 'name' | 'protocol'>,
  slices: readonly EndpointSlice[],
  { nodeName, family }: Place,
): Candidate[] {
  const byAddress = new Map<string, Candidate>();
  for (const slice of slices) {
    if (slice.addressType !== family.name) continue;
    const port = slice.ports?.find(
      (one) => (one.name ?? '') === portName && (one.protocol ?? 'TCP') === protocol,
    )?.port;
    if (!isPort(port)) continue;
    for (const { addresses, nodeName: node, conditions, hints } of slice.endpoints ?? []) {
      const ip = addressIn(family, addresses[0]);
      if (!ip) continue;
      const where = { local: node === nodeName, elsewhere: node !== undefined && node !== nodeName };
      const known = byAddress.get(`${ip} ${port}`);
      if (known && isEndpointReady(known)) continue;
      byAddress.set(`${ip} ${port}`, { ip, port, ...where, conditions, hints });
    }
  }
  return [...byAddress].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, candidate]) => candidate);
}

export interface Choice {
  /** For traffic policy Cluster. */
  readonly cluster: readonly Candidate[];
  /** For traffic policy Local. */
  readonly local: readonly Candidate[];
  /** Some endpoint somewhere would do. */
  readonly any: boolean;
}

export function choose(candidates: readonly Candidate[], place: Place): Choice {
  const ready = candidates.filter(isEndpointReady);
  return {
    cluster: ready.length > 0 ? hinted(ready, place) : candidates.filter(isServingWhileTerminating),
    local: usableEndpoints(candidates.filter(({ local }) => local)),
    any: ready.length > 0 || candidates.some(isServingWhileTerminating),
  };
}

/** Hints count when every ready endpoint has one, and some are for this node, or else for its zone. */
function hinted(ready: readonly Candidate[], { nodeName, zone }: Place): readonly Candidate[] {
  const nodes = (one: Candidate) => one.hints?.forNodes ?? [];
  if (ready.every((one) => nodes(one).length > 0)) {
    const here = ready.filter((one) => nodes(one).some(({ name }) => name === nodeName));
    if (here.length > 0) return here;
  }
  const zones = (one: Candidate) => one.hints?.forZones ?? [];
  if (zone && ready.every((one) => zones(one).length > 0)) {
    const near = ready.filter((one) => zones(one).some(({ name }) => name === zone));
    if (near.length > 0) return near;
  }
  return ready;
}

export const isPort = (port: unknown): port is number =>
  Number.isInteger(port) && Number(port) > 0 && Number(port) < 65_536;

/** Strict: nft refuses the whole transaction when one address is invalid, or comes twice in two spellings. */
export function addressIn({ name }: AddressFamily, address: string | undefined): string | undefined {
  const found = canonical(address ?? '');
  return found?.family === name ? found.text : undefined;
}
