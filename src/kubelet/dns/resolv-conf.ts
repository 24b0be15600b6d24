// What goes into a pod's /etc/resolv.conf, by its dnsPolicy and dnsConfig. Pure.
import type { DNSConfig } from '../../cri/runtime.ts';
import { isHostNetwork, type Pod, podNamespace, specOf } from '../pod.ts';

export interface DnsSettings {
  readonly clusterDNS: readonly string[];
  readonly clusterDomain: string;
  /** The node's own resolv.conf, already read. */
  readonly host: Required<DNSConfig>;
}

const MAX_SERVERS = 3;
const MAX_SEARCHES = 32;

export function podDns(pod: Pod, settings: DnsSettings): DNSConfig {
  const spec = specOf(pod);
  const base = baseOf(pod, settings);
  const own = spec.dnsConfig;
  if (!own) return base;
  return {
    servers: unique([...(base.servers ?? []), ...(own.nameservers ?? [])]).slice(0, MAX_SERVERS),
    searches: unique([...(base.searches ?? []), ...(own.searches ?? [])]).slice(0, MAX_SEARCHES),
    options: mergeOptions(base.options ?? [], own.options ?? []),
  };
}

function baseOf(pod: Pod, { clusterDNS, clusterDomain, host }: DnsSettings): DNSConfig {
  const policy = specOf(pod).dnsPolicy ?? 'ClusterFirst';
  if (policy === 'None') return { servers: [], searches: [], options: [] };
  const cluster = policy === 'ClusterFirstWithHostNet' || (policy === 'ClusterFirst' && !isHostNetwork(pod));
  if (!cluster || clusterDNS.length === 0) return host;
  const searches = clusterDomain
    ? [`${podNamespace(pod)}.svc.${clusterDomain}`, `svc.${clusterDomain}`, clusterDomain]
    : [];
  return {
    servers: clusterDNS.slice(0, MAX_SERVERS),
    searches: unique([...searches, ...host.searches]).slice(0, MAX_SEARCHES),
    options: ['ndots:5'],
  };
}

function mergeOptions(base: readonly string[], own: readonly { name?: string; value?: string }[]): string[] {
  const merged = new Map(base.map((option) => [option.split(':')[0]!, option]));
  for (const { name = '', value } of own) merged.set(name, value === undefined ? name : `${name}:${value}`);
  return [...merged.values()];
}

const unique = (values: readonly string[]): string[] => [...new Set(values)];

export function parseResolvConf(text: string): Required<DNSConfig> {
  const servers: string[] = [];
  let searches: string[] = [];
  let options: string[] = [];
  for (const line of text.split('\n')) {
    const [word, ...rest] = line.trim().split(/\s+/);
    if (word === 'nameserver' && rest[0]) servers.push(rest[0]);
    if (word === 'search' || word === 'domain') searches = rest;
    if (word === 'options') options = rest;
  }
  return { servers, searches, options };
}
