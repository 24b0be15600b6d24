// Objects of Gateway API and a world with them, for tests: every Service exists, with a port 80 and one endpoint.
import type { ConfigMap } from '../../../api/kinds/core/v1/config-map.ts';
import type { Secret } from '../../../api/kinds/core/v1/secret.ts';
import type { Service } from '../../../api/kinds/core/v1/service.ts';
import type { BackendTLSPolicy } from '../../../api/kinds/gateway/v1/backend-tls-policy.ts';
import type { Gateway } from '../../../api/kinds/gateway/v1/gateway.ts';
import type { GRPCRoute } from '../../../api/kinds/gateway/v1/grpc-route.ts';
import type { HTTPRoute, HTTPRouteRule } from '../../../api/kinds/gateway/v1/http-route.ts';
import type { ListenerSet } from '../../../api/kinds/gateway/v1/listener-set.ts';
import type { Listener } from '../../../api/kinds/gateway/v1/listeners.ts';
import type { ReferenceGrant } from '../../../api/kinds/gateway/v1/reference-grant.ts';
import type { TCPRoute, TLSRoute, UDPRoute } from '../../../api/kinds/gateway/v1/stream-routes.ts';
import type { RoutePolicy, RoutePolicySpec } from '../../../api/kinds/gateway/v1alpha1/route-policy.ts';
import { namespaceOf } from '../../../api/meta/v1/object.ts';
import type { ObjectMeta } from '../../../api/meta/v1/object-meta.ts';
import { atOnce } from '../../../kit/clock.ts';
import type { JwtKey } from '../../model/policy.ts';
import { type Compiled, Compiler } from '../compile.ts';
import { PoolAddresses } from '../listeners/addresses.ts';
import type { AnyRoute, GatewayWorld } from '../world.ts';

const apiVersion = 'gateway.networking.k8s.io/v1';

const meta = (name: string, more: Partial<ObjectMeta> = {}): ObjectMeta => ({
  name,
  namespace: 'ns',
  uid: `uid-${more.namespace ?? 'ns'}-${name}`,
  generation: 1,
  creationTimestamp: '2026-01-01T00:00:00Z',
  ...more,
});

export const aListener = (listener: Partial<Listener> = {}): Listener => ({
  name: 'http',
  port: 80,
  protocol: 'HTTP',
  ...listener,
});

export const aGateway = (
  name = 'gw',
  listeners: readonly Partial<Listener>[] = [{}],
  { metadata, ...spec }: Partial<Gateway['spec']> & { readonly metadata?: Partial<ObjectMeta> } = {},
): Gateway => ({
  apiVersion,
  kind: 'Gateway',
  metadata: meta(name, metadata),
  spec: { gatewayClassName: 'tiphys', listeners: listeners.map(aListener), ...spec },
});

type Parents = HTTPRoute['spec']['parentRefs'];
const PARENTS: Parents = [{ name: 'gw' }];

export const aRoute = (
  name: string,
  rules: readonly HTTPRouteRule[] = [{}],
  { metadata, ...spec }: Partial<HTTPRoute['spec']> & { readonly metadata?: Partial<ObjectMeta> } = {},
): HTTPRoute => ({
  apiVersion,
  kind: 'HTTPRoute',
  metadata: meta(name, metadata),
  spec: { parentRefs: PARENTS!, rules: [...rules], ...spec },
});

export const aGrpcRoute = (
  name: string,
  rules: NonNullable<GRPCRoute['spec']['rules']>,
  spec: Partial<GRPCRoute['spec']> = {},
): GRPCRoute => ({
  apiVersion,
  kind: 'GRPCRoute',
  metadata: meta(name),
  spec: { parentRefs: PARENTS!, rules, ...spec },
});

type StreamSpec = TCPRoute['spec'] & { readonly hostnames?: string[] };

export const aStreamRoute = (
  kind: 'TLSRoute' | 'TCPRoute' | 'UDPRoute',
  name: string,
  service: string,
  { metadata, ...spec }: Partial<StreamSpec> & { readonly metadata?: Partial<ObjectMeta> } = {},
): TLSRoute | TCPRoute | UDPRoute =>
  ({
    apiVersion,
    kind,
    metadata: meta(name, metadata),
    spec: { parentRefs: PARENTS!, rules: [{ backendRefs: [to(service)] }], ...spec },
  }) as TLSRoute | TCPRoute | UDPRoute;

