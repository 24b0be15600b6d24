// The names of a pod's ports, as policies resolve them at the destination. Pure.
import type { Pod } from '../kinds/core/v1/pod.ts';
import { isSidecar } from '../pods/containers.ts';
import { isPort, type Protocol, protocolOf } from './protocol.ts';

export interface NamedPort {
  readonly name: string;
  readonly protocol: Protocol;
  readonly port: number;
}

/** As for Services, the first container that names the port decides; of init containers only those that keep running. */
export function namedPorts(spec: Readonly<Pod>['spec']): NamedPort[] {
  const found = new Map<string, NamedPort>();
  const containers = [...(spec?.containers ?? []), ...(spec?.initContainers ?? []).filter(isSidecar)];
  for (const { ports = [] } of containers)
    for (const { name, protocol: given, containerPort: port } of ports) {
      const protocol = protocolOf(given);
      if (!name || !protocol || !isPort(port) || found.has(`${protocol}/${name}`)) continue;
      found.set(`${protocol}/${name}`, { name, protocol, port });
    }
  return [...found.values()];
}
