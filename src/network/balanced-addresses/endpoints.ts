// Where externalTrafficPolicy Local sends traffic from outside. Pure.
import { usableEndpoints } from '../../api/endpoints/conditions.ts';
import type { EndpointSlice } from '../../api/kinds/discovery/v1/endpoint-slice.ts';

/** Names of the nodes on which the Service of these slices has an endpoint that its traffic goes to. */
export function nodesWithEndpoints(slices: readonly EndpointSlice[]): Set<string> {
  const usable = usableEndpoints(slices.flatMap(({ endpoints = [] }) => endpoints));
  return new Set(usable.flatMap(({ nodeName }) => nodeName ?? []));
}
