// Which records the cluster zone has for a name: the Kubernetes DNS specification 1.1.0 (schema version of the dns-version
// record) over Services and EndpointSlices, and where that leaves a choice, what CoreDNS answers. Pure; called by zone.ts.

import { nameOf, namespaceOf } from '../../../api/meta/v1/object.ts';
import { TYPE } from '../message/codes.ts';
import { addressRecord, type DnsRecord, nameRecord, serviceRecord, textRecord } from '../message/record.ts';
import type { DnsSource } from './dns-source.ts';
import { hostOf, podAddress, reverseAddress } from './names.ts';
import type { ServiceBook } from './service-book.ts';
import type { Entry, ServiceNames } from './service-names.ts';
import { soaRecord, TTL } from './soa.ts';

export interface Found {
  readonly answers: readonly DnsRecord[];
  /** Addresses of the names in the answers. */
  readonly additionals: readonly DnsRecord[];
  /** The target of an alias, whose CNAME is the answer to every type. */
  readonly alias?: string;
  /** `namespace/name` of the only Service whose objects the answer depends on: while they do not change, nor does it. */
  readonly service?: string;
}

export interface ZoneData {
  readonly source: DnsSource;
  readonly services: ServiceBook;
  /** E.g. cluster.local */
  readonly domain: string;
}

/** Of what only a new version of this server changes. */
const FIXED_TTL = 28_800;
/** As many as fit into a response over TCP, and one more, so that it is marked as truncated: of 16 bytes and of 42 at least. */
const MOST_ADDRESSES = 4_096;
const MOST_SERVICES = 1_600;
const NOTHING: Found = { answers: [], additionals: [] };
const only = (...answers: DnsRecord[]): Found => ({ answers, additionals: [] });

/** The records of one type that `name` (lower case) has, which lies inside of the zone. Undefined when the name does not exist
 *  (NXDOMAIN); without answers when it has no records of this type. */
export function lookup(data: ZoneData, name: string, type: number): Found | undefined {
  const { domain } = data;
  if (name === domain) return atApex(data, type);
  const labels = name.slice(0, -domain.length - 1).split('.');
  const kind = labels.pop();
  if (kind === 'svc') return inServices(data, name, labels, type);
  if (kind === 'pod') return inPods(data.source, name, labels, type);
  if (kind === 'dns-version' && labels.length === 0)
    return type === TYPE.TXT ? only(textRecord(name, '1.1.0', FIXED_TTL)) : NOTHING;
  // The server that the SOA record names.
  if (kind === 'dns' && labels.length === 0) return NOTHING;
  return kind === 'dns' && labels.join('.') === 'ns'
    ? only(...addresses(name, ownEntries(data), type))
    : undefined;
}

/** Of this server's Service. */
const ownEntries = ({ services }: ZoneData): readonly Entry[] =>
  services.get('kube-system', 'kube-dns')?.entries ?? [];

function atApex(data: ZoneData, type: number): Found {
  if (type === TYPE.SOA) return only(soaRecord(data.domain));
  return type === TYPE.NS ? nameServer(data) : NOTHING;
}

function nameServer(data: ZoneData): Found {
  const entries = ownEntries(data);
  const name = entries[0]?.target ?? `ns.dns.${data.domain}`;
  return { answers: [nameRecord(data.domain, TYPE.NS, name, TTL)], additionals: targetAddresses(entries) };
}

function inServices(data: ZoneData, name: string, labels: string[], type: number): Found | undefined {
  const namespace = labels.pop();
  if (namespace === undefined) return NOTHING;
  const serviceName = labels.pop();
  if (serviceName === undefined) return data.source.hasNamespace(namespace) ? NOTHING : undefined;
  const names = data.services.get(namespace, serviceName);
  if (!names) return undefined;
  const service = `${namespace}/${serviceName}`;
  if (names.alias && labels.length === 0) {
    const answers = [nameRecord(name, TYPE.CNAME, names.alias, TTL)];
    return { answers, additionals: [], alias: names.alias, service };
  }
  const entries = entriesAt(names, labels);
  return entries.length ? { ...recordsOf(name, entries, type), service } : undefined;
}

/** What has the name that these labels make, before a Service's name: an endpoint, or a port with its protocol. */
function entriesAt(names: ServiceNames, labels: readonly string[]): readonly Entry[] {
  const [first, second] = labels;
  if (first === undefined) return names.entries;
  if (second === undefined) return names.host(first);
  if (labels.length > 2) return [];
  const [port, wanted] = [withoutUnderscore(first), withoutUnderscore(second)];
  return names.entries.filter(({ portName, protocol }) => portName === port && protocol === wanted);
}

const withoutUnderscore = (label: string) => (label.startsWith('_') ? label.slice(1) : label);

const recordsOf = (name: string, entries: readonly Entry[], type: number): Found =>
  type === TYPE.SRV ? serviceRecords(name, entries) : only(...addresses(name, entries, type));

function addresses(name: string, entries: readonly Entry[], type: number): DnsRecord[] {
  if (type !== TYPE.A && type !== TYPE.AAAA) return [];
  const unique = new Set(entries.filter((entry) => entry.type === type).map(({ address }) => address));
  return [...unique].slice(0, MOST_ADDRESSES).map((address) => addressRecord(name, address, TTL));
}

function serviceRecords(name: string, entries: readonly Entry[]): Found {
  const withPort = entries.filter(({ port }) => port !== undefined);
  const targets = new Map(withPort.map((entry) => [`${entry.target} ${entry.port}`, entry]));
  const chosen = [...targets.values()].slice(0, MOST_SERVICES);
  const weight = Math.max(1, Math.floor(100 / targets.size));
  const answers = chosen.map(({ target, port }) =>
    serviceRecord(name, { priority: 0, weight, port: port!, target }, TTL),
  );
  return { answers, additionals: chosen.length < MOST_SERVICES ? targetAddresses(withPort) : [] };
}

function targetAddresses(entries: readonly Entry[]): DnsRecord[] {
  const unique = new Map(entries.map((entry) => [`${entry.target} ${entry.address}`, entry]));
  return [...unique.values()].map(({ target, address }) => addressRecord(target, address, TTL));
}

/** `1-2-3-4.namespace.pod` is 1.2.3.4 in any namespace that exists (CoreDNS `pods insecure`). */
function inPods(source: DnsSource, name: string, labels: string[], type: number): Found | undefined {
  const namespace = labels.pop();
  if (namespace === undefined) return NOTHING;
  const dashed = labels.pop();
  if (!source.hasNamespace(namespace) || labels.length > 0) return undefined;
  if (dashed === undefined) return NOTHING;
  const address = podAddress(dashed);
  if (!address) return undefined;
  const record = addressRecord(name, address, TTL);
  return record.type === type ? only(record) : NOTHING;
}

/** The PTR records of a name under in-addr.arpa or ip6.arpa: of the Service with that address, else of the endpoints that have it.
 *  Undefined for addresses that are not the cluster's. */
export function reverseLookup({ source, domain }: ZoneData, name: string, type: number): Found | undefined {
  const address = reverseAddress(name);
  if (!address) return undefined;
  const [service] = source.servicesAt(address);
  const targets = service
    ? [`${nameOf(service)}.${namespaceOf(service)}.svc.${domain}`]
    : endpointsAt(source, domain, address);
  if (targets.length === 0) return undefined;
  return type === TYPE.PTR
    ? only(...targets.map((target) => nameRecord(name, TYPE.PTR, target, TTL)))
    : NOTHING;
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
