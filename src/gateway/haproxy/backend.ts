// A backend's section of HAProxy's configuration. Pure; called by config.ts. Rules stand in the order in which ingress-nginx applies
// them: redirects, addresses, rates, CORS, passwords, sizes, and then what is changed.

import type { Affinity, Cors, Limits, Policy } from '../model/policy.ts';
import type { Backend, Endpoint } from '../model/routes.ts';

/** The address of a slot that has no endpoint. */
const NOWHERE = '127.0.0.1:1';

/** `slots` has the endpoint of each server, in order. */
export function backendSection(
  { name, policy }: Omit<Backend, 'endpoints'>,
  slots: readonly (Endpoint | undefined)[],
): string {
  const { affinity } = policy;
  return section(`backend ${name}`, [
    ...limitTable(policy.limits),
    ...timeouts(policy),
    ...requestRules(policy, name),
    ...responseRules(policy),
    ...(affinity ? [cookieLine(affinity)] : []),
    ...(slots.length > 0 ? [`default-server${serverOptions(policy)}`] : []),
    ...slots.map((endpoint, i) => serverLine(i, endpoint)),
  ]);
}

export const section = (title: string, lines: readonly string[]): string =>
  `${title}\n${lines.map((line) => `  ${line}\n`).join('')}`;

export const serverName = (slot: number): string => `s${slot}`;

const serverLine = (slot: number, endpoint: Endpoint | undefined): string =>
  endpoint
    ? `server ${serverName(slot)} ${addressOf(endpoint)}`
    : `server ${serverName(slot)} ${NOWHERE} disabled`;

const addressOf = ({ ip, port }: Endpoint): string =>
  ip.includes(':') ? `[${ip}]:${port}` : `${ip}:${port}`;

const PROTOCOLS: Readonly<Record<Policy['protocol'], string>> = {
  http: '',
  https: ' ssl verify none alpn http/1.1',
  h2c: ' proto h2',
  grpc: ' proto h2',
  grpcs: ' ssl verify none alpn h2',
};

const serverOptions = ({ protocol }: Policy): string => ` pool-purge-delay 2s${PROTOCOLS[protocol]}`;

function timeouts({ timeouts: { connect, server } = {} }: Policy): string[] {
  return [
    ...(connect ? [`timeout connect ${connect}ms`] : []),
    ...(server ? [`timeout server ${server}ms`] : []),
  ];
}

function requestRules(policy: Policy, name: string): string[] {
  const { redirect, auth, bodyLimit, host } = policy;
  if (policy.closed) return [`http-request deny deny_status ${policy.closed}`];
  if (redirect && 'location' in redirect)
    return [`http-request redirect code ${redirect.code} location ${redirect.location}`];
  return [
    ...(policy.redirectToTls ? ['http-request redirect scheme https code 308 unless { ssl_fc }'] : []),
    ...addressRules(policy),
    ...limitRules(policy.limits),
    ...corsRequestRules(policy.cors),
    ...(auth ? [`http-request auth realm "${auth.realm}" unless { http_auth(${name}) }`] : []),
    ...(bodyLimit ? [`http-request deny deny_status 413 if { req.body_size gt ${bodyLimit} }`] : []),
    ...rewriteRules(policy.rewrite),
    ...(host ? [`http-request set-header Host ${host}`] : []),
  ];
}

function rewriteRules(rewrite: Policy['rewrite']): string[] {
  if (!rewrite) return [];
  const { to, keep } = rewrite;
  if (!keep) return [`http-request set-path ${to}`];
  return [
    // The route was found by the decoded path; here characters are counted.
    ...(keep.prefix ? [`http-request deny deny_status 400 unless { path -m beg ${keep.prefix} }`] : []),
    `http-request set-path ${to}%[path,bytes(${keep.from})]`,
  ];
}

/** HAProxy reads at most 64 words of a line. */
const PER_LINE = 32;

function addressRules({ allow, deny }: Policy): string[] {
  return [
    ...acl('allowed', 'src', allow),
    ...acl('denied', 'src', deny),
    ...(deny ? ['http-request deny deny_status 403 if denied'] : []),
    ...(allow ? ['http-request deny deny_status 403 unless allowed'] : []),
  ];
}

