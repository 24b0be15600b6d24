// What the cluster zone asks about the cluster's objects. Implemented by source.ts over informers.
import type { Service } from '../../../api/kinds/core/v1/service.ts';
import type { Endpoint, EndpointSlice } from '../../../api/kinds/discovery/v1/endpoint-slice.ts';

export interface OwnedEndpoint {
  readonly endpoint: Endpoint;
  readonly namespace: string;
  /** Name of the Service. */
  readonly service: string;
}

export interface DnsSource {
  service(namespace: string, name: string): Service | undefined;
  /** The slices of a Service. */
  slices(namespace: string, name: string): readonly EndpointSlice[];
  /** Services with that cluster IP (canonical). */
  servicesAt(address: string): readonly Service[];
  /** Ready endpoints with that address (canonical). */
  endpointsAt(address: string): readonly OwnedEndpoint[];
  hasNamespace(name: string): boolean;
}
