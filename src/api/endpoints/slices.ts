// Which Service an EndpointSlice belongs to, and its port for a port of that Service.
import type { EndpointSlice } from '../kinds/discovery/v1/endpoint-slice.ts';
import { namespaceOf } from '../meta/v1/object.ts';

/** The label of a slice that names its Service. */
export const SERVICE_NAME_LABEL = 'kubernetes.io/service-name';

export const serviceNameOf = (slice: Pick<Readonly<EndpointSlice>, 'metadata'>): string | undefined =>
  slice.metadata.labels?.[SERVICE_NAME_LABEL];

/** Slices by `namespace/name` of their Service. Slices without a Service are omitted. */
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

/** The port number of the slice's endpoints for a Service port. The name of an unnamed port is ''. */
export const slicePort = (slice: Readonly<EndpointSlice>, portName: string): number | undefined =>
  slice.ports?.find((port) => (port.name ?? '') === portName)?.port || undefined;
