// Which records the cluster zone has for a name: the Kubernetes DNS specification 1.1.0 (schema version of the dns-version
// record) over Services and EndpointSlices, and where that leaves a choice, what CoreDNS answers. Pure; called by answer.ts.

import { nameOf, namespaceOf } from '../../../api/meta/v1/object.ts';
import type { DnsSource } from './dns-source.ts';
import { type Entry, entriesOf, type PortQuery } from './entries.ts';
import { hostOf, podAddress, reverseAddress } from './names.ts';

export type DnsRecord =
  | {
      readonly type: 'A' | 'AAAA' | 'CNAME' | 'NS' | 'PTR' | 'TXT';
      readonly name: string;
      readonly data: string;
    }
  | {
      readonly type: 'SRV';
      readonly name: string;
      readonly data: { priority: number; weight: number; port: number; target: string };
    };

export interface Found {
  readonly answers: readonly DnsRecord[];
  /** Addresses of the names in the answers. */
  readonly additionals: readonly DnsRecord[];
  /** `namespace/name` of the only Service whose objects the answer depends on: while they do not change, nor does it. */
  readonly service?: string;
}

/** Undefined when the name does not exist (NXDOMAIN); without answers when it has no records of this type. */
export type Answer = Found | undefined;

const NOTHING: Found = { answers: [], additionals: [] };
const only = (...answers: DnsRecord[]): Found => ({ answers, additionals: [] });

/** The records of `name` (lower case, no trailing dot), which lies inside zone `domain`, of one type; an alias has its CNAME for every type. */
export function lookup(source: DnsSource, domain: string, name: string, type: string): Answer {
  if (name === domain) return type === 'NS' ? nameServer(source, domain) : NOTHING;
  const labels = name.slice(0, -domain.length - 1).split('.');
  const kind = labels.pop();
  if (kind === 'svc') return inServices(source, domain, name, labels, type);
  if (kind === 'pod') return inPods(source, name, labels, type);
  if (labels.length === 0 && kind === 'dns-version')
    return type === 'TXT' ? only({ type, name, data: '1.1.0' }) : NOTHING;
  if (labels.length === 1 && kind === 'dns' && labels[0] === 'ns')
    return only(...addressRecords(name, clusterEntries(source, domain), type));
  return kind === 'dns' && labels.length === 0 ? NOTHING : undefined;
}

/** Where this server is, as a Service. */
const [DNS_NAMESPACE, DNS_SERVICE] = ['kube-system', 'kube-dns'];

function clusterEntries(source: DnsSource, domain: string): readonly Entry[] {
  const zone = `${DNS_SERVICE}.${DNS_NAMESPACE}.svc.${domain}`;
  const found = entriesOf(source, zone, DNS_NAMESPACE, DNS_SERVICE, {});
  return found && 'entries' in found ? found.entries : [];
}

function nameServer(source: DnsSource, domain: string): Found {
  const entries = clusterEntries(source, domain);
  const name = entries[0]?.target ?? `ns.dns.${domain}`;
  return { answers: [{ type: 'NS', name: domain, data: name }], additionals: allAddresses(entries) };
}

function inServices(source: DnsSource, domain: string, name: string, labels: string[], type: string): Answer {
  const namespace = labels.pop();
  if (!namespace) return NOTHING;
  const serviceName = labels.pop();
  if (!serviceName) return source.hasNamespace(namespace) ? NOTHING : undefined;
  const query = portQuery(labels);
  const zone = `${serviceName}.${namespace}.svc.${domain}`;
  const found = query && entriesOf(source, zone, namespace, serviceName, query);
  if (!found) return undefined;
  const service = `${namespace}/${serviceName}`;
  if ('alias' in found) return { ...only({ type: 'CNAME', name, data: found.alias }), service };
  return { ...recordsOf(name, found.entries, type), service };
}

/** What the labels before a Service's name ask for; undefined when there are too many. */
function portQuery(labels: readonly string[]): PortQuery | undefined {
  if (labels.length === 0) return {};
  if (labels.length === 1) return { endpoint: labels[0]! };
  if (labels.length > 2) return undefined;
  const [port, protocol] = labels.map((label) => (label.startsWith('_') ? label.slice(1) : label));
  return { port: port!, protocol: protocol! };
}

function recordsOf(name: string, entries: readonly Entry[], type: string): Found {
  if (type === 'SRV') return serviceRecords(name, entries);
  return only(...addressRecords(name, entries, type));
}

function addressRecords(name: string, entries: readonly Entry[], type: string): DnsRecord[] {
  const addresses = new Set(entries.filter((entry) => entry.type === type).map(({ address }) => address));
  return [...addresses].map((data) => ({ type: type as 'A' | 'AAAA', name, data }));
}

function serviceRecords(name: string, entries: readonly Entry[]): Found {
  const withPort = entries.filter(({ port }) => port !== undefined);
  const targets = new Map(withPort.map((entry) => [`${entry.target} ${entry.port}`, entry]));
  const weight = Math.max(1, Math.floor(100 / targets.size));
  const answers = [...targets.values()].map(({ target, port }) => ({
    type: 'SRV' as const,
    name,
    data: { priority: 0, weight, port: port!, target },
  }));
  return { answers, additionals: allAddresses(withPort) };
}

function allAddresses(entries: readonly Entry[]): DnsRecord[] {
  const unique = new Map(entries.map((entry) => [`${entry.target} ${entry.address}`, entry]));
  return [...unique.values()].map(({ type, target, address }) => ({ type, name: target, data: address }));
}

/** `1-2-3-4.namespace.pod` is 1.2.3.4 in any namespace that exists (CoreDNS `pods insecure`). */
function inPods(source: DnsSource, name: string, labels: string[], type: string): Answer {
  const namespace = labels.pop();
  const dashed = labels.pop();
  if (!namespace) return NOTHING;
  if (!source.hasNamespace(namespace) || labels.length) return undefined;
  if (!dashed) return NOTHING;
  const address = podAddress(dashed);
  if (!address) return undefined;
  const own = address.includes(':') ? 'AAAA' : 'A';
  return type === own ? only({ type, name, data: address }) : NOTHING;
}

/** The PTR records of a name under in-addr.arpa or ip6.arpa: of the Service with that address, else of the endpoints that have it.
 *  Undefined for addresses that are not the cluster's. */
export function reverseLookup(source: DnsSource, domain: string, name: string, type: string): Answer {
  const address = reverseAddress(name);
  if (!address) return undefined;
  const [service] = source.servicesAt(address);
  const targets = service
    ? [`${nameOf(service)}.${namespaceOf(service)}.svc.${domain}`]
    : endpointsAt(source, domain, address);
  if (targets.length === 0) return undefined;
  return type === 'PTR' ? only(...targets.map((data) => ({ type: 'PTR' as const, name, data }))) : NOTHING;
}

function endpointsAt(source: DnsSource, domain: string, address: string): string[] {
  const names = source
    .endpointsAt(address)
    .map(
      ({ endpoint, namespace, service }) =>
        `${hostOf(endpoint, address)}.${service}.${namespace}.svc.${domain}`,
    );
  return [...new Set(names)];
}
