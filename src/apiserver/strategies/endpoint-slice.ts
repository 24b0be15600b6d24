// EndpointSlices: deprecatedTopology cannot be written in this version. The node name that it once held moves to nodeName.
// Upstream: pkg/registry/discovery/endpointslice/strategy.go.
import type { EndpointSlice } from '../../api/kinds/discovery/v1/endpoint-slice.ts';
import type { KubeObject } from '../../api/meta/v1/resource.ts';
import { isDNS1123Subdomain } from '../../api/validation/names.ts';
import { semanticEqual } from '../../api/validation/semantic.ts';
import type { Strategy } from '../registry/strategy.ts';

type StoredSlice = EndpointSlice & KubeObject;

const HOST_NAME = 'kubernetes.io/hostname';

function dropTopology(slice: StoredSlice, old?: StoredSlice): void {
  if (!slice.endpoints?.some(({ deprecatedTopology }) => deprecatedTopology)) return;
  if (old && semanticEqual(slice.endpoints, old.endpoints)) return;
  const known = new Set((old?.endpoints ?? []).map((endpoint) => endpoint.deprecatedTopology?.[HOST_NAME]));
  for (const endpoint of slice.endpoints) {
    const name = endpoint.deprecatedTopology?.[HOST_NAME];
    if (name && known.has(name) && isDNS1123Subdomain(name).length === 0) endpoint.nodeName ??= name;
    delete endpoint.deprecatedTopology;
  }
}

export const endpointSliceStrategy: Strategy<StoredSlice> = {
  generation: true,
  prepareCreate: (slice) => dropTopology(slice),
  prepareUpdate: dropTopology,
};
