// HTTP/2 connections to one API server. One is enough as long as the server takes all our streams on it; a server that
// limits streams per connection (kube-apiserver: 100) gets another connection when every stream is taken, since watches
// never give theirs back. Connections are dialled when a request needs them. Used by https-transport.ts only.
import {
  type ClientHttp2Session,
  type ClientHttp2Stream,
  connect,
  type OutgoingHttpHeaders,
} from 'node:http2';
import type { Clock, Timer } from '../../kit/clock.ts';
import { type Material, pemOf } from './material.ts';

export interface ServerOptions {
  /** Such as https://127.0.0.1:6443. */
  readonly server: string;
  /** The authorities to trust; the system's own when left out. Like the next two it is asked for at each dial. */
  readonly ca?: Material;
  /** A client certificate and its key. */
  readonly cert?: Material;
  readonly key?: Material;
  readonly insecureSkipVerify?: boolean;
  /** The name to verify the certificate against, when not the host of `server`. */
  readonly serverName?: string;
  readonly clock: Pick<Clock, 'after' | 'every'>;
}

/** As client-go: a connection is pinged so often, and dropped when no answer comes. */
const PING_EVERY_MS = 30_000;
const PING_TIMEOUT_MS = 15_000;
/** As client-go's dialer. */
const DIAL_TIMEOUT_MS = 30_000;
/** How many bytes may be under way unread: with the usual 64 KB a big list waits for a round trip every few objects. */
const WINDOW = 4 << 20;
/** Lists of whole clusters go through one connection. */
const MAX_SESSION_MEMORY_MB = 1000;
/** What is assumed until the server has said how many streams it takes. */
const STREAMS_AT_FIRST = 100;

interface Connection {
  readonly session: ClientHttp2Session;
  readonly timers: Set<Timer>;
  streams: number;
  limit: number;
}

export class SessionPool {
  readonly #options: ServerOptions;
  readonly #connections = new Set<Connection>();

  constructor(options: ServerOptions) {
    this.#options = options;
  }

  open(headers: OutgoingHttpHeaders, endStream: boolean): ClientHttp2Stream {
    const connection = this.#withRoom() ?? this.#dial();
    const stream = connection.session.request(headers, { endStream });
    this.#count(connection, 1);
    stream.once('close', () => this.#count(connection, -1));
    return stream;
  }

  /** New streams go to new connections; those under way may finish. */
  retire(): void {
    for (const connection of this.#connections) {
      this.#connections.delete(connection);
      this.#closeIfIdle(connection);
    }
  }

  /** A session that is closed sends no pings: what is under way on it would not hear of its loss. */
  #closeIfIdle(connection: Connection): void {
    if (connection.streams === 0 && !this.#connections.has(connection)) connection.session.close();
  }

  #withRoom(): Connection | undefined {
    for (const connection of this.#connections) {
      const { session, streams, limit } = connection;
      if (!session.closed && !session.destroyed && streams < limit) return connection;
    }
    return undefined;
  }

  #dial(): Connection {
    const { server, ca, cert, key, insecureSkipVerify, serverName, clock } = this.#options;
    const session = connect(server, {
      ...(ca && { ca: pemOf(ca) }),
      ...(cert && { cert: pemOf(cert) }),
      ...(key && { key: pemOf(key) }),
      ...(serverName && { servername: serverName }),
      rejectUnauthorized: !insecureSkipVerify,
      maxSessionMemory: MAX_SESSION_MEMORY_MB,
      settings: { enablePush: false, initialWindowSize: WINDOW },
    });
    const connection: Connection = { session, timers: new Set(), streams: 0, limit: STREAMS_AT_FIRST };
    const late = clock.after(DIAL_TIMEOUT_MS, () =>
      session.destroy(new Error(`dial ${server}: i/o timeout`)),
    );
    connection.timers.add(late);
    connection.timers.add(clock.every(PING_EVERY_MS, () => this.#ping(session)));
    session.once('connect', () => {
      late.cancel();
      // Node says so of a session that has been destroyed while it was made, too.
      if (!session.destroyed) session.setLocalWindowSize(WINDOW);
    });
    session.on('remoteSettings', ({ maxConcurrentStreams = Number.POSITIVE_INFINITY }) => {
      connection.limit = maxConcurrentStreams;
    });
    for (const event of ['error', 'goaway']) session.on(event, () => this.#connections.delete(connection));
    session.once('close', () => {
      this.#connections.delete(connection);
      for (const timer of connection.timers) timer.cancel();
    });
    this.#connections.add(connection);
    return connection;
  }

  /** A connection keeps the program alive only while it has streams under way. */
  #count(connection: Connection, change: 1 | -1): void {
    connection.streams += change;
    if (connection.session.destroyed) return;
    if (connection.streams > 0) connection.session.ref();
    else connection.session.unref();
    this.#closeIfIdle(connection);
  }

  #ping(session: ClientHttp2Session): void {
    if (session.destroyed || session.connecting) return;
    const late = this.#options.clock.after(PING_TIMEOUT_MS, () =>
      session.destroy(new Error('http2: client connection lost')),
    );
    if (!session.ping(() => late.cancel())) late.cancel();
  }
}
