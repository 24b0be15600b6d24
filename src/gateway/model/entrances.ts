// Where clients connect to a Gateway, and what becomes of a connection there. routes/ compiles into it.
import type { Certificate, Host, Route, Target } from './routes.ts';

/** A port of some addresses. No two entrances share an address, a port and tcp or udp. */
export type Entrance = Place & (Http | Tls | Stream);

interface Place {
  /** Of letters, digits, '.', '-' and '_'; also names it in metrics. */
  readonly name: string;
  readonly addresses: readonly string[];
  readonly port: number;
}

interface Http {
  readonly protocol: 'http';
  readonly listeners: readonly HttpListener[];
}

/** A request is for the listener with the most specific host that matches its own, and for no other; without one it gets 404. */
export interface HttpListener {
  readonly host: Host;
  /** Their hosts are within the listener's. */
  readonly routes: readonly Route[];
}

/** Connections that do not begin with TLS, or name no host of these, are closed. */
interface Tls {
  readonly protocol: 'tls';
  readonly listeners: readonly TlsListener[];
}

/** A connection is for the listener with the most specific host that matches the name that the client asks for (SNI). */
export interface TlsListener {
  readonly host: Host;
  readonly then: Https | Terminated | Passed;
}

/** Requests whose host belongs to another listener of the entrance get 421. */
export interface Https {
  readonly kind: 'https';
  readonly certificates: readonly Certificate[];
  readonly clients?: ClientCertificates;
  readonly routes: readonly Route[];
}

/** TLS ends at the door, what is inside goes on as bytes. Names are those of `host` or more specific ones. */
interface Terminated {
  readonly kind: 'terminate';
  readonly certificates: readonly Certificate[];
  readonly clients?: ClientCertificates;
  readonly names: ReadonlyMap<Host, Target>;
}

/** Bytes go on as they are. */
interface Passed {
  readonly kind: 'passthrough';
  readonly names: ReadonlyMap<Host, Target>;
}

export interface ClientCertificates {
  /** PEM of the authorities. */
  readonly authorities: string;
  /** False: clients without a certificate, or with another one, are served as well. */
  readonly required: boolean;
}

interface Stream {
  readonly protocol: 'tcp' | 'udp';
  readonly to?: Target;
}
