// What records.ts asks, found in informers' caches by indices: every query costs the same, however many Services there are.
import { isEndpointReady } from '../../api/endpoints/conditions.ts';
import { SERVICE_NAME_LABEL } from '../../api/endpoints/slices.ts';
import type { Namespace } from '../../api/kinds/core/v1/namespace.ts';
import type { Service } from '../../api/kinds/core/v1/service.ts';
import type { EndpointSlice } from '../../api/kinds/discovery/v1/endpoint-slice.ts';
import { namespaceOf } from '../../api/meta/v1/object.ts';
import type { KubeObject } from '../../api/meta/v1/resource.ts';
import type { IndexFunction, Lister } from '../../client/informer/indexer.ts';
import { indexByLabel } from '../../client/informer/indices.ts';
import type { DnsSource } from './records.ts';

/** What an informer offers. */
export interface Indexed<T extends KubeObject> {
  readonly lister: Lister<T>;
  addIndex(name: string, of: IndexFunction<T>): void;
}

export interface DnsCaches {
  readonly services: Indexed<Service>;
  readonly slices: Indexed<EndpointSlice>;
  readonly namespaces: Pick<Indexed<Namespace>, 'lister'>;
}

const BY_ADDRESS = 'dns:address';

export function dnsSource({ services, slices, namespaces }: DnsCaches): DnsSource {
  const byService = indexByLabel(slices, SERVICE_NAME_LABEL);
  services.addIndex(BY_ADDRESS, (service) => (service.spec?.clusterIPs ?? []).filter((ip) => ip !== 'None'));
  slices.addIndex(BY_ADDRESS, (slice) => (slice.endpoints ?? []).filter(hasName).flatMap((e) => e.addresses));
  return {
    service: (namespace, name) => services.lister.get(name, namespace),
    slices: (namespace, name) =>
      slices.lister.byIndex(byService, name).filter((slice) => namespaceOf(slice) === namespace),
    servicesAt: (address) => services.lister.byIndex(BY_ADDRESS, address),
    slicesAt: (address) => slices.lister.byIndex(BY_ADDRESS, address),
    hasNamespace: (name) => namespaces.lister.get(name) !== undefined,
  };
}

/** Only those that can be the answer to a reverse query. */
const hasName = (endpoint: NonNullable<EndpointSlice['endpoints']>[number]): boolean =>
  endpoint.hostname !== undefined && isEndpointReady(endpoint);
