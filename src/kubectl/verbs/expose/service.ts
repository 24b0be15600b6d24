// The Service that `expose` and `run --expose` make. Pure; called by the commands.
import { Service, type ServicePort as TypedPort } from '../../../api/kinds/core/v1/service.ts';
import { atoi, intOrString } from '../../text/numbers.ts';
import { type Made, madeOf, type Unchecked } from '../create/objects/made.ts';

type ServicePort = Unchecked<TypedPort>;

export interface ExposeFlags {
  readonly name: string;
  readonly selector: Readonly<Record<string, string>>;
  readonly labels?: Readonly<Record<string, string>> | undefined;
  /** As given by flags, or as found in the object. */
  readonly ports: readonly string[];
  /** Of the object's ports. */
  readonly protocols: ReadonlyMap<number, readonly string[]>;
  /** Of --protocol; wins over `protocols`. */
  readonly protocol: string;
  readonly targetPort: string;
  readonly type: string;
  readonly externalIP: string;
  readonly loadBalancerIP: string;
  readonly sessionAffinity: string;
  readonly clusterIP: string;
}

export const noExposeFlags = {
  protocols: new Map<number, string[]>(),
  protocol: '',
  targetPort: '',
  type: '',
  externalIP: '',
  loadBalancerIP: '',
  sessionAffinity: '',
  clusterIP: '',
};

export function exposingService(flags: ExposeFlags): Made {
  const { name, selector, labels, type, externalIP, loadBalancerIP, sessionAffinity, clusterIP } = flags;
  const ports = servicePorts(flags).map((port) => ({
    ...port,
    targetPort: targetOf(port, flags.targetPort),
  }));
  if (sessionAffinity !== '' && sessionAffinity !== 'None' && sessionAffinity !== 'ClientIP')
    throw new Error(`unknown session affinity: ${sessionAffinity}`);
  return madeOf(Service, {
    metadata: { name, ...(labels && { labels }) },
    spec: {
      ports,
      selector,
      ...(clusterIP && { clusterIP }),
      ...(type && { type }),
      ...(externalIP && { externalIPs: [externalIP] }),
      ...(sessionAffinity && { sessionAffinity }),
      ...(type === 'LoadBalancer' && loadBalancerIP && { loadBalancerIP }),
    },
  });
}

const targetOf = ({ port }: ServicePort, target: string): number | string =>
  target === '' ? port : intOrString(target);

/** Several ports get names; a port that has several protocols stands once for each. */
function servicePorts({ ports, protocols, protocol }: ExposeFlags): ServicePort[] {
  return ports.flatMap((text, i): ServicePort[] => {
    const port = atoi(text);
    const name = ports.length > 1 && { name: `port-${i + 1}` };
    const found = protocol === '' ? (protocols.get(port) ?? ['TCP']) : [protocol];
    if (found.length === 1) return [{ ...name, port, protocol: found[0]! }];
    return found.map((one) => ({ name: `port-${i + 1}-${one.toLowerCase()}`, port, protocol: one }));
  });
}
