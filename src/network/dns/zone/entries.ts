// What a Service offers under its name and the names below it: its cluster IPs, its endpoints, or the name it is an alias of. Pure.
import { isIP } from 'node:net';
import { isEndpointReady } from '../../../api/endpoints/conditions.ts';
import type { Service } from '../../../api/kinds/core/v1/service.ts';
import type { EndpointSlice } from '../../../api/kinds/discovery/v1/endpoint-slice.ts';
import type { DnsSource } from './dns-source.ts';
import { hostOf } from './names.ts';

/** An address with a port, and the name that has this address. */
export interface Entry {
  readonly type: 'A' | 'AAAA';
  readonly address: string;
  /** Undefined for endpoints without ports. */
  readonly port: number | undefined;
  readonly target: string;
}

/** The labels before a Service's name, in lower case: those of an endpoint, or of a port and protocol. */
export interface PortQuery {
  readonly endpoint?: string;
  readonly port?: string;
  readonly protocol?: string;
}

/** Undefined when the name does not exist. `zone` is the Service's own name. */
export function entriesOf(
  source: DnsSource,
  zone: string,
  namespace: string,
  name: string,
  query: PortQuery,
): { readonly entries: readonly Entry[] } | { readonly alias: string } | undefined {
  const spec = source.service(namespace, name)?.spec;
  if (!spec) return undefined;
  if (spec.type === 'ExternalName') {
    const alias = spec.externalName ?? '';
    // Only the Service itself is an alias; and of no address, as the API warns.
    return query.endpoint || query.port !== undefined || !alias || isIP(alias) ? undefined : { alias };
  }
  const entries =
    spec.clusterIP === 'None' || query.endpoint
      ? source.slices(namespace, name).flatMap((slice) => endpointEntries(slice, zone, query))
      : clusterEntries(spec, zone, query);
  return entries.length > 0 ? { entries } : undefined;
}

function clusterEntries(spec: NonNullable<Service['spec']>, zone: string, query: PortQuery): Entry[] {
  const ports = (spec.ports ?? []).filter((port) => matches(query, port));
  return ports.flatMap(({ port }) =>
    (spec.clusterIPs ?? []).map((address) => ({ type: typeOf(address), address, port, target: zone })),
  );
}

/** Of the ready endpoints, as in CoreDNS. */
function endpointEntries(slice: EndpointSlice, zone: string, query: PortQuery): Entry[] {
  if (slice.addressType === 'FQDN') return [];
  const all: { name?: string; protocol?: string; port?: number }[] = slice.ports?.length ? slice.ports : [{}];
  const ports = all.filter((port) => matches(query, port));
  if (ports.length === 0) return [];
  return (slice.endpoints ?? []).filter(isEndpointReady).flatMap((endpoint) =>
    endpoint.addresses.flatMap((address) => {
      const host = hostOf(endpoint, address);
      if (query.endpoint && host !== query.endpoint) return [];
      const target = `${host}.${zone}`;
      return ports.map(({ port }) => ({ type: typeOf(address), address, port, target }));
    }),
  );
}

function matches({ port, protocol }: PortQuery, given: { name?: string; protocol?: string }): boolean {
  if (port === undefined || protocol === undefined) return true;
  return (given.name ?? '') === port && (given.protocol ?? 'TCP').toLowerCase() === protocol;
}

const typeOf = (address: string): Entry['type'] => (address.includes(':') ? 'AAAA' : 'A');