export const aListenerSet = (
  name: string,
  listeners: readonly Partial<Listener>[],
  metadata: Partial<ObjectMeta> = {},
): ListenerSet => ({
  apiVersion,
  kind: 'ListenerSet',
  metadata: meta(name, metadata),
  spec: { parentRef: { name: 'gw', namespace: 'ns' }, listeners: listeners.map(aListener) },
});

export const aGrant = (from: string, kind: string, namespace: string, to: string): ReferenceGrant => ({
  apiVersion,
  kind: 'ReferenceGrant',
  metadata: meta(`${from}-${kind}`, { namespace }),
  spec: {
    from: [{ group: 'gateway.networking.k8s.io', kind, namespace: from }],
    to: [{ group: '', kind: to }],
  },
});

export const aRoutePolicy = (
  name: string,
  target: RoutePolicySpec['targetRefs'][number],
  spec: Omit<RoutePolicySpec, 'targetRefs'>,
  metadata: Partial<ObjectMeta> = {},
): RoutePolicy => ({
  apiVersion: 'gateway.tiphys.io/v1alpha1',
  kind: 'RoutePolicy',
  metadata: meta(name, metadata),
  spec: { targetRefs: [target], ...spec },
});

export const to = (name: string, weight?: number) => ({
  name,
  port: 80,
  ...(weight !== undefined && { weight }),
});

export interface Given {
  readonly gateways?: readonly Gateway[];
  readonly listenerSets?: readonly ListenerSet[];
  readonly routes?: readonly AnyRoute[];
  readonly grants?: readonly ReferenceGrant[];
  readonly policies?: readonly BackendTLSPolicy[];
  readonly routePolicies?: readonly RoutePolicy[];
  readonly secrets?: Readonly<Record<string, Secret>>;
  readonly configMaps?: Readonly<Record<string, ConfigMap>>;
  /** By URL. */
  readonly remoteKeys?: Readonly<Record<string, readonly JwtKey[] | string>>;
  readonly namespaces?: Readonly<Record<string, Record<string, string>>>;
  readonly service?: (namespace: string, name: string) => Service | undefined;
}

export const aService = (name: string, namespace: string, spec: Service['spec'] = {}): Service => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name, namespace },
  spec: {
    ports: [
      { name: 'http', port: 80 },
      { name: 'udp', port: 80, protocol: 'UDP' },
    ],
    ...spec,
  },
});

export function aWorld(given: Given): GatewayWorld {
  const policies = Map.groupBy(given.policies ?? [], namespaceOf);
  const grants = Map.groupBy(given.grants ?? [], namespaceOf);
  const services = new Map<string, Service | undefined>();
  return {
    gateways: given.gateways ?? [aGateway()],
    listenerSets: given.listenerSets ?? [],
    routes: given.routes ?? [],
    backendPolicies: given.policies ?? [],
    routePolicies: given.routePolicies ?? [],
    namespaceLabels: (name) => given.namespaces?.[name],
    reaches: () => true,
    service: (namespace, name) => {
      const key = `${namespace}/${name}`;
      if (!services.has(key))
        services.set(key, given.service ? given.service(namespace, name) : aService(name, namespace));
      return services.get(key);
    },
    slices: (namespace, name) => [
      {
        apiVersion: 'discovery.k8s.io/v1',
        kind: 'EndpointSlice',
        metadata: { name, namespace },
        addressType: 'IPv4',
        ports: [
          { name: 'http', port: 8080 },
          { name: 'udp', port: 8053, protocol: 'UDP' },
        ],
        endpoints: [{ addresses: ['10.1.0.1'] }],
      },
    ],
    secret: (namespace, name) => given.secrets?.[`${namespace}/${name}`],
    configMap: (namespace, name) => given.configMaps?.[`${namespace}/${name}`],
    remoteKeys: (_, url) => given.remoteKeys?.[url] ?? 'the key set has not been read yet',
    grants: (namespace) => grants.get(namespace) ?? [],
    policies: (namespace) => policies.get(namespace) ?? [],
  };
}

export const POOL = [2, 3, 4].map((n) => ({ outside: `127.77.0.${n}`, inside: `10.79.0.${n}` }));

export const compiled = (given: Given): Compiled =>
  atOnce(new Compiler(new PoolAddresses(POOL)).compile(aWorld(given)));
