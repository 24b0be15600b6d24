// Where requests come in: one frontend for all sockets, whose name is the scope of routes in which a request is looked up. Pure; called by
// files.ts. look-up.fake.ts has the same steps.
import type { DoorModel } from '../../model/model.ts';
import { requestLogLines } from './access-log.ts';
import type { Choices } from './look-ups/choices.ts';
import { hostRules } from './look-ups/host-rules.ts';
import type { Maps } from './look-ups/maps.ts';
import type { Place } from './place.ts';
import { httpEntrances, INGRESS } from './scopes.ts';
import { section, socketOf } from './section.ts';
import { requestBinds } from './tls.ts';
import type { Written } from './written.ts';

export function requestFrontend(
  model: DoorModel,
  maps: Maps,
  choices: Choices,
  place: Omit<Place, 'socket'>,
  written: Written,
): string {
  const [hosts, exact, prefix] = ['hosts.map', 'exact.map', 'prefix.map'].map((name) => written.path(name));
  const inner = requestBinds(model, place, written);
  return section('frontend door', [
    ...(model.routes.length > 0 ? ingressBinds(place, written) : []),
    // An address that is not there yet is bound all the same.
    ...httpEntrances(model).flatMap(({ name, addresses, port }) =>
      addresses.map((address) => `bind ${socketOf(address, port)} name ${name} transparent`),
    ),
    ...inner,
    ...requestLogLines(place.accessLog === true),
    ...(place.accessLog ? ['http-request set-var(txn.method) method'] : []),
    // However a path is written, it is compared in one form. Steps up would lead a backend past the path that was matched.
    "http-request set-var(txn.path) 'path,url_dec,regsub(/+,/,g)'",
    'http-request deny deny_status 400 unless { var(txn.path) -m beg / }',
    'http-request deny deny_status 400 if { var(txn.path) -m dir .. }',
    'http-request deny deny_status 400 if { url -m sub "#" }',
    'http-request set-var(txn.s) so_name,field(1,:)',
    'http-request set-var(txn.host) req.hdr(host),field(1,:),lower',
    ...hostRules({ on: 'http-request', map: hosts!, hosts: maps.patterns }),
    ...(inner.length > 0 ? MISDIRECTED : []),
    'http-request set-var-fmt(txn.key) "%[var(txn.h)]%[var(txn.path)]"',
    `http-request set-var(txn.to) var(txn.key),map_str(${exact})`,
    `http-request set-var(txn.to) var(txn.key),concat(/),map_beg(${prefix}) unless { var(txn.to) -m found }`,
    ...(choices.count > 0 ? ['http-request lua.choose if { var(txn.to) -m beg = }'] : []),
    ...FORWARDED,
    'use_backend %[var(txn.to)] if { var(txn.to) -m found }',
    'default_backend none',
  ]);
}

function ingressBinds({ addresses }: Omit<Place, 'socket'>, written: Written): string[] {
  const tls = `ssl crt-list ${written.path('certificates.list')} alpn h2,http/1.1`;
  return addresses.flatMap((address) => [
    `bind ${socketOf(address, 80)} name ${INGRESS}`,
    `bind ${socketOf(address, 443)} name ${INGRESS} ${tls}`,
  ]);
}

/** A client that has a connection to one listener asks over it for a host of another one. */
const MISDIRECTED: readonly string[] = [
  'http-request set-var(txn.l) so_name,field(2,:)',
  'http-request return status 421 if { var(txn.l) -m found } { var(txn.h) -m found } !{ var(txn.h),field(1,.),strcmp(txn.l) eq 0 }',
];

const FORWARDED: readonly string[] = [
  'http-request set-header X-Forwarded-For %[src]',
  'http-request set-header X-Real-IP %[src]',
  'http-request set-header X-Forwarded-Host %[req.hdr(host)]',
  'http-request set-header X-Forwarded-Port %[dst_port]',
  'http-request set-header X-Forwarded-Proto http unless { ssl_fc }',
  'http-request set-header X-Forwarded-Proto https if { ssl_fc }',
  'http-request set-header X-Forwarded-Scheme http unless { ssl_fc }',
  'http-request set-header X-Forwarded-Scheme https if { ssl_fc }',
  'http-request set-header X-Request-ID %[uuid()] unless { req.hdr(x-request-id) -m found }',
];

/** Requests without a route. Clients of gRPC look for a status of their own: UNIMPLEMENTED. */
export const NO_ROUTE = section('backend none', [
  'http-request return status 200 hdr grpc-status 12 hdr grpc-message "no route" if { req.hdr(content-type) -m beg application/grpc }',
  'http-after-response set-header content-type application/grpc if { status 200 }',
  'http-request return status 404 content-type text/plain string "default backend - 404"',
]);

export const metricsFrontend = ({ metrics: { address, port } }: Omit<Place, 'socket'>): string =>
  section('frontend metrics', [
    `bind ${socketOf(address, port)}`,
    'http-request use-service prometheus-exporter if { path /metrics }',
    'http-request return status 404',
  ]);
