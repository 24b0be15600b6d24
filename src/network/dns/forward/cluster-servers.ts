// Servers of stub domains that are Services of the cluster: asked at their endpoints, since cluster IPs lead somewhere inside of nodes
// only, and this server may be outside.
import { usableEndpoints } from '../../../api/endpoints/conditions.ts';
import { slicePort } from '../../../api/endpoints/slices.ts';
import { nameOf, namespaceOf } from '../../../api/meta/v1/object.ts';
import type { Random } from '../../../kit/random.ts';
import type { DnsSource } from '../zone/dns-source.ts';
import { canonical } from '../zone/names.ts';
import type { ServerAddress } from './server-address.ts';

export interface RouteOptions {
  readonly source: DnsSource;
  /** Only servers inside of the cluster are asked. */
  readonly isolated: boolean;
  readonly random: Pick<Random, 'float'>;
}

/** Where a server is asked; undefined when it cannot be, or must not. */
export function routeTo(
  { source, isolated, random }: RouteOptions,
  server: ServerAddress,
): ServerAddress | undefined {
  const [service] = source.servicesAt(canonical(server.host));
  if (!service) return isolated ? undefined : server;
  const port = service.spec?.ports?.find((one) => one.port === server.port && one.protocol === 'UDP');
  if (!port) return undefined;
  const slices = source.slices(namespaceOf(service), nameOf(service));
  const endpoints = slices.flatMap((slice) => {
    const number = slicePort(slice, port.name ?? '');
    return number ? (slice.endpoints ?? []).map((endpoint) => ({ ...endpoint, port: number })) : [];
  });
  const usable = usableEndpoints(endpoints);
  const chosen = usable[Math.floor(random.float() * usable.length)];
  return chosen && { host: chosen.addresses[0]!, port: chosen.port };
}
