// Which ports of the machine's loopback address belong to which Services. Pure; listeners.ts opens them.
import { usableEndpoints } from '../../api/endpoints/conditions.ts';
import type { Service } from '../../api/kinds/core/v1/service.ts';
import type { EndpointSlice } from '../../api/kinds/discovery/v1/endpoint-slice.ts';
import { nameOf, namespaceOf } from '../../api/meta/v1/object.ts';

export interface HostPort {
  readonly port: number;
  /** The NodePort that connections go to. */
  readonly nodePort: number;
  /** `namespace/name` of the Service, for messages. */
  readonly service: string;
}

/** TCP NodePorts under their own number, LoadBalancer ports under the Service's. The oldest Service that claims a port gets it. */
export function wantedHostPorts(services: readonly Service[]): Map<number, HostPort> {
  const wanted = new Map<number, HostPort>();
  const claim = (port: number, nodePort: number, service: Service) => {
    if (!wanted.has(port))
      wanted.set(port, { port, nodePort, service: `${namespaceOf(service)}/${nameOf(service)}` });
  };
  const sorted = [...services].sort((a, b) => creation(a).localeCompare(creation(b)));
  for (const service of sorted)
    for (const port of service.spec?.ports ?? []) {
      if (!port.nodePort || (port.protocol ?? 'TCP') !== 'TCP') continue;
      claim(port.nodePort, port.nodePort, service);
      if (service.spec?.type === 'LoadBalancer') claim(port.port, port.nodePort, service);
    }
  return wanted;
}

const creation = (service: Service) => `${service.metadata.creationTimestamp ?? ''} ${nameOf(service)}`;

/** Whether every TCP port of the LoadBalancer Service is open and belongs to it. */
export function isServed(service: Service, open: ReadonlyMap<number, HostPort>): boolean {
  const key = `${namespaceOf(service)}/${nameOf(service)}`;
  const ports = (service.spec?.ports ?? []).filter((port) => (port.protocol ?? 'TCP') === 'TCP');
  return ports.length > 0 && ports.every((port) => open.get(port.port)?.service === key);
}

/** The nodes that a connection from outside may go to: under externalTrafficPolicy Local those with a usable endpoint. */
export function nodesFor(
  service: Service | undefined,
  slices: () => readonly EndpointSlice[],
  nodes: readonly string[],
): readonly string[] {
  if (service?.spec?.externalTrafficPolicy !== 'Local') return nodes;
  const endpoints = slices().flatMap((slice) => slice.endpoints ?? []);
  const names = new Set(usableEndpoints(endpoints).map((endpoint) => endpoint.nodeName));
  return nodes.filter((name) => names.has(name));
}
