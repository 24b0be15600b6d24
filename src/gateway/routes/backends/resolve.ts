// What a backendRef of a route leads to: a Service's endpoints, how they are spoken to, or why it leads nowhere. Pure.
import type { Service, ServicePort } from '../../../api/kinds/core/v1/service.ts';
import { endpointsOf } from '../../endpoints.ts';
import { isName } from '../../model/alphabets.ts';
import type { Policy } from '../../model/policy.ts';
import type { Endpoint } from '../../model/routes.ts';
import { notPermitted } from '../listeners/tls.ts';
import { type Fault, shown } from '../verdict.ts';
import type { AnyRoute, Lookups } from '../world.ts';
import { isPermitted } from './grants.ts';
import { trustOf } from './tls.ts';

/** As the kinds of routes have it. */
export interface Reference {
  readonly group?: string;
  readonly kind?: string;
  readonly name: string;
  readonly namespace?: string;
  readonly port?: number;
}

export interface ResolvedBackend {
  readonly namespace: string;
  readonly service: string;
  readonly endpoints: readonly Endpoint[];
  readonly spoken: Pick<Policy, 'protocol' | 'trust' | 'closed'>;
}

/** What is wrong with the reference; or the backend, of which the endpoints may be none. */
export function resolveBackend(
  route: Pick<AnyRoute, 'kind' | 'metadata'>,
  reference: Readonly<Reference>,
  world: Lookups,
): ResolvedBackend | Fault {
  const own = route.metadata.namespace!;
  const { group = '', kind = 'Service', name, namespace = own, port } = reference;
  if (group !== '' || kind !== 'Service')
    return {
      reason: 'InvalidKind',
      message: `backends of kind ${shown(kind)} and group ${shown(group)} are not supported`,
    };
  const from = { kind: route.kind, namespace: own };
  if (!isPermitted(world, from, { group, kind, namespace, name })) return notPermitted(kind, namespace, name);
  const service = isName(name) ? world.service(namespace, name) : undefined;
  if (!service) return { reason: 'BackendNotFound', message: `Service ${namespace}/${name} does not exist` };
  if (service.spec?.type === 'ExternalName')
    return {
      reason: 'UnsupportedValue',
      message: `Service ${namespace}/${name} is an ExternalName, which is not served`,
    };
  const found = service.spec?.ports?.find((one) => one.port === port && fits(route.kind, one));
  if (!found)
    return {
      reason: 'BackendNotFound',
      message: `Service ${namespace}/${name} has no port ${port ?? ''} for this kind of route`,
    };
  const endpoints = endpointsOf(world.slices(namespace, name), found, (ip) => world.reaches(ip));
  return { namespace, service: name, endpoints, spoken: spokenTo(route.kind, service, found, world) };
}

const fits = (kind: string, { protocol = 'TCP' }: ServicePort): boolean =>
  protocol === (kind === 'UDPRoute' ? 'UDP' : 'TCP');

const H2C = 'kubernetes.io/h2c';
const WSS = 'kubernetes.io/wss';

function spokenTo(
  kind: string,
  service: Readonly<Service>,
  port: ServicePort,
  world: Lookups,
): ResolvedBackend['spoken'] {
  const trust = kind === 'HTTPRoute' || kind === 'GRPCRoute' ? trustOf(service, port, world) : undefined;
  const h2 = kind === 'GRPCRoute' || port.appProtocol === H2C;
  if (trust === 'invalid') return { protocol: 'http', closed: 500 };
  if (trust) return { protocol: h2 ? 'grpcs' : 'https', trust };
  if (kind === 'GRPCRoute') return { protocol: 'grpc' };
  if (h2) return { protocol: 'h2c' };
  return { protocol: port.appProtocol === WSS ? 'https' : 'http' };
}
