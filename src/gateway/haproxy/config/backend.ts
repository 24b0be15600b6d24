// A backend's section of HAProxy's configuration. Pure; called by files.ts. Rules stand in the order in which ingress-nginx applies
// them: redirects, addresses, rates, CORS, passwords, sizes, and then what is changed.
import type { Policy } from '../../model/policy.ts';
import type { Backend } from '../../model/routes.ts';
import { needsRelay, outletPath } from '../../relay/plan.ts';
import { serverLines } from './addresses.ts';
import { innerLines, serversOf } from './inner.ts';
import type { Place } from './place.ts';
import { askedRules } from './policy/asked.ts';
import { corsRequestRules, corsResponseRules } from './policy/cors.ts';
import { headerRules, redirectRules, rewriteRules } from './policy/headers.ts';
import { jwtRules } from './policy/jwt.ts';
import { addressRules, limitRules, limitTable } from './policy/limits.ts';
import { mirrorRules } from './policy/mirrors.ts';
import { cookieLines, relayLine, retryLines, serverWords, timeoutLines } from './policy/servers.ts';
import { listName } from './policy/users.ts';
import { section } from './section.ts';
import type { Written } from './written.ts';

/** `count` is the number of servers, which may have a section of their own (inner.ts). */
export function backendSection(
  backend: Omit<Backend, 'endpoints'>,
  count: number,
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
  const inner = serversOf(backend);
  const lines = needsRelay(policy)
    ? [relayLine(policy, outletPath(place.directory, name))]
    : [...cookieLines(policy.affinity), ...servers(inner, count, serverWords(policy, written))];
  if (inner === name)
    return section(`backend ${name}`, [...timeoutLines(policy), ...retryLines(policy), ...rules, ...lines]);
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
      ...lines,
    ]),
  ].join('\n');
}

/** Connections go on as bytes. */
export const streamSection = (
  { name, policy }: Omit<Backend, 'endpoints'>,
  count: number,
  written: Written,
  place: Pick<Place, 'directory'>,
): string =>
  section(`backend ${name}`, [
    'mode tcp',
    ...(needsRelay(policy)
      ? [relayLine(policy, outletPath(place.directory, name))]
      : [...retryLines(policy), ...servers(name, count, serverWords(policy, written, true))]),
  ]);

const servers = (name: string, count: number, words: string): string[] => [
  ...(count > 0 && words ? [`default-server${words}`] : []),
  ...serverLines(name, count),
];

function requestRules(policy: Policy, name: string, written: Written): string[] {
  const { redirect, auth, bodyLimit, host } = policy;
  if (policy.closed) return [`http-request deny deny_status ${policy.closed}`];
  if (redirect) return [...corsRequestRules(policy.cors, written), ...redirectRules(redirect, written)];
  return [
    ...(policy.redirectToTls ? ['http-request redirect scheme https code 308 unless { ssl_fc }'] : []),
    ...addressRules(policy),
    ...limitRules(policy.limits),
    ...corsRequestRules(policy.cors, written),
    ...(auth ? [`http-request auth realm "${auth.realm}" unless { http_auth(${listName(auth)}) }`] : []),
    ...jwtRules(policy.jwt, written),
    ...askedRules(policy.asked, name),
    ...(bodyLimit ? [`http-request deny deny_status 413 if { req.body_size gt ${bodyLimit} }`] : []),
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
