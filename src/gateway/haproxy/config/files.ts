// HAProxy's configuration for a model, as files. Pure; called by haproxy.ts. Without the addresses of endpoints it is what a reload
// depends on; those are changed through the runtime API (slots.ts).
import type { DoorModel } from '../../model/model.ts';
import type { Backend } from '../../model/routes.ts';
import { globalLogLines } from './access-log.ts';
import { located, SOCKET_PLACE } from './addresses.ts';
import { backendSection, streamSection } from './backend.ts';
import { metricsFrontend, NO_ROUTE, requestFrontend } from './frontends.ts';
import { hasMirrors, innerFrontend, innerSocket, serversOf } from './inner.ts';
import { Choices } from './look-ups/choices.ts';
import { mapsOf } from './look-ups/maps.ts';
import { askedLua } from './lua/asked.ts';
import { chooseLua } from './lua/choose.ts';
import { mirrorLua } from './lua/mirror.ts';
import type { Place, Slots } from './place.ts';
import { askedFile } from './policy/asked.ts';
import { listName } from './policy/users.ts';
import { backendsByUse, requestScopes } from './scopes.ts';
import { chunks, section } from './section.ts';
import { streamSections } from './tls.ts';
import { Written } from './written.ts';

/** File name to content. */
export type Files = ReadonlyMap<string, string>;

export const CONFIG = 'haproxy.cfg';

/** What a process is started with. */
export const filesOf = (model: DoorModel, slots: Slots, place: Place): Files =>
  locatedFiles(shapeOf(model, slots, place), slots, place.socket);

export const locatedFiles = (shape: Files, slots: Slots, socket: string): Files =>
  new Map([...shape, [CONFIG, located(shape.get(CONFIG) ?? '', slots, socket)]]);

/** Files without addresses of endpoints: those of `slots` are counted only. */
export function shapeOf(model: DoorModel, slots: Slots, place: Omit<Place, 'socket'>): Files {
  const written = new Written(place.directory);
  const choices = new Choices();
  const maps = mapsOf(requestScopes(model), choices);
  const streams = streamSections(model, place, choices, written);
  const { requests, streams: backends } = backendsByUse(model);
  const programs = programsOf(requests, choices, place, written);
  const sectionOf = (backend: Backend) =>
    backendSection(backend, slots.get(serversOf(backend))?.length ?? 0, written, place);
  const config = [
    section('defaults', DEFAULTS),
    ...userLists(requests),
    requestFrontend(model, maps, choices, place, written),
    metricsFrontend(place),
    NO_ROUTE,
    ...innerFrontend(requests, place),
    streams.text,
    ...backends.map((backend) =>
      streamSection(backend, slots.get(backend.name)?.length ?? 0, written, place),
    ),
    ...requests.filter(({ policy }) => policy.retry).map(sectionOf),
    // After the defaults of all others: sections have those that stand before them.
    section('defaults once', [...DEFAULTS, ...ONCE]),
    ...requests.filter(({ policy }) => !policy.retry).map(sectionOf),
  ];
  return new Map([
    ['hosts.map', maps.hosts],
    ['exact.map', maps.exact],
    ['prefix.map', maps.prefix],
    ...streams.maps,
    ['texts.map', written.texts],
    ...programs,
    ['default.pem', place.certificate],
    ['certificates.list', certificateList(model, place)],
    ...model.certificates.map(({ name, pem }) => [`${name}.tls.pem`, pem] as const),
    ...written.files,
    [CONFIG, [section('global', globalLines(place, programs)), ...config].join('\n')],
  ]);
}

/** Programs in Lua, and what they read; HAProxy loads none that is not needed. */
function programsOf(
  backends: readonly Backend[],
  choices: Choices,
  place: Pick<Place, 'sockets'>,
  written: Written,
): Files {
  const asked = askedFile(backends);
  const socket = innerSocket(place);
  return new Map([
    ...(choices.count > 0
      ? [['choices', choices.text] as const, ['choose.lua', chooseLua(written.path('choices'))] as const]
      : []),
    ...(backends.some(({ policy }) => hasMirrors(policy))
      ? [['mirror.lua', mirrorLua(socket)] as const]
      : []),
    ...(asked === undefined
      ? []
      : [['asked', asked] as const, ['asked.lua', askedLua(written.path('asked'), socket)] as const]),
  ]);
}

/** The first is for clients that name no host of the others. */
const certificateList = ({ certificates }: DoorModel, { directory }: Pick<Place, 'directory'>): string =>
  [
    `${directory}/default.pem\n`,
    ...certificates.flatMap(({ name, hosts }) =>
      chunks(hosts).map((some) => `${directory}/${name}.tls.pem ${some.join(' ')}\n`),
    ),
  ].join('');

const globalLines = (
  { directory, accessLog = false }: Pick<Place, 'directory' | 'accessLog'>,
  programs: Files,
): string[] => [
  ...globalLogLines(accessLog),
  `stats socket unix@${SOCKET_PLACE} mode 600 level admin expose-fd listeners`,
  // The limit of connections follows from it, and from what the machine allows.
  'fd-hard-limit 20000',
  // A process that was replaced ends with its last connection, or after this time: sockets of WebSockets are cut off then.
  'hard-stop-after 1h',
  'ssl-default-bind-options ssl-min-ver TLSv1.2',
  'tune.ssl.default-dh-param 2048',
  // The cache is one for all sockets. Tickets are not: no session goes on at a listener that asks its clients for more.
  'tune.ssl.cachesize 0',
  // HAProxy's own client asks the door alone, without TLS. Else each start reads all authorities of the system, for 18 ms.
  'httpclient.ssl.verify none',
  ...[...programs.keys()].flatMap((name) =>
    name.endsWith('.lua') ? [`lua-load-per-thread ${directory}/${name}`] : [],
  ),
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
  // A connection that a server closed while a request was on its way to it.
  'retry-on conn-failure empty-response',
  'default-server pool-purge-delay 2s',
];

/** Where no tries were asked for, only what changes nothing is sent again after it was sent. */
const ONCE: readonly string[] = ['http-request disable-l7-retry unless METH_GET'];

/** Each once, however many backends have it. */
function userLists(backends: readonly Backend[]): string[] {
  const lists = new Map(backends.flatMap(({ policy: { auth } }) => (auth ? [[listName(auth), auth]] : [])));
  return [...lists].map(([name, { users }]) =>
    section(
      `userlist ${name}`,
      users.map((user) => `user ${user.name} password ${user.hash}`),
    ),
  );
}
