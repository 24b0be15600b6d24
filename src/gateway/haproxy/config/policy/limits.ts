// Who may send requests, and how many: addresses, rates, connections. Pure.
import type { Limits, Policy } from '../../../model/policy.ts';
import { chunks } from '../section.ts';

export function addressRules({ allow, deny }: Policy): string[] {
  return [
    ...acl('allowed', 'src', allow),
    ...acl('denied', 'src', deny),
    ...(deny ? ['http-request deny deny_status 403 if denied'] : []),
    ...(allow ? ['http-request deny deny_status 403 unless allowed'] : []),
  ];
}

const acl = (name: string, fetch: string, values: readonly string[] = []): string[] =>
  chunks(values).map((some) => `acl ${name} ${fetch} ${some.join(' ')}`);

/** Values of headers are counted by a hash: the table has as many bytes for each, however long it is. */
export function limitTable(limits: Limits | undefined): string[] {
  if (!limits) return [];
  const { burst, header } = limits;
  const stores = `conn_cur,gpc0,gpc0_rate(${burst}s),gpc1,gpc1_rate(${60 * burst}s)`;
  const type = header ? 'binary len 20' : 'ipv6';
  return [`stick-table type ${type} size 100k expire ${60 * burst}s store ${stores}`];
}

/** Who leaves the header out is counted by address: else leaving it out would be a way around the limit. */
const trackRules = (header: string | undefined): string[] =>
  header
    ? [
        `http-request track-sc0 req.fhdr(${header}),digest(sha1) if { req.fhdr(${header}) -m found }`,
        `http-request track-sc0 src,digest(sha1) unless { req.fhdr(${header}) -m found }`,
      ]
    : ['http-request track-sc0 src'];

/** Only requests that pass are counted, so that a client which goes on asking is served at the rate it may have. */
export function limitRules(limits: Limits | undefined): string[] {
  if (!limits) return [];
  const { perSecond, perMinute, connections, burst, header, status } = limits;
  const refuse = (retryAfter: number) =>
    status === 429
      ? `http-request deny deny_status 429 hdr Retry-After ${retryAfter}`
      : 'http-request deny deny_status 503';
  return [
    ...trackRules(header),
    ...(perSecond ? [`${refuse(burst)} if { sc_gpc0_rate(0) ge ${perSecond * burst} }`] : []),
    ...(perMinute ? [`${refuse(60 * burst)} if { sc_gpc1_rate(0) ge ${perMinute * burst} }`] : []),
    ...(connections ? [`${refuse(1)} if { sc_conn_cur(0) gt ${connections} }`] : []),
    'http-request sc-inc-gpc0(0)',
    'http-request sc-inc-gpc1(0)',
  ];
}
