// How much one Service may put into a node's tables. Users choose addresses, ports and endpoints, and rules grow with their products.
// Pure; called by proxy.ts before anything is computed.
import type { Service } from '../../api/kinds/core/v1/service.ts';
import type { EndpointSlice } from '../../api/kinds/discovery/v1/endpoint-slice.ts';
import { sourceRangesOf } from '../host-ports/source-ranges.ts';

/** Addresses times ports. */
const MOST_FRONTENDS = 10_000;
/** Ports times endpoints. */
const MOST_BACKENDS = 100_000;
/** Addresses of load balancers times ports times ranges of clients. */
const MOST_SOURCES = 100_000;

/** Why the Service has no rules; undefined for one that may have. */
export function tooLarge(service: Service, slices: readonly EndpointSlice[]): string | undefined {
  const { clusterIPs = [], externalIPs = [], ports = [] } = service.spec ?? {};
  const balanced = service.status?.loadBalancer?.ingress ?? [];
  // One more for the node's own.
  const addresses = clusterIPs.length + externalIPs.length + balanced.length + 1;
  const endpoints = slices.reduce((sum, slice) => sum + (slice.endpoints?.length ?? 0), 0);
  if (addresses * ports.length > MOST_FRONTENDS)
    return `${addresses} addresses with ${ports.length} ports are more than ${MOST_FRONTENDS}`;
  const sources = balanced.length * ports.length * sourceRangesOf(service).length;
  if (sources > MOST_SOURCES)
    return `${ports.length} ports for ${sources / balanced.length / ports.length} ranges of clients are more than ${MOST_SOURCES} at ${balanced.length} addresses`;
  return ports.length * endpoints > MOST_BACKENDS
    ? `${ports.length} ports of ${endpoints} endpoints are more than ${MOST_BACKENDS}`
    : undefined;
}
