// The slices that mirror an Endpoints object. Pure.
import type { EndpointAddress, EndpointSubset, Endpoints } from '../../api/kinds/core/v1/endpoints.ts';
import type { Endpoint, EndpointPort } from '../../api/kinds/discovery/v1/endpoint-slice.ts';
import { type AddressType, familyOf } from '../endpointslice/endpoint.ts';
import type { Wanted } from '../endpointslice/plan.ts';

/** Further addresses of one subset are left out, as upstream's mirroring-max-endpoints-per-subset. */
const MAX_PER_SUBSET = 1000;

export function mirrored(endpoints: Readonly<Endpoints>, type: AddressType): Wanted[] {
  return (endpoints.subsets ?? [])
    .map((subset) => ({ addressType: type, ports: portsOf(subset), endpoints: endpointsOf(subset, type) }))
    .filter((wanted) => wanted.endpoints.length > 0);
}

function portsOf(subset: EndpointSubset): EndpointPort[] {
  return (subset.ports ?? []).map((port) => ({
    name: port.name ?? '',
    port: port.port,
    protocol: port.protocol ?? 'TCP',
    ...(port.appProtocol !== undefined && { appProtocol: port.appProtocol }),
  }));
}

function endpointsOf(subset: EndpointSubset, type: AddressType): Endpoint[] {
  const of = (addresses: readonly EndpointAddress[] | undefined, ready: boolean) =>
    (addresses ?? [])
      .filter((address) => familyOf(address.ip) === type)
      .map((address) => endpointOf(address, ready));
  return [...of(subset.addresses, true), ...of(subset.notReadyAddresses, false)].slice(0, MAX_PER_SUBSET);
}

function endpointOf(address: EndpointAddress, ready: boolean): Endpoint {
  const { ip, hostname, nodeName, targetRef } = address;
  return {
    addresses: [ip],
    conditions: { ready },
    ...(hostname && { hostname }),
    ...(nodeName && { nodeName }),
    ...(targetRef && { targetRef }),
  };
}
