// What `create service clusterip|nodeport|loadbalancer|externalname` make of their flags. Pure; called by the commands beside it.
import { Service, type ServicePort } from '../../../../api/kinds/core/v1/service.ts';
import { isDNS1123Subdomain, isValidPortName, isValidPortNumber } from '../../../../api/validation/names.ts';
import { parsePort } from '../../../text/numbers.ts';
import { type Made, madeOf, metadataOf, type Place } from './made.ts';

export type ServiceType = 'ClusterIP' | 'NodePort' | 'LoadBalancer' | 'ExternalName';

export interface ServiceFlags {
  readonly type: ServiceType;
  /** `port[:targetPort]` each. */
  readonly tcp: readonly string[];
  readonly clusterIP?: string;
  readonly nodePort?: number;
  readonly externalName?: string;
}

export function serviceOf(place: Place, flags: ServiceFlags): Made {
  check(flags);
  const { type, tcp, clusterIP, nodePort, externalName } = flags;
  const labels = { app: place.name };
  const ports = tcp.map((pair) => portOf(pair, nodePort));
  return madeOf(Service, {
    metadata: { ...metadataOf(place), labels },
    spec: {
      type,
      selector: labels,
      ports,
      ...(externalName && { externalName }),
      ...(clusterIP && { clusterIP }),
    },
  });
}

function check({ type, tcp, clusterIP, externalName = '' }: ServiceFlags): void {
  const headless = clusterIP === 'None';
  if (headless && type !== 'ClusterIP')
    throw new Error('ClusterIP=None can only be used with ClusterIP service type');
  if (!headless && tcp.length === 0 && type !== 'ExternalName')
    throw new Error('at least one tcp port specifier must be provided');
  if (type === 'ExternalName' && isDNS1123Subdomain(externalName).length > 0)
    throw new Error(`invalid service external name ${externalName}`);
}

function portOf(pair: string, nodePort = 0): ServicePort {
  const [first = '', second] = pair.split(':');
  const port = parsePort(first);
  return {
    name: pair.replaceAll(':', '-'),
    port,
    targetPort: second === undefined ? port : targetOf(second),
    protocol: 'TCP',
    ...(nodePort !== 0 && { nodePort }),
  };
}

function targetOf(text: string): number | string {
  const isNumber = /^[+-]?[0-9]+$/.test(text);
  const complaints = isNumber ? isValidPortNumber(Number(text)) : isValidPortName(text);
  if (complaints.length > 0) throw new Error(complaints.join(','));
  return isNumber ? Number(text) : text;
}
