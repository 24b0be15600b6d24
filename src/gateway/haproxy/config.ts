// HAProxy's configuration for a model, as files. Pure; called by haproxy.ts. Without the addresses of endpoints it is what a reload
// depends on; those are changed through the runtime API (slots.ts).
import type { DoorModel } from '../model/model.ts';
import type { Policy } from '../model/policy.ts';
import type { Condition, Endpoint, Weighted } from '../model/routes.ts';
import { backendSection, chunks, section } from './backend.ts';
import { ANY_HOST, type Choice, mapsOf } from './maps.ts';

export interface Place {
  /** Absolute folder of the files; of letters, digits, '.', '-', '_' and '/'. */
  readonly directory: string;
  /** Unix socket of the runtime API. */
  readonly socket: string;
  /** Addresses that clients reach. */
  readonly addresses: readonly string[];
  /** Where Prometheus finds metrics. */
  readonly metrics: { readonly address: string; readonly port: number };
  /** PEM of the certificate for clients that name no host with one. */
  readonly certificate: string;
}

export type Slots = ReadonlyMap<string, readonly (Endpoint | undefined)[]>;

/** File name to content. */
export type Files = ReadonlyMap<string, string>;

export const CONFIG = 'haproxy.cfg';

export function filesOf(model: DoorModel, slots: Slots, place: Place): Files {
  const maps = mapsOf(model);
  const files = new Map([
    ['hosts.map', maps.hosts],
    ['exact.map', maps.exact],
    ['prefix.map', maps.prefix],
    ['default.pem', place.certificate],
    ['certificates.list', certificateList(model, place)],
  ]);
  for (const { name, pem } of model.certificates) files.set(`${name}.tls.pem`, pem);
  files.set(CONFIG, configText(model, maps.choices, slots, place));
  return files;
}

/** The first is for clients that name no host of the others. */
const certificateList = ({ certificates }: DoorModel, { directory }: Place): string =>
  [
    `${directory}/default.pem\n`,
    ...certificates.flatMap(({ name, hosts }) =>
      chunks(hosts).map((some) => `${directory}/${name}.tls.pem ${some.join(' ')}\n`),
    ),
  ].join('');

function configText(model: DoorModel, choices: readonly Choice[], slots: Slots, place: Place): string {
  const backends = [...model.backends.values()];
  return [
    section('global', globalLines(place)),
    section('defaults', DEFAULTS),
    ...backends.flatMap(({ name, policy }) => userList(name, policy)),
    section('frontend door', frontendLines(choices, place)),
    section('frontend metrics', metricsLines(place)),
    section('backend none', [
      'http-request return status 404 content-type text/plain string "default backend - 404"',
    ]),
    ...backends.map((backend) => backendSection(backend, slots.get(backend.name) ?? [])),
  ].join('\n');
}

const globalLines = ({ socket }: Place): string[] => [
  `stats socket unix@${socket} mode 600 level admin expose-fd listeners`,
  // The limit of connections follows from it, and from what the machine allows.
  'fd-hard-limit 20000',
  // A process that was replaced ends with its last connection, or after this time: sockets of WebSockets are cut off then.
  'hard-stop-after 1h',
  'ssl-default-bind-options ssl-min-ver TLSv1.2',
  'tune.ssl.default-dh-param 2048',
];

const DEFAULTS: readonly string[] = [
  'mode http',
  'timeout connect 5s',
  'timeout client 60s',
  'timeout server 60s',
  'timeout http-request 15s',
  'timeout http-keep-alive 75s',
  'timeout tunnel 1h',
  'balance roundrobin',
  'retries 3',
  'option redispatch 1',
  // A process that was replaced closes a client's connection with the next answer, not under the next request.
  'option idle-close-on-response',
  // A connection that a server closed while a request was on its way to it; not for methods that change something.
  'retry-on conn-failure empty-response',
];

const BY_HOST = ['hosts.map', 'exact.map', 'prefix.map'] as const;

