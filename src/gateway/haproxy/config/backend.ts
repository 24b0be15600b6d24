// A backend's section of HAProxy's configuration. Pure; called by files.ts. Rules stand in the order in which ingress-nginx applies
// them: redirects, addresses, rates, CORS, passwords, sizes, and then what is changed.
import type { Policy } from '../../model/policy.ts';
import type { Backend, Endpoint } from '../../model/routes.ts';
import { needsRelay, outletPath } from '../../relay/plan.ts';
import { innerLines, serversOf } from './inner.ts';
import type { Place } from './place.ts';
import { askedRules } from './policy/asked.ts';
import { corsRequestRules, corsResponseRules } from './policy/cors.ts';
import { headerRules, redirectRules, rewriteRules } from './policy/headers.ts';
import { jwtRules } from './policy/jwt.ts';
import { addressRules, limitRules, limitTable } from './policy/limits.ts';
import { mirrorRules } from './policy/mirrors.ts';
import { cookieLines, relayLine, retryLines, serverWords, timeoutLines } from './policy/servers.ts';
import { section, socketOf } from './section.ts';
import type { Written } from './written.ts';

/** The address of a slot that has no endpoint. */
const NOWHERE = '127.0.0.1:1';

/** `slots` has the endpoint of each server, in order. Servers may have a section of their own (inner.ts). */
export function backendSection(
  backend: Omit<Backend, 'endpoints'>,
  slots: readonly (Endpoint | undefined)[],
  written: Written,
  place: Pick<Place, 'directory' | 'sockets'>,
): string {
  const { name, policy } = backend;
  const rules = [
    ...limitTable(policy.limits),
    ...grpcErrors(policy),
    ...requestRules(policy, name, written),
    ...corsResponseRules(policy.cors, written),
    ...headerRules('http-response', policy.responseHeaders, written),
  ];
  const servers = needsRelay(policy)
    ? [relayLine(policy, outletPath(place.directory, name))]
    : [...cookieLines(policy.affinity), ...serverLines(slots, serverWords(policy, written))];
  const inner = serversOf(backend);
  if (inner === name)
    return section(`backend ${name}`, [...timeoutLines(policy), ...retryLines(policy), ...rules, ...servers]);
  return [
    section(`backend ${name}`, [
      ...timeoutLines({ timeouts: { request: policy.timeouts?.request } }),
      ...rules,
      ...innerLines(backend, place),
    ]),
    section(`backend ${inner}`, [
      'option abortonclose',
      ...timeoutLines({ timeouts: { ...policy.timeouts, request: undefined } }),
      ...retryLines(policy),
      ...servers,
    ]),
  ].join('\n');
}

/** Connections go on as bytes. */
export const streamSection = (
  { name, policy }: Omit<Backend, 'endpoints'>,
  slots: readonly (Endpoint | undefined)[],
  written: Written,
  place: Pick<Place, 'directory'>,
): string =>
  section(`backend ${name}`, [
    'mode tcp',
    ...(needsRelay(policy)
      ? [relayLine(policy, outletPath(place.directory, name))]
      : serverLines(slots, serverWords(policy, written, true))),
  ]);

const serverLines = (slots: readonly (Endpoint | undefined)[], words: string): string[] => [
  ...(slots.length > 0 && words ? [`default-server${words}`] : []),
  ...slots.map((endpoint, i) => serverLine(i, endpoint)),
];

export const serverName = (slot: number): string => `s${slot}`;

const serverLine = (slot: number, endpoint: Endpoint | undefined): string =>
  endpoint
    ? `server ${serverName(slot)} ${socketOf(endpoint.ip, endpoint.port)}`
    : `server ${serverName(slot)} ${NOWHERE} disabled`;

function requestRules(policy: Policy, name: string, written: Written): string[] {
  const { redirect, auth, bodyLimit, host } = policy;
  if (policy.closed) return [`http-request deny deny_status ${policy.closed}`];
  if (redirect) return [...corsRequestRules(policy.cors, written), ...redirectRules(redirect, written)];
  return [
    ...(policy.redirectToTls ? ['http-request redirect scheme https code 308 unless { ssl_fc }'] : []),
    ...addressRules(policy),
    ...limitRules(policy.limits),
    ...corsRequestRules(policy.cors, written),
    ...(auth ? [`http-request auth realm "${auth.realm}" unless { http_auth(${name}) }`] : []),
    ...jwtRules(policy.jwt, written),
    ...askedRules(policy.asked, name),
    ...(bodyLimit ? [`http-request deny deny_status 413 if { req.body_size gt ${bodyLimit} }`] : []),
    // Without tries that were asked for, only what changes nothing is sent again after it was sent.
    ...(policy.retry ? [] : ['http-request disable-l7-retry unless METH_GET']),
    ...rewriteRules(policy.rewrite, written),
    ...headerRules('http-request', policy.requestHeaders, written),
    ...(host ? [`http-request set-header Host ${host}`] : []),
    ...mirrorRules(policy),
  ];
}

/** Clients of gRPC look for a status of their own: UNAVAILABLE, or DEADLINE_EXCEEDED. */
const GRPC_STATUS = { 502: 14, 503: 14, 504: 4 } as const;

const grpcErrors = ({ protocol }: Policy): string[] =>
  protocol === 'grpc' || protocol === 'grpcs'
    ? Object.entries(GRPC_STATUS).map(
        ([status, code]) =>
          `http-error status ${status} content-type application/grpc hdr grpc-status ${code}`,
      )
    : [];
