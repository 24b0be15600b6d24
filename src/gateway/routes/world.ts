// What compile.ts is given: the objects of Gateway API and what they refer to. Everything that is looked up by name may be absent.
import type { ConfigMap } from '../../api/kinds/core/v1/config-map.ts';
import type { Secret } from '../../api/kinds/core/v1/secret.ts';
import type { Service } from '../../api/kinds/core/v1/service.ts';
import type { EndpointSlice } from '../../api/kinds/discovery/v1/endpoint-slice.ts';
import type { BackendTLSPolicy } from '../../api/kinds/gateway/v1/backend-tls-policy.ts';
import type { Gateway } from '../../api/kinds/gateway/v1/gateway.ts';
import type { GRPCRoute } from '../../api/kinds/gateway/v1/grpc-route.ts';
import type { HTTPRoute } from '../../api/kinds/gateway/v1/http-route.ts';
import type { ListenerSet } from '../../api/kinds/gateway/v1/listener-set.ts';
import type { ReferenceGrant } from '../../api/kinds/gateway/v1/reference-grant.ts';
import type { TCPRoute, TLSRoute, UDPRoute } from '../../api/kinds/gateway/v1/stream-routes.ts';
import type { RoutePolicy } from '../../api/kinds/gateway/v1alpha1/route-policy.ts';
import type { JwtKey } from '../model/policy.ts';

export type AnyRoute = HTTPRoute | GRPCRoute | TLSRoute | TCPRoute | UDPRoute;

/** What a route's own part of the model depends on. */
export interface Lookups {
  service(namespace: string, name: string): Readonly<Service> | undefined;
  slices(namespace: string, service: string): readonly Readonly<EndpointSlice>[];
  secret(namespace: string, name: string): Readonly<Secret> | undefined;
  configMap(namespace: string, name: string): Readonly<ConfigMap> | undefined;
  /** Of a URL that an object of the namespace names; a text says why there are none. */
  remoteKeys(namespace: string, url: string): readonly JwtKey[] | string;
  /** Of the namespace that is referred to. */
  grants(namespace: string): readonly Readonly<ReferenceGrant>[];
  /** Of the Service's namespace. */
  policies(namespace: string): readonly Readonly<BackendTLSPolicy>[];
  /** Whether the proxy may connect to an address. */
  reaches(ip: string): boolean;
}

export interface GatewayWorld extends Lookups {
  /** Those of our classes. */
  readonly gateways: readonly Readonly<Gateway>[];
  readonly listenerSets: readonly Readonly<ListenerSet>[];
  /** Of every kind. */
  readonly routes: readonly Readonly<AnyRoute>[];
  readonly backendPolicies: readonly Readonly<BackendTLSPolicy>[];
  readonly routePolicies: readonly Readonly<RoutePolicy>[];
  namespaceLabels(name: string): Readonly<Record<string, string>> | undefined;
}
