// The ports of a pod or a Service. Pure.
import type { Pod } from '../../../../../api/kinds/core/v1/pod.ts';
import type { Service } from '../../../../../api/kinds/core/v1/service.ts';
import type { KubeObject } from '../object-shape.ts';

export interface PortView {
  readonly port: number;
  readonly protocol: string;
  readonly name: string;
  /** The container, or where a Service leads. */
  readonly detail: string;
}

export function portsOf(object: KubeObject): PortView[] {
  if (object.kind === 'Service')
    return ((object as Service).spec?.ports ?? []).map(
      ({ port, protocol = 'TCP', name = '', targetPort, nodePort }) => ({
        ...{ port, protocol, name },
        detail: [`to ${targetPort ?? port}`, nodePort ? `node port ${nodePort}` : '']
          .filter(Boolean)
          .join(', '),
      }),
    );
  const { spec } = object as Pod;
  return [...(spec?.initContainers ?? []), ...(spec?.containers ?? [])].flatMap(
    ({ name: container, ports = [] }) =>
      ports.map(({ containerPort, protocol = 'TCP', name = '' }) => ({
        ...{ port: containerPort, protocol, name },
        detail: container,
      })),
  );
}

/** Ports below this are for the machine's administrator. */
const FIRST_FREE = 1024;

export function forwardCommand({ kind, metadata }: KubeObject, namespace: string, port: number): string {
  const target = `${kind === 'Service' ? 'service' : 'pod'}/${metadata.name ?? ''}`;
  const local = port < FIRST_FREE ? `${8000 + port}:${port}` : String(port);
  return `kubectl port-forward -n ${namespace} ${target} ${local}`;
}
