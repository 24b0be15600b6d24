// Which ports of the machine's loopback address belong to which Services. Pure; listeners.ts opens them.
import { usableEndpoints } from '../../api/endpoints/conditions.ts';
import type { Service } from '../../api/kinds/core/v1/service.ts';
import type { EndpointSlice } from '../../api/kinds/discovery/v1/endpoint-slice.ts';
import { isBeingDeleted, nameOf, namespaceOf } from '../../api/meta/v1/object.ts';

export interface HostPort {
  readonly port: number;
  /** The NodePort that connections go to. */
  readonly nodePort: number;
  /** `namespace/name` of the Service, for messages. */
  readonly service: string;
}

/** TCP NodePorts under their own number, and with `balances` LoadBalancer ports under the Service's. Who has a port keeps it: the
 *  Service that shows an address, and else the oldest one that claims it. */
export function wantedHostPorts(services: readonly Service[], balances: boolean): Map<number, HostPort> {
  const wanted = new Map<number, HostPort>();
  const claim = (port: number, nodePort: number, service: Service) => {
    if (!wanted.has(port))
      wanted.set(port, { port, nodePort, service: `${namespaceOf(service)}/${nameOf(service)}` });
  };
  const sorted = [...services].sort((a, b) => rank(a).localeCompare(rank(b)));
  for (const service of sorted)
    for (const port of service.spec?.ports ?? []) {
      if (!port.nodePort || (port.protocol ?? 'TCP') !== 'TCP') continue;
      claim(port.nodePort, port.nodePort, service);
      if (balances && isBalanced(service)) claim(port.port, port.nodePort, service);
    }
  return wanted;
}

/** A Service with a loadBalancerClass is left to whoever has that class. */
const isBalanced = (service: Service): boolean =>
  service.spec?.type === 'LoadBalancer' && !service.spec.loadBalancerClass && !isBeingDeleted(service);

const rank = (service: Service): string =>
  `${service.status?.loadBalancer?.ingress?.length ? 0 : 1} ${creation(service)}`;

const creation = (service: Service) => `${service.metadata.creationTimestamp ?? ''} ${nameOf(service)}`;

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