const acl = (name: string, fetch: string, values: readonly string[] = []): string[] =>
  chunks(values).map((some) => `acl ${name} ${fetch} ${some.join(' ')}`);

export function chunks(values: readonly string[]): string[][] {
  const found: string[][] = [];
  for (let i = 0; i < values.length; i += PER_LINE) found.push(values.slice(i, i + PER_LINE));
  return found;
}

/** Only requests that pass are counted, so that a client which goes on asking is served at the rate it may have. */
function limitTable(limits: Limits | undefined): string[] {
  if (!limits) return [];
  const { burst } = limits;
  const stores = `conn_cur,gpc0,gpc0_rate(${burst}s),gpc1,gpc1_rate(${60 * burst}s)`;
  return [`stick-table type ipv6 size 100k expire ${60 * burst}s store ${stores}`];
}

function limitRules(limits: Limits | undefined): string[] {
  if (!limits) return [];
  const { perSecond, perMinute, connections, burst } = limits;
  const full = [
    ...(perSecond ? [`{ sc_gpc0_rate(0) ge ${perSecond * burst} }`] : []),
    ...(perMinute ? [`{ sc_gpc1_rate(0) ge ${perMinute * burst} }`] : []),
    ...(connections ? [`{ sc_conn_cur(0) gt ${connections} }`] : []),
  ];
  return [
    'http-request track-sc0 src',
    ...full.map((condition) => `http-request deny deny_status 503 if ${condition}`),
    'http-request sc-inc-gpc0(0)',
    'http-request sc-inc-gpc1(0)',
  ];
}

const ORIGIN = 'var(txn.origin)';

function corsRequestRules(cors: Cors | undefined): string[] {
  if (!cors) return [];
  const origins = cors.origins.map((origin) =>
    origin === '*' ? 'http-request set-var(txn.origin) str("*")' : originRule(origin),
  );
  const headers = [
    ['Access-Control-Allow-Origin', `%[${ORIGIN}]`],
    ['Access-Control-Allow-Methods', cors.methods],
    ['Access-Control-Allow-Headers', cors.headers],
    ['Access-Control-Max-Age', String(cors.maxAge)],
    ...(cors.credentials ? [['Access-Control-Allow-Credentials', 'true']] : []),
  ];
  const written = headers.map(([name, value]) => `hdr ${name} "${value}"`).join(' ');
  return [
    ...origins,
    `http-request return status 204 ${written} if METH_OPTIONS { ${ORIGIN} -m found }`,
    ...(cors.origins.includes('*') ? [] : ['http-request return status 204 if METH_OPTIONS']),
  ];
}

function originRule(origin: string): string {
  const [scheme, authority] = origin.split('://');
  const set = 'http-request set-var(txn.origin) req.hdr(origin) if';
  if (!authority!.startsWith('*.')) return `${set} { req.hdr(origin) -m str ${origin} }`;
  return `${set} { req.hdr(origin) -m beg ${scheme}:// } { req.hdr(origin) -m end ${authority!.slice(1)} }`;
}

function responseRules({ cors }: Policy): string[] {
  if (!cors) return [];
  const headers = [
    ['Access-Control-Allow-Origin', `%[${ORIGIN}]`],
    ...(cors.credentials ? [['Access-Control-Allow-Credentials', 'true']] : []),
    ...(cors.expose ? [['Access-Control-Expose-Headers', cors.expose]] : []),
    ...(cors.origins.includes('*') ? [] : [['Vary', 'Origin']]),
  ];
  return headers.map(
    ([name, value]) => `http-response set-header ${name} "${value}" if { ${ORIGIN} -m found }`,
  );
}

/** The value names the endpoint's address, so that a session stays with it whatever slot it has. */
function cookieLine({ cookie, maxAge, sameSite, secure }: Affinity): string {
  const attributes = [
    ...(maxAge ? [`Max-Age=${maxAge}`] : []),
    ...(sameSite ? [`SameSite=${sameSite}`] : []),
  ];
  const written = attributes.map((attribute) => ` attr "${attribute}"`).join('');
  return `dynamic-cookie-key door\n  cookie ${cookie} insert indirect nocache dynamic httponly${secure ? ' secure' : ''}${written}`;
}
