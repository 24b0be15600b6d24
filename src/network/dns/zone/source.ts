// What the zone asks, found in informers' caches by indices: every query costs the same, however many Services there are.
import { isEndpointReady } from '../../../api/endpoints/conditions.ts';
import { SERVICE_NAME_LABEL, serviceNameOf } from '../../../api/endpoints/slices.ts';
import type { Namespace } from '../../../api/kinds/core/v1/namespace.ts';
import type { Service } from '../../../api/kinds/core/v1/service.ts';
import type { EndpointSlice } from '../../../api/kinds/discovery/v1/endpoint-slice.ts';
import { namespaceOf } from '../../../api/meta/v1/object.ts';
import type { KubeObject } from '../../../api/meta/v1/resource.ts';
import type { IndexFunction, Lister } from '../../../client/informer/indexer.ts';
import { indexByLabel } from '../../../client/informer/indices.ts';
import type { DnsSource, OwnedEndpoint } from './dns-source.ts';
import { canonical } from './names.ts';

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
  services.addIndex(BY_ADDRESS, (service) =>
    (service.spec?.clusterIPs ?? []).filter((ip) => ip !== 'None').map(canonical),
  );
  return {
    service: (namespace, name) => services.lister.get(name, namespace),
    slices: (namespace, name) =>
      slices.lister.byIndex(byService, name).filter((slice) => namespaceOf(slice) === namespace),
    servicesAt: (address) => services.lister.byIndex(BY_ADDRESS, address),
    endpointsAt: (address) => {
      // With the first reverse query: who asks none keeps no index of all pods' addresses.
      slices.addIndex(BY_ADDRESS, addressesOf);
      return slices.lister.byIndex(BY_ADDRESS, address).flatMap((slice) => ownedAt(slice, address));
    },
    hasNamespace: (name) => namespaces.lister.get(name) !== undefined,
  };
}

function addressesOf(slice: Readonly<EndpointSlice>): string[] {
  if (slice.addressType === 'FQDN') return [];
  return (slice.endpoints ?? []).filter(isEndpointReady).flatMap(({ addresses }) => addresses.map(canonical));
}

function ownedAt(slice: Readonly<EndpointSlice>, address: string): OwnedEndpoint[] {
  const service = serviceNameOf(slice);
  if (!service) return [];
  const namespace = namespaceOf(slice);
  return (slice.endpoints ?? [])
    .filter((endpoint) => isEndpointReady(endpoint) && endpoint.addresses.map(canonical).includes(address))
    .map((endpoint) => ({ endpoint, namespace, service }));
}
