// The counts of the server under CoreDNS' names. Loaded when somebody asks for them.
import { labelText, metricHead, metricText, type Sample } from '../../../kit/metrics.ts';
import type { ReplyCache } from '../forward/reply-cache.ts';
import { TYPE } from '../message/codes.ts';
import type { DnsCounts, MessageSizes } from './counts.ts';

const SERVER = { server: 'dns://:53' };
const ZONE = { ...SERVER, zone: '.', view: '' };
const ZONES = { ...SERVER, zones: '.', view: '' };
const PROXY = { proxy_name: 'forward' };

/** Types that CoreDNS counts by name. */
const TYPES = { ...TYPE, DS: 43, RRSIG: 46, NSEC: 47, DNSKEY: 48, NSEC3: 50, SVCB: 64 };
const TYPE_NAMES = new Map<number, string>(Object.entries(TYPES).map(([name, number]) => [number, name]));
const RCODES = ['NOERROR', 'FORMERR', 'SERVFAIL', 'NXDOMAIN', 'NOTIMP', 'REFUSED'];
const rcodeName = (rcode: number) => RCODES[rcode] ?? String(rcode);

export function metricsPage(counts: DnsCounts, cache: ReplyCache): string {
  return [
    requests(counts),
    responses(counts),
    metricText('coredns_panics_total', 'counter', 'Queries that failed in the server.', [
      [{}, counts.panics],
    ]),
    metricText('coredns_autopath_success_total', 'counter', 'Searches that were answered at once.', [
      [SERVER, counts.searches],
    ]),
    forwarding(counts),
    caching(cache),
  ].join('');
}

function requests({ transports, durations, sizes }: DnsCounts): string {
  const samples = transports.flatMap(({ proto, family, requests }) => {
    const byName = new Map<string, number>();
    requests.forEach((count, type) => {
      const name = TYPE_NAMES.get(type) ?? 'other';
      if (count > 0) byName.set(name, (byName.get(name) ?? 0) + count);
    });
    return [...byName].map(
      ([type, count]): Sample => [{ ...ZONE, proto, family: String(family), type }, count],
    );
  });
  const dnssecOk = transports.reduce((sum, transport) => sum + transport.dnssecOk, 0);
  const sizesOf = (name: string, help: string, of: keyof MessageSizes) =>
    metricHead(name, 'histogram', help) +
    (['udp', 'tcp'] as const)
      .map((proto) => sizes[proto][of].render(name, labelText({ ...ZONE, proto })))
      .join('');
  const duration = 'coredns_dns_request_duration_seconds';
  return [
    metricText('coredns_dns_requests_total', 'counter', 'Queries by protocol, IP family and type.', samples),
    metricHead(duration, 'histogram', 'Time that queries took, in seconds.'),
    durations.render(duration, labelText(ZONE)),
    sizesOf('coredns_dns_request_size_bytes', 'Bytes of queries.', 'requests'),
    metricText('coredns_dns_do_requests_total', 'counter', 'Queries with the DO bit.', [[ZONE, dnssecOk]]),
    sizesOf('coredns_dns_response_size_bytes', 'Bytes of responses.', 'responses'),
  ].join('');
}

function responses(counts: DnsCounts): string {
  const samples = Object.entries(counts.responses).flatMap(([plugin, codes]) =>
    [...codes.entries()]
      .filter(([, count]) => count > 0)
      .map(([rcode, count]): Sample => [{ ...ZONE, rcode: rcodeName(rcode), plugin }, count]),
  );
  return metricText('coredns_dns_responses_total', 'counter', 'Responses by code.', samples);
}

function forwarding({ exchanges, healthcheckFailures, healthcheckBroken, rejects }: DnsCounts): string {
  const name = 'coredns_proxy_request_duration_seconds';
  const series = [...exchanges].flatMap(([to, codes]) =>
    [...codes].map(([rcode, durations]) =>
      durations.render(name, labelText({ ...PROXY, to, rcode: rcodeName(rcode) })),
    ),
  );
  const failures = [...healthcheckFailures].map(([to, count]): Sample => [{ ...PROXY, to }, count]);
  return [
    metricHead(name, 'histogram', 'Time that upstream servers took, in seconds.'),
    ...series,
    metricText(
      'coredns_proxy_healthcheck_failures_total',
      'counter',
      'Failed probes of upstream servers.',
      failures,
    ),
    metricText(
      'coredns_forward_healthcheck_broken_total',
      'counter',
      'Queries while all upstream servers were down.',
      [[{}, healthcheckBroken]],
    ),
    metricText(
      'coredns_forward_max_concurrent_rejects_total',
      'counter',
      'Queries refused because too many were under way.',
      [[{}, rejects]],
    ),
  ].join('');
}

function caching({ counts, sizes }: ReplyCache): string {
  const both = ({ success, denial }: typeof sizes): Sample[] => [
    [{ ...ZONES, type: 'success' }, success],
    [{ ...ZONES, type: 'denial' }, denial],
  ];
  return [
    metricText('coredns_cache_entries', 'gauge', 'Entries of the cache.', both(sizes)),
    metricText('coredns_cache_requests_total', 'counter', 'Questions to the cache.', [
      [ZONES, counts.requests],
    ]),
    metricText(
      'coredns_cache_hits_total',
      'counter',
      'Questions that the cache answered.',
      both(counts.hits),
    ),
    metricText('coredns_cache_misses_total', 'counter', 'Questions that it did not answer.', [
      [ZONES, counts.misses],
    ]),
    metricText('coredns_cache_evictions_total', 'counter', 'Entries that had to go.', both(counts.evictions)),
    metricText(
      'coredns_cache_served_stale_total',
      'counter',
      'Expired replies, sent while no server answered.',
      [[ZONES, counts.servedStale]],
    ),
  ].join('');
}
