// Entrances for connections: the host that a TLS client names leads to a listener's socket or past the door, everything else is closed.
// A listener where TLS ends has a socket of its own, and with it certificates and sessions of its own: a client that one listener
// knows resumes nothing at another. Pure; called by files.ts.
import { createHash } from 'node:crypto';
import type { ClientCertificates } from '../../model/entrances.ts';
import type { DoorModel } from '../../model/model.ts';
import { connectionLogLines } from './access-log.ts';
import type { Choices } from './look-ups/choices.ts';
import { hostRules } from './look-ups/host-rules.ts';
import { NOWHERE, namesMap } from './look-ups/maps.ts';
import type { Place } from './place.ts';
import {
  endsHere,
  isHttps,
  listenerBackend,
  nameScopes,
  streamEntrances,
  terminatedScopes,
  tlsEntrances,
} from './scopes.ts';
import { section, socketOf } from './section.ts';
import type { Written } from './written.ts';

/** The same from one process to the next, which takes it over: its name does not depend on anything that changes. */
const listenerSocket = (place: Omit<Place, 'socket'>, entrance: string, host: string): string =>
  `unix@${place.sockets}/${createHash('sha256').update(`${entrance}/${host}`).digest('hex').slice(0, 16)}`;

/** Binds of the request frontend. */
export const requestBinds = (model: DoorModel, place: Omit<Place, 'socket'>, written: Written): string[] =>
  listenerBinds(model, place, written, true);

function listenerBinds(
  model: DoorModel,
  place: Omit<Place, 'socket'>,
  written: Written,
  https: boolean,
): string[] {
  return tlsEntrances(model).flatMap(({ name, listeners }) =>
    listeners.flatMap(({ host, then }, i) => {
      if (!endsHere(then) || isHttps(then) !== https) return [];
      const list = then.certificates.map(({ pem }) => `${written.file(pem, 'tls.pem')}\n`).join('');
      const words = [
        `bind ${listenerSocket(place, name, host)} mode 600 accept-proxy name ${name}:${i}`,
        `ssl crt-list ${written.file(list, 'list')}${https ? ' alpn h2,http/1.1' : ''}`,
        ...(then.clients ? [clientWords(then.clients, written)] : []),
      ];
      return [words.join(' ')];
    }),
  );
}

const clientWords = ({ authorities, required }: ClientCertificates, written: Written): string =>
  `ca-file ${written.file(authorities, 'ca.pem')} verify ${required ? 'required' : 'optional crt-ignore-err all ca-ignore-err all'}`;

/** Sections for entrances of tls and tcp, and the maps that they use. */
export function streamSections(
  model: DoorModel,
  place: Omit<Place, 'socket'>,
  choices: Choices,
  written: Written,
): { text: string; maps: ReadonlyMap<string, string> } {
  const names = namesMap(nameScopes(model), choices);
  const terminated = namesMap(terminatedScopes(model), choices);
  const binds = listenerBinds(model, place, written, false);
  const sections = [
    ...tlsEntrances(model).flatMap((entrance) => [
      section(`frontend entrance:${entrance.name}`, [
        'mode tcp',
        ...bindsOf(entrance),
        ...connectionLogLines(place.accessLog === true, entrance.name),
        'tcp-request inspect-delay 5s',
        'tcp-request content reject unless { req.ssl_hello_type 1 }',
        `tcp-request content set-var(txn.s) str(${entrance.name})`,
        'tcp-request content set-var(txn.host) req.ssl_sni,lower',
        ...nameRules(written.path('names.map'), names.hosts, choices),
      ]),
      ...entrance.listeners.flatMap(({ host, then }, i) =>
        endsHere(then)
          ? [
              section(`backend ${listenerBackend(entrance.name, i)}`, [
                'mode tcp',
                `server s ${listenerSocket(place, entrance.name, host)} send-proxy-v2`,
              ]),
            ]
          : [],
      ),
    ]),
    ...(binds.length > 0
      ? [
          section('frontend door:terminated', [
            'mode tcp',
            ...binds,
            'tcp-request content set-var(txn.s) so_name,field(1,:)',
            'tcp-request content set-var(txn.host) ssl_fc_sni,lower',
            ...nameRules(written.path('terminated.map'), terminated.hosts, choices),
          ]),
        ]
      : []),
    ...streamEntrances(model, 'tcp').map((entrance) =>
      section(`frontend entrance:${entrance.name}`, [
        'mode tcp',
        ...bindsOf(entrance),
        ...connectionLogLines(place.accessLog === true, entrance.name),
        ...(entrance.to === undefined
          ? ['tcp-request connection reject']
          : targetRules(choices.targetOf([], entrance.to))),
      ]),
    ),
  ];
  const maps = new Map(
    tlsEntrances(model).length > 0
      ? [
          ['names.map', names.text],
          ['terminated.map', terminated.text],
        ]
      : [],
  );
  return { text: sections.join('\n'), maps };
}

const bindsOf = ({ addresses, port }: { readonly addresses: readonly string[]; readonly port: number }) =>
  addresses.map((address) => `bind ${socketOf(address, port)} transparent`);

const targetRules = (to: string): string[] =>
  to.startsWith('=')
    ? [
        `tcp-request content set-var(txn.to) str(${to})`,
        'tcp-request content lua.choose',
        'use_backend %[var(txn.to)]',
      ]
    : [`default_backend ${to}`];

/** txn.s and txn.host are set. */
const nameRules = (map: string, hosts: ReadonlySet<string>, choices: Choices): string[] => [
  ...hostRules({ on: 'tcp-request content', map, hosts }),
  'tcp-request content set-var(txn.to) var(txn.h)',
  ...(choices.count > 0 ? ['tcp-request content lua.choose if { var(txn.to) -m beg = }'] : []),
  `tcp-request content reject if { var(txn.to) -m str ${NOWHERE} } or !{ var(txn.to) -m found }`,
  'use_backend %[var(txn.to)]',
];
