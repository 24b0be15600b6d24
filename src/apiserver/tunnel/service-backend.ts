// The backend of a request to a service: one of its ready endpoints, chosen at random. Called by the service proxy
// (handlers/subresources/connect.ts) and by webhooks. Upstream: pkg/registry/core/service/storage (ResourceLocation).
import { isEndpointReady } from '../../api/endpoints/conditions.ts';
import { SERVICE_NAME_LABEL, slicePort } from '../../api/endpoints/slices.ts';
import type { Service } from '../../api/kinds/core/v1/service.ts';
import type { Endpoint, EndpointSlice } from '../../api/kinds/discovery/v1/endpoint-slice.ts';
import { notFound, serviceUnavailable } from '../../api/status/status-error.ts';
import { scopeOf } from '../../kit/ip-scope.ts';
import type { Random } from '../../kit/random.ts';
import type { ResourceCache } from '../watch-cache/resource-cache.ts';

export interface Backend {
  readonly host: string;
  readonly port: number;
}

export interface Backends {
  readonly random: Random;
  readonly services: { readonly cache: Pick<ResourceCache<Service>, 'get'> };
  readonly slices: { readonly cache: Pick<ResourceCache<EndpointSlice>, 'items'> };
}

/** Where the port of a Service is served; undefined if nowhere. Throws if there is no such Service or port. */
export type ServiceResolver = (namespace: string, name: string, port: number) => Backend | undefined;

/**
 * `port` is a name, a number, or empty if the service has only one; `accepts` decides on each address of an endpoint.
 * Undefined if there is no endpoint that is ready and accepted.
 */
export function serviceBackend(
  { random, services, slices }: Backends,
  namespace: string,
  name: string,
  port: string,
  accepts: (endpoint: Readonly<Endpoint>, address: string) => boolean = () => true,
): Backend | undefined {
  const service = services.cache.get(namespace, name);
  if (!service) throw notFound({ resource: 'services' }, name);
  const portName = portNameOf(service.object, port);
  const backends: Backend[] = [];
  for (const { labels, object: slice } of slices.cache.items(namespace)) {
    if (labels[SERVICE_NAME_LABEL] !== name) continue;
    const target = slicePort(slice, portName);
    if (target === undefined) continue;
    if (slice.addressType === 'FQDN') continue;
    for (const endpoint of (slice.endpoints ?? []).filter(isEndpointReady))
      for (const host of endpoint.addresses)
        if (scopeOf(host) === 'global' && accepts(endpoint, host)) backends.push({ host, port: target });
  }
  return backends[Math.floor(random.float() * backends.length)];
}

function portNameOf({ spec, metadata }: Service, port: string): string {
  const ports = spec?.ports ?? [];
  if (port === '') {
    if (ports.length === 1) return ports[0]!.name ?? '';
    if (ports.some((p) => !p.name)) return '';
  }
  const found = ports.find((p) => p.name === port || String(p.port) === port);
  if (found) return found.name ?? '';
  throw serviceUnavailable(
    `no service port ${JSON.stringify(port)} found for service ${JSON.stringify(metadata.name)}`,
  );
}
