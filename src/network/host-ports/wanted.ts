// Which ports of the machine's loopback belong to which Services. Pure; listeners.ts opens them.
import type { Service, ServicePort } from '../../api/kinds/core/v1/service.ts';
import { keyOf } from '../../api/meta/v1/object.ts';
import { type HostPort, idOf } from './host-port.ts';
import { sourceRangesOf } from './source-ranges.ts';

const NODE_PORT_ADDRESS = '127.0.0.1';

/** By id: the ports of load balancers at the addresses that they have, and NodePorts at 127.0.0.1 unless one of those is there. */
export function wantedHostPorts(
  services: readonly Service[],
  addressesOf: (service: string) => readonly string[],
): Map<string, HostPort> {
  const wanted = new Map<string, HostPort>();
  const claim = (port: HostPort) => {
    if (!wanted.has(idOf(port))) wanted.set(idOf(port), port);
  };
  for (const service of services)
    for (const port of balancedPorts(service, addressesOf(keyOf(service)))) claim(port);
  const oldestFirst = services.toSorted((a, b) => (age(a) < age(b) ? -1 : 1));
  for (const service of oldestFirst)
    for (const { protocol, nodePort, name } of forwarded(service))
      if (nodePort)
        claim({
          address: NODE_PORT_ADDRESS,
          protocol,
          port: nodePort,
          nodePort,
          name,
          service: keyOf(service),
        });
  return wanted;
}

/** The ports of one load balancer at its addresses. */
export function balancedPorts(service: Service, addresses: readonly string[]): HostPort[] {
  if (addresses.length === 0) return [];
  const ranges = sourceRangesOf(service);
  const common = { service: keyOf(service), ...(ranges.length > 0 && { sources: ranges }) };
  return addresses.flatMap((address) => forwarded(service).map((port) => ({ address, ...port, ...common })));
}

type Forwarded = Pick<HostPort, 'protocol' | 'port' | 'nodePort' | 'name'>;

/** Ports of a protocol that can be passed on. */
const forwarded = ({ spec }: Service): Forwarded[] =>
  (spec?.ports ?? []).flatMap(({ port, nodePort, protocol = 'TCP', name = '' }: ServicePort) =>
    protocol === 'TCP' || protocol === 'UDP' ? { protocol, port, name, ...(nodePort && { nodePort }) } : [],
  );

const age = ({ metadata }: Service) => `${metadata.creationTimestamp ?? ''} ${metadata.name}`;
