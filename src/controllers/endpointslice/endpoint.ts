// The endpoint of a pod in a service's slice. Pure.
import type { Pod } from '../../api/kinds/core/v1/pod.ts';
import type { Service } from '../../api/kinds/core/v1/service.ts';
import type { Endpoint, EndpointHints, EndpointPort } from '../../api/kinds/discovery/v1/endpoint-slice.ts';
import { isBeingDeleted } from '../../api/meta/v1/object.ts';
import { isPodReady } from '../../api/pods/readiness.ts';
import { hostnameIn, isHeadless, podAddresses, portOn } from '../services/service-pods.ts';
import { wantsHints } from './topology/mode.ts';

export type AddressType = 'IPv4' | 'IPv6';

export const familyOf = (address: string): AddressType => (address.includes(':') ? 'IPv6' : 'IPv4');

export function addressTypesOf(service: Readonly<Service>): AddressType[] {
  const families = (service.spec?.ipFamilies ?? []) as AddressType[];
  if (families.length > 0) return families;
  const { clusterIP } = service.spec ?? {};
  return [clusterIP && clusterIP !== 'None' ? familyOf(clusterIP) : 'IPv4'];
}

export function endpointOf(
  service: Readonly<Service>,
  pod: Readonly<Pod>,
  family: AddressType,
  zone: string | undefined,
): Endpoint {
  const serving = isPodReady(pod);
  const terminating = isBeingDeleted(pod);
  // A terminating pod may still serve (`serving`), but is never `ready`, so that proxies that ignore the other two avoid it.
  const ready = service.spec?.publishNotReadyAddresses === true || (serving && !terminating);
  const hostname = hostnameIn(service, pod);
  const { name, namespace, uid } = pod.metadata;
  const hints = ready && !wantsHints(service) ? hintsFor(service, pod.spec?.nodeName, zone) : undefined;
  return {
    addresses: podAddresses(pod).filter((address) => familyOf(address) === family),
    conditions: { ready, serving, terminating },
    ...(hostname && { hostname }),
    targetRef: { kind: 'Pod', namespace, name, uid },
    ...(pod.spec?.nodeName && { nodeName: pod.spec.nodeName }),
    ...(zone && { zone }),
    ...(hints && { hints }),
  };
}

/**
 * Topology hints for trafficDistribution (KEP-4444, KEP-3015): the zone or node whose traffic should use the endpoint.
 * Proxies fall back to all endpoints where none is hinted for them.
 */
function hintsFor(
  service: Readonly<Service>,
  node: string | undefined,
  zone: string | undefined,
): EndpointHints | undefined {
  const preference = service.spec?.trafficDistribution;
  const sameNode = preference === 'PreferSameNode' && node;
  const sameZone = (sameNode || preference === 'PreferSameZone' || preference === 'PreferClose') && zone;
  if (!sameNode && !sameZone) return undefined;
  return {
    ...(sameZone && { forZones: [{ name: zone }] }),
    ...(sameNode && { forNodes: [{ name: node }] }),
  };
}

/** The service's ports on this pod; a named target port that the pod does not have is left out. */
export function portsOf(service: Readonly<Service>, pod: Readonly<Pod>): EndpointPort[] {
  const ports: EndpointPort[] = [];
  if (isHeadless(service) && (service.spec?.ports ?? []).length === 0) return ports;
  for (const port of service.spec?.ports ?? []) {
    const number = portOn(pod, port);
    if (number === undefined) continue;
    ports.push({
      name: port.name ?? '',
      port: number,
      protocol: port.protocol ?? 'TCP',
      ...(port.appProtocol !== undefined && { appProtocol: port.appProtocol }),
    });
  }
  return ports;
}

/** Equal for equal sets of ports in any order. */
export const portsKey = (ports: readonly EndpointPort[] | undefined): string =>
  JSON.stringify(
    (ports ?? [])
      .map(({ name = '', port, protocol, appProtocol = '' }) => [name, port, protocol, appProtocol])
      .sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)),
  );
