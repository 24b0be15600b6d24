// Which records the cluster zone has for a name: the Kubernetes DNS specification 1.1.0 (schema version of the dns-version
// record) over Services and EndpointSlices. Pure; server.ts asks.

import { isIPv4 } from 'node:net';
import { isEndpointReady } from '../../api/endpoints/conditions.ts';
import { serviceNameOf } from '../../api/endpoints/slices.ts';
import type { Service } from '../../api/kinds/core/v1/service.ts';
import type { EndpointSlice } from '../../api/kinds/discovery/v1/endpoint-slice.ts';
import { nameOf, namespaceOf } from '../../api/meta/v1/object.ts';

export interface DnsSource {
  service(namespace: string, name: string): Service | undefined;
  /** The slices of a Service. */
  slices(namespace: string, name: string): readonly EndpointSlice[];
  /** Services with that cluster IP. */
  servicesAt(address: string): readonly Service[];
  /** Slices with a ready endpoint there that has a hostname. */
  slicesAt(address: string): readonly EndpointSlice[];
  hasNamespace(name: string): boolean;
}

export type DnsRecord =
  | { readonly type: 'A' | 'AAAA' | 'CNAME' | 'PTR'; readonly name: string; readonly data: string }
  | { readonly type: 'TXT'; readonly name: string; readonly data: string }
  | {
      readonly type: 'SRV';
      readonly name: string;
      readonly data: { priority: number; weight: number; port: number; target: string };
    };

/** Undefined when the name does not exist (NXDOMAIN); an empty list when it exists with records of other types only. */
export type Answer = readonly DnsRecord[] | undefined;

/** All records of `name` (lower case, no trailing dot), which lies inside zone `domain` or under in-addr.arpa. */
export function lookup(source: DnsSource, domain: string, name: string): Answer {
  if (name.endsWith('.in-addr.arpa')) return reverse(source, domain, name);
  if (name === domain) return [];
  const labels = name.slice(0, -domain.length - 1).split('.');
  const kind = labels.pop();
  if (kind === 'dns-version' && labels.length === 0) return [{ type: 'TXT', name, data: '1.1.0' }];
  if (kind === 'svc') return inServices(source, domain, name, labels);
  if (kind === 'pod') return inPods(source, name, labels);
  return undefined;
}

function inServices(source: DnsSource, domain: string, name: string, labels: string[]): Answer {
  const namespace = labels.pop();
  if (!namespace) return [];
  const serviceName = labels.pop();
  if (!serviceName) return source.hasNamespace(namespace) ? [] : undefined;
  const service = source.service(namespace, serviceName);
  if (!service?.spec) return undefined;
  const zone = `${serviceName}.${namespace}.svc.${domain}`;
  if (service.spec.type === 'ExternalName')
    return labels.length ? undefined : [{ type: 'CNAME', name, data: service.spec.externalName ?? '' }];
  const headless = service.spec.clusterIP === 'None';
  const hosts = headless ? headlessHosts(source.slices(namespace, serviceName)) : [];
  if (labels.length === 0) return headless ? addresses(name, hosts) : clusterAddresses(name, service);
  if (labels.length === 1) {
    const matching = hosts.filter((host) => host.label === labels[0]);
    return matching.length ? addresses(name, matching) : undefined;
  }
  const [port, protocol] = labels;
  if (labels.length === 2 && port?.startsWith('_') && protocol?.startsWith('_'))
    return serviceRecords(name, zone, service, hosts, port.slice(1), protocol.slice(1));
  return undefined;
}

interface Host {
  readonly label: string;
  readonly address: string;
  readonly type: 'A' | 'AAAA';
  readonly ports: readonly { name: string; protocol: string; port: number }[];
}

/** The endpoints of a headless Service that have records: the ready ones, as in CoreDNS. */
function headlessHosts(slices: readonly EndpointSlice[]): Host[] {
  return slices.flatMap((slice) => {
    if (slice.addressType === 'FQDN') return [];
    const type = slice.addressType === 'IPv6' ? 'AAAA' : 'A';
    const ports = (slice.ports ?? []).map((p) => ({
      name: p.name ?? '',
      protocol: (p.protocol ?? 'TCP').toLowerCase(),
      port: p.port ?? 0,
    }));
    return (slice.endpoints ?? []).filter(isEndpointReady).flatMap((endpoint) =>
      endpoint.addresses.map((address) => ({
        label: endpoint.hostname ?? address.replace(/[.:]/g, '-'),
        address,
        type: type as Host['type'],
        ports,
      })),
    );
  });
}

function addresses(name: string, hosts: readonly Host[]): DnsRecord[] {
  const seen = new Set<string>();
  return hosts
    .filter((host) => !seen.has(host.address) && seen.add(host.address))
    .map((host) => ({ type: host.type, name, data: host.address }));
}

const clusterAddresses = (name: string, service: Service): DnsRecord[] =>
  (service.spec?.clusterIPs ?? []).map((ip) => ({ type: ip.includes(':') ? 'AAAA' : 'A', name, data: ip }));

function serviceRecords(
  name: string,
  zone: string,
  service: Service,
  hosts: readonly Host[],
  port: string,
  protocol: string,
): Answer {
  if (service.spec?.clusterIP !== 'None') {
    const found = service.spec?.ports?.find(
      (p) => p.name === port && (p.protocol ?? 'TCP').toLowerCase() === protocol,
    );
    if (!found) return undefined;
    return [{ type: 'SRV', name, data: { priority: 0, weight: 100, port: found.port, target: zone } }];
  }
  const targets = hosts.flatMap((host) =>
    host.ports
      .filter((p) => p.name === port && p.protocol === protocol)
      .map((p) => ({ target: `${host.label}.${zone}`, port: p.port })),
  );
  if (targets.length === 0) return undefined;
  const weight = Math.max(1, Math.floor(100 / targets.length));
  return targets.map(({ target, port }) => ({
    type: 'SRV',
    name,
    data: { priority: 0, weight, port, target },
  }));
}

/** `1-2-3-4.namespace.pod` is 1.2.3.4 in any namespace that exists (CoreDNS `pods insecure`). */
function inPods(source: DnsSource, name: string, labels: string[]): Answer {
  const namespace = labels.pop();
  const dashed = labels.pop();
  if (!namespace) return [];
  if (!source.hasNamespace(namespace) || labels.length) return undefined;
  if (!dashed) return [];
  const data = dashed.replaceAll('-', '.');
  return isIPv4(data) && !dashed.includes('.') ? [{ type: 'A', name, data }] : undefined;
}

function reverse(source: DnsSource, domain: string, name: string): Answer {
  const ip = name.slice(0, -'.in-addr.arpa'.length).split('.').reverse().join('.');
  const [service] = source.servicesAt(ip);
  if (service) return [pointer(name, `${nameOf(service)}.${namespaceOf(service)}.svc.${domain}`)];
  const found = source.slicesAt(ip).flatMap((slice) => {
    const owner = serviceNameOf(slice);
    const endpoint = slice.endpoints?.find(
      (e) => isEndpointReady(e) && e.addresses.includes(ip) && e.hostname,
    );
    return owner && endpoint ? [`${endpoint.hostname}.${owner}.${namespaceOf(slice)}.svc.${domain}`] : [];
  });
  return found.length ? [pointer(name, found[0]!)] : undefined;
}

const pointer = (name: string, data: string): DnsRecord => ({ type: 'PTR', name, data });
