// Where a request for a service may go: one of its ready endpoints, chosen by chance.
import { isEndpointReady } from '../../api/endpoints/conditions.ts';
import { SERVICE_NAME_LABEL, slicePort } from '../../api/endpoints/slices.ts';
import type { Service } from '../../api/kinds/core/v1/service.ts';
import type { EndpointSlice } from '../../api/kinds/discovery/v1/endpoint-slice.ts';
import { notFound, serviceUnavailable } from '../../api/status/status-error.ts';
import type { Random } from '../../kit/random.ts';
import type { Served } from '../registry/served.ts';

export interface Backend {
  readonly host: string;
  readonly port: number;
}

export interface Backends {
  readonly random: Random;
  served(group: string, version: string, resource: string): Served | undefined;
}

/** `port` is a name, a number, or empty when the service has only one. */
export function serviceBackend(
  { random, served }: Backends,
  namespace: string,
  name: string,
  port: string,
): Backend | undefined {
  const service = served('', 'v1', 'services')!.cache.get(namespace, name);
  if (!service) throw notFound({ resource: 'services' }, name);
  const portName = portNameOf(service.object as unknown as Service, port);
  const slices = served('discovery.k8s.io', 'v1', 'endpointslices')!.cache.items(namespace);
  const backends: Backend[] = [];
  for (const item of slices) {
    if (item.labels[SERVICE_NAME_LABEL] !== name) continue;
    const slice = item.object as unknown as EndpointSlice;
    const target = slicePort(slice, portName);
    if (target === undefined) continue;
    for (const { addresses } of (slice.endpoints ?? []).filter(isEndpointReady))
      backends.push(...addresses.map((host) => ({ host, port: target })));
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