function frontendLines(choices: readonly Choice[], { directory, addresses }: Place): string[] {
  const [hosts, exact, prefix] = BY_HOST.map((name) => `${directory}/${name}`);
  const tls = `ssl crt-list ${directory}/certificates.list alpn h2,http/1.1`;
  const unlessFound = (name: string) => `unless { var(txn.${name}) -m found }`;
  return [
    ...addresses.flatMap((address) => [`bind ${address}:80`, `bind ${address}:443 ${tls}`]),
    // However a path is written, it is compared in one form. Steps up would lead a backend past the path that was matched.
    "http-request set-var(txn.path) 'path,url_dec,regsub(/+,/,g)'",
    'http-request deny deny_status 400 unless { var(txn.path) -m beg / }',
    'http-request deny deny_status 400 if { var(txn.path) -m dir .. }',
    'http-request deny deny_status 400 if { url -m sub "#" }',
    'http-request disable-l7-retry unless METH_GET',
    'http-request set-var(txn.host) req.hdr(host),field(1,:),lower',
    `http-request set-var(txn.h) var(txn.host),map_str(${hosts})`,
    `http-request set-var(txn.h) 'var(txn.host),regsub("^[^.]*","*"),map_str(${hosts})' ${unlessFound('h')}`,
    `http-request set-var(txn.h) str(${ANY_HOST}) ${unlessFound('h')}`,
    'http-request set-var-fmt(txn.key) "%[var(txn.h)]%[var(txn.path)]"',
    `http-request set-var(txn.to) var(txn.key),map_str(${exact})`,
    `http-request set-var(txn.to) var(txn.key),concat(/),map_beg(${prefix}) ${unlessFound('to')}`,
    ...choices.flatMap(choiceLines),
    'http-request set-header X-Forwarded-For %[src]',
    'http-request set-header X-Real-IP %[src]',
    'http-request set-header X-Forwarded-Host %[req.hdr(host)]',
    'http-request set-header X-Forwarded-Port %[dst_port]',
    'http-request set-header X-Forwarded-Proto http unless { ssl_fc }',
    'http-request set-header X-Forwarded-Proto https if { ssl_fc }',
    'http-request set-header X-Forwarded-Scheme http unless { ssl_fc }',
    'http-request set-header X-Forwarded-Scheme https if { ssl_fc }',
    'http-request set-header X-Request-ID %[uuid()] unless { req.hdr(x-request-id) -m found }',
    'use_backend %[var(txn.to)] if { var(txn.to) -m found }',
    'default_backend none',
  ];
}

/** The first that holds changes txn.to, so that none after it does. */
function choiceLines({ name, branches, to }: Choice): string[] {
  const is = `{ var(txn.to) -m str ${name} }`;
  const all = to === undefined ? branches : [...branches, { when: [], to }];
  return all.flatMap((branch) => {
    const conditions = [is, ...branch.when.map(conditionText)].join(' ');
    if (typeof branch.to === 'string')
      return [`http-request set-var(txn.to) str(${branch.to}) if ${conditions}`];
    return weightedLines(branch.to, conditions);
  });
}

function conditionText(when: Condition): string {
  if ('header' in when) return `{ req.hdr(${when.header}) -m str -- ${when.value} }`;
  if ('cookie' in when) return `{ req.cook(${when.cookie}) -m str -- ${when.value} }`;
  if ('query' in when) return `{ url_param(${when.query}),url_dec -m str -- ${when.value} }`;
  if ('method' in when) return `{ method ${when.method} }`;
  return `{ rand(${when.of}) lt ${when.share} }`;
}

/** One number is drawn for all of them. */
function weightedLines(weighted: readonly Weighted[], conditions: string): string[] {
  const total = weighted.reduce((sum, { weight }) => sum + weight, 0);
  let below = 0;
  return [
    `http-request set-var(txn.drawn) rand(${total}) if ${conditions}`,
    ...weighted.map(({ backend, weight }) => {
      below += weight;
      return `http-request set-var(txn.to) str(${backend}) if ${conditions} { var(txn.drawn) -m int lt ${below} }`;
    }),
  ];
}

const metricsLines = ({ metrics: { address, port } }: Place): string[] => [
  `bind ${address}:${port}`,
  'http-request use-service prometheus-exporter if { path /metrics }',
  'http-request return status 404',
];

const userList = (name: string, { auth }: Policy): string[] =>
  auth
    ? [
        section(
          `userlist ${name}`,
          auth.users.map((user) => `user ${user.name} password ${user.hash}`),
        ),
      ]
    : [];
