// The subsets of a service's Endpoints: addresses grouped by equal ports, in a fixed order, so that equal sets of pods give
// equal objects and no write. Follows RepackSubsets (pkg/api/v1/endpoints). Pure.
import type { EndpointAddress, EndpointPort, EndpointSubset } from '../../api/kinds/core/v1/endpoints.ts';
import type { Pod } from '../../api/kinds/core/v1/pod.ts';
import type { Service } from '../../api/kinds/core/v1/service.ts';
import { isPodReady } from '../../api/pods/readiness.ts';
import { hostnameIn, isHeadless, mayBeEndpoint, podAddresses, portOn } from '../services/service-pods.ts';

/** Most addresses in one Endpoints object; further ones are cut off and an annotation says so. */
export const MAX_ADDRESSES = 1000;

interface Found {
  readonly address: EndpointAddress;
  readonly ready: boolean;
  readonly ports: EndpointPort[];
}

export function subsetsOf(service: Readonly<Service>, pods: readonly Readonly<Pod>[]): EndpointSubset[] {
  const tolerant = service.spec?.publishNotReadyAddresses === true;
  const groups = new Map<string, Found[]>();
  for (const pod of pods) {
    if (!mayBeEndpoint(pod, tolerant)) continue;
    const ports = portsOf(service, pod);
    const portless = isHeadless(service) && (service.spec?.ports ?? []).length === 0;
    if (ports.length === 0 && !portless) continue;
    const address = addressOf(service, pod);
    if (!address) continue;
    const key = JSON.stringify(ports);
    const found = { address, ready: tolerant || isPodReady(pod), ports };
    const group = groups.get(key);
    if (group) group.push(found);
    else groups.set(key, [found]);
  }
  return [...groups.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, found]) => subsetOf(found));
}

function subsetOf(found: readonly Found[]): EndpointSubset {
  const of = (ready: boolean) =>
    found
      .filter((one) => one.ready === ready)
      .map((one) => one.address)
      .sort(byAddress);
  const [addresses, notReadyAddresses] = [of(true), of(false)];
  const ports = found[0]!.ports;
  return {
    ...(addresses.length > 0 && { addresses }),
    ...(notReadyAddresses.length > 0 && { notReadyAddresses }),
    ...(ports.length > 0 && { ports }),
  };
}

/** Keeps at most MAX_ADDRESSES, ready ones first; true when some were cut off. */
export function truncate(subsets: readonly EndpointSubset[]): { subsets: EndpointSubset[]; cut: boolean } {
  let room = MAX_ADDRESSES;
  let cut = false;
  const limit = (list: EndpointAddress[] | undefined) => {
    if (!list) return undefined;
    const kept = list.slice(0, room);
    if (kept.length < list.length) cut = true;
    room -= kept.length;
    return kept.length > 0 ? kept : undefined;
  };
  const ready = subsets.map((subset) => limit(subset.addresses));
  const notReady = subsets.map((subset) => limit(subset.notReadyAddresses));
  const out = subsets.map(({ ports }, i) => ({
    ...(ready[i] && { addresses: ready[i] }),
    ...(notReady[i] && { notReadyAddresses: notReady[i] }),
    ...(ports && { ports }),
  }));
  return { subsets: out.filter((s) => s.addresses || s.notReadyAddresses), cut };
}

/** Undefined when the pod has no address of the service's first family: it may run on a node that has only the other. */
function addressOf(service: Readonly<Service>, pod: Readonly<Pod>): EndpointAddress | undefined {
  const hostname = hostnameIn(service, pod);
  const { name, namespace, uid } = pod.metadata;
  const all = podAddresses(pod);
  const family = familyOf(service);
  const ip = family ? all.find((one) => one.includes(':') === (family === 'IPv6')) : all[0];
  if (!ip) return undefined;
  return {
    ip,
    ...(hostname && { hostname }),
    ...(pod.spec?.nodeName && { nodeName: pod.spec.nodeName }),
    targetRef: { kind: 'Pod', namespace, name, uid },
  };
}

/** Undefined for a headless service that says none: the pod's own first address is used. */
function familyOf({ spec }: Readonly<Service>): string | undefined {
  const [family] = spec?.ipFamilies ?? [];
  if (family || !spec?.clusterIP || spec.clusterIP === 'None') return family;
  return spec.clusterIP.includes(':') ? 'IPv6' : 'IPv4';
}

function portsOf(service: Readonly<Service>, pod: Readonly<Pod>): EndpointPort[] {
  const ports: EndpointPort[] = [];
  for (const port of service.spec?.ports ?? []) {
    const number = portOn(pod, port);
    if (number === undefined) continue;
    ports.push({
      ...(port.name && { name: port.name }),
      port: number,
      protocol: port.protocol ?? 'TCP',
      ...(port.appProtocol !== undefined && { appProtocol: port.appProtocol }),
    });
  }
  return ports;
}

const byAddress = (a: EndpointAddress, b: EndpointAddress): number =>
  a.ip !== b.ip ? (a.ip < b.ip ? -1 : 1) : (a.targetRef?.uid ?? '') < (b.targetRef?.uid ?? '') ? -1 : 1;
