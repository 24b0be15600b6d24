// What goes into a pod's /etc/resolv.conf, by its dnsPolicy and dnsConfig, and what has to be said about it. Pure.
// Follows pkg/kubelet/network/dns.
import { isIPv6 } from 'node:net';
import type { DNSConfig } from '../../cri/runtime.ts';
import { addAll } from '../../kit/lists.ts';
import { isHostNetwork, type Pod, podName, podNamespace, podUid, specOf } from '../pod.ts';

export interface DnsSettings {
  readonly clusterDNS: readonly string[];
  readonly clusterDomain: string;
  /** The node's own resolv.conf, already read; undefined where pods must not ask the node's servers. */
  readonly host: Required<DNSConfig> | undefined;
  readonly nodeIPs: readonly string[];
}

export interface PodDns {
  readonly config: Required<DNSConfig>;
  /** Events of the pod. */
  readonly warnings: readonly { readonly reason: string; readonly message: string }[];
}

const MAX_SERVERS = 3;
const MAX_SEARCHES = 32;
/** Characters of all search domains with the spaces between them. */
const MAX_SEARCH_LINE = 2_048;
/** Longer ones make glibc abort. */
const MAX_SEARCH = 253;

export function podDns(pod: Pod, settings: DnsSettings): PodDns {
  const { servers, searches, options } = withOwn(pod, baseOf(pod, settings));
  const kept = { servers: servers.slice(0, MAX_SERVERS), searches: fitting(searches) };
  const warnings = [
    ...missingServer(pod, settings),
    ...(kept.servers.length < servers.length
      ? [omitted('Nameserver limits were exceeded, some nameservers', 'nameserver line', kept.servers)]
      : []),
    ...(kept.searches.length < searches.length
      ? [omitted('Search Line limits were exceeded, some search paths', 'search line', kept.searches)]
      : []),
  ];
  return { config: { ...kept, options: [...options] }, warnings };
}

const omitted = (what: string, line: string, applied: readonly string[]) => ({
  reason: 'DNSConfigForming',
  message: `${what} have been omitted, the applied ${line} is: ${applied.join(' ')}`,
});

function missingServer(pod: Pod, { clusterDNS }: DnsSettings): PodDns['warnings'] {
  if (clusterDNS.length > 0 || !asksCluster(pod)) return [];
  const name = `${podName(pod)}_${podNamespace(pod)}(${podUid(pod)})`;
  const message = `pod: "${name}". kubelet does not have ClusterDNS IP configured and cannot create Pod using "ClusterFirst" policy. Falling back to "Default" policy.`;
  return [{ reason: 'MissingClusterDNS', message }];
}

function asksCluster(pod: Pod): boolean {
  const { dnsPolicy = 'ClusterFirst' } = specOf(pod);
  return dnsPolicy === 'ClusterFirstWithHostNet' || (dnsPolicy === 'ClusterFirst' && !isHostNetwork(pod));
}

function baseOf(pod: Pod, settings: DnsSettings): Required<DNSConfig> {
  const { clusterDNS, clusterDomain, host, nodeIPs } = settings;
  if (specOf(pod).dnsPolicy === 'None') return { servers: [], searches: [], options: [] };
  if (!asksCluster(pod) || clusterDNS.length === 0) return host ?? noServers(nodeIPs);
  const own = clusterDomain
    ? [`${podNamespace(pod)}.svc.${clusterDomain}`, `svc.${clusterDomain}`, clusterDomain]
    : [];
  return {
    servers: [...clusterDNS],
    searches: unique([...own, ...(host?.searches ?? [])]),
    options: ['ndots:5'],
  };
}

/** Resolvers ask the pod itself, where nobody answers. Without servers the runtime would take the node's. */
function noServers(nodeIPs: readonly string[]): Required<DNSConfig> {
  const servers = unique(nodeIPs.map((ip) => (isIPv6(ip) ? '::1' : '127.0.0.1')));
  return { servers: servers.length ? servers : ['127.0.0.1'], searches: ['.'], options: [] };
}

function withOwn(pod: Pod, base: Required<DNSConfig>): Required<DNSConfig> {
  const own = specOf(pod).dnsConfig;
  if (!own) return base;
  const given = (own.options ?? []).map(({ name = '', value }) => (value ? `${name}:${value}` : name));
  return {
    servers: unique([...base.servers, ...(own.nameservers ?? [])]),
    searches: unique([...base.searches, ...(own.searches ?? [])]),
    options: mergeOptions([...base.options, ...given]),
  };
}

/** The search domains that fit the limits. */
function fitting(searches: readonly string[]): string[] {
  const kept: string[] = [];
  let length = -1;
  for (const search of searches.slice(0, MAX_SEARCHES)) {
    if (search.length > MAX_SEARCH) continue;
    length += 1 + search.length;
    if (length > MAX_SEARCH_LINE) break;
    kept.push(search);
  }
  return kept;
}

/** The last of each name counts. */
const mergeOptions = (options: readonly string[]): string[] => [
  ...new Map(options.map((option) => [option.split(':')[0]!, option])).values(),
];

const unique = (values: readonly string[]): string[] => [...new Set(values)];

/** The last line of search domains counts, as in the C library; `domain` is not for pods. */
export function parseResolvConf(text: string): Required<DNSConfig> {
  const servers: string[] = [];
  let searches: string[] = [];
  const options: string[] = [];
  for (const line of text.split('\n')) {
    const [word, ...rest] = line.trim().split(/\s+/);
    if (word === 'nameserver' && rest[0]) servers.push(rest[0]);
    if (word === 'search')
      searches = rest.map((domain) => (domain === '.' ? domain : domain.replace(/\.$/, '')));
    if (word === 'options') addAll(options, rest);
  }
  return { servers, searches, options: mergeOptions(options) };
}
