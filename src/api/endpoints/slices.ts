// How EndpointSlices belong to Services, and what they say of a Service's ports.
import type { EndpointSlice } from '../kinds/discovery/v1/endpoint-slice.ts';
import { namespaceOf } from '../meta/v1/object.ts';

/** The label of a slice that names its Service. */
export const SERVICE_NAME_LABEL = 'kubernetes.io/service-name';

export const serviceNameOf = (slice: Pick<Readonly<EndpointSlice>, 'metadata'>): string | undefined =>
  slice.metadata.labels?.[SERVICE_NAME_LABEL];

/** Slices by the `namespace/name` of their Service; those that name none are left out. */
export function slicesByService(slices: readonly EndpointSlice[]): Map<string, EndpointSlice[]> {
  const grouped = new Map<string, EndpointSlice[]>();
  for (const slice of slices) {
    const service = serviceNameOf(slice);
    if (!service) continue;
    const key = `${namespaceOf(slice)}/${service}`;
    const group = grouped.get(key);
    if (group) group.push(slice);
    else grouped.set(key, [slice]);
  }
  return grouped;
}

/** The number of the port that endpoints of this slice have for a Service port of this name; unnamed ports match ''. */
export const slicePort = (slice: Readonly<EndpointSlice>, portName: string): number | undefined =>
  slice.ports?.find((port) => (port.name ?? '') === portName)?.port || undefined;
