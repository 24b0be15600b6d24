// A model as HAProxy serves it: the sockets on which requests come, and the scope of routes of each; the entrances for connections that
// stay connections; which backends are for which. Pure; called by files.ts.
import type { Entrance, Https, TlsListener } from '../../model/entrances.ts';
import type { DoorModel } from '../../model/model.ts';
import type { Backend, Host, Route, Target } from '../../model/routes.ts';
import type { Scope } from './look-ups/hosts.ts';

export type HttpEntrance = Extract<Entrance, { protocol: 'http' }>;
export type TlsEntrance = Extract<Entrance, { protocol: 'tls' }>;
export type StreamEntrance = Extract<Entrance, { protocol: 'tcp' | 'udp' }>;

/** The scope of Ingresses. The other scopes have the names of their entrances. */
export const INGRESS = 'ingress';

export const httpEntrances = ({ entrances }: DoorModel): HttpEntrance[] =>
  entrances.filter((one): one is HttpEntrance => one.protocol === 'http');
export const tlsEntrances = ({ entrances }: DoorModel): TlsEntrance[] =>
  entrances.filter((one): one is TlsEntrance => one.protocol === 'tls');
export const streamEntrances = (
  { entrances }: DoorModel,
  protocol: StreamEntrance['protocol'],
): StreamEntrance[] => entrances.filter((one): one is StreamEntrance => one.protocol === protocol);

/** Of requests. */
export const requestScopes = (model: DoorModel): Scope[] => [
  { name: INGRESS, listeners: [{ host: '', routes: model.routes }] },
  ...httpEntrances(model),
  ...tlsEntrances(model).map(({ name, listeners }) => ({
    name,
    listeners: listeners.map(({ host, then }) => ({
      host,
      routes: then.kind === 'https' ? then.routes : [],
    })),
  })),
];

/** Of connections whose first bytes name a host: to the socket of a listener where TLS ends, or past it. */
export const nameScopes = (model: DoorModel): Scope[] =>
  tlsEntrances(model).map(({ name, listeners }) => ({
    name,
    listeners: listeners.map(({ host, then }, i) => ({
      host,
      routes:
        then.kind === 'passthrough'
          ? routesOf(then.names)
          : endsHere(then)
            ? [routeOf(host, listenerBackend(name, i))]
            : [],
    })),
  }));

/** Of connections from which TLS was taken off. */
export const terminatedScopes = (model: DoorModel): Scope[] =>
  tlsEntrances(model).map(({ name, listeners }) => ({
    name,
    listeners: listeners.map(({ host, then }) => ({
      host,
      routes: then.kind === 'terminate' ? routesOf(then.names) : [],
    })),
  }));

/** A listener without a certificate cannot answer. */
export const endsHere = (
  then: TlsListener['then'],
): then is Exclude<TlsListener['then'], { kind: 'passthrough' }> =>
  then.kind !== 'passthrough' && then.certificates.length > 0;

export const isHttps = (then: TlsListener['then']): then is Https => then.kind === 'https';

/** The backend with the socket of a listener; no backend of a model has ':' in its name. */
export const listenerBackend = (entrance: string, listener: number): string => `tls:${entrance}:${listener}`;

const routeOf = (host: Host, to: Target): Route => ({ host, path: '', match: 'exact', branches: [], to });
const routesOf = (names: ReadonlyMap<Host, Target>): Route[] =>
  [...names].map(([host, to]) => routeOf(host, to));

const namesOf = (to: Target | undefined): string[] =>
  to === undefined ? [] : typeof to === 'string' ? [to] : to.map(({ backend }) => backend);

/** Backends of connections, and those that UDP alone leads to, which are none of HAProxy's. */
export function backendsByUse(model: DoorModel): { requests: Backend[]; streams: Backend[] } {
  const named = (scopes: readonly Scope[]) =>
    scopes.flatMap(({ listeners }) =>
      listeners.flatMap(({ routes }) => routes.flatMap(({ to }) => namesOf(to))),
    );
  const entrancesTo = (protocol: StreamEntrance['protocol']) =>
    streamEntrances(model, protocol).flatMap(({ to }) => namesOf(to));
  const streams = new Set([
    ...named(nameScopes(model)),
    ...named(terminatedScopes(model)),
    ...entrancesTo('tcp'),
  ]);
  const datagrams = new Set(entrancesTo('udp').filter((name) => !streams.has(name)));
  const all = [...model.backends.values()];
  return {
    requests: all.filter(({ name }) => !streams.has(name) && !datagrams.has(name)),
    streams: all.filter(({ name }) => streams.has(name)),
  };
}
