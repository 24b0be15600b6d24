// One HTTP/2 connection to a server, dialled when a call needs it and again after it was lost. After a GOAWAY Node closes
// the session: calls under way may finish, new calls get a new connection. Used by client.ts only.
import { type ClientHttp2Session, connect } from 'node:http2';
import type { Clock, Timer } from '../clock.ts';
import { hostPort } from '../net/host-port.ts';
import { dialUnix } from './dial-unix.ts';
import { GrpcError } from './status.ts';

export interface TlsOptions {
  /** PEM of the authorities to trust; the system's own when left out. */
  readonly ca?: string | Buffer;
  /** PEM of a client certificate and its key. */
  readonly cert?: string | Buffer;
  readonly key?: string | Buffer;
  /** The name to verify the certificate against, when not the host dialled. */
  readonly serverName?: string;
}

/** A function that gives the TLS options is called for each connection: certificates are renewed. */
export type Target =
  | { readonly socket: string }
  | { readonly host: string; readonly port: number; readonly tls?: TlsOptions | (() => TlsOptions) };

/** Pings while calls are under way. Servers may close a connection that pings more often than every five minutes. */
export interface KeepAlive {
  readonly everyMs: number;
  readonly timeoutMs: number;
}

/** Bytes that a server may send ahead on one stream; with the usual 64 KB a large message needs many round trips. */
const WINDOW = 4 << 20;
/** As grpc-go: how long a connection attempt may take. */
const DIAL_TIMEOUT_MS = 20_000;
const MAX_SESSION_MEMORY_MB = 256;

export class Connection {
  readonly #target: Target;
  readonly #clock: Clock;
  readonly #keepAlive: KeepAlive | undefined;
  #session: ClientHttp2Session | undefined;
  /** Whether the server has answered the first frames of #session; false when the connection failed before. */
  #up: Promise<boolean> = Promise.resolve(false);
  #calls = 0;
  #pings: Timer | undefined;

  constructor(target: Target, clock: Clock, keepAlive?: KeepAlive) {
    this.#target = target;
    this.#clock = clock;
    this.#keepAlive = keepAlive;
  }

  /** The connection for a new call. Does not wait until it stands: requests queue up in it. */
  session(): ClientHttp2Session {
    if (this.#session && !this.#session.destroyed && !this.#session.closed) return this.#session;
    const session = dialled(this.#target);
    session.setMaxListeners(0);
    // Calls learn of errors through their own streams.
    session.on('error', () => {});
    const late = this.#clock.after(DIAL_TIMEOUT_MS, () =>
      session.destroy(new GrpcError('unavailable', 'the connection attempt timed out')),
    );
    session.once('connect', () => {
      // Node says so of a session that has been destroyed while it was made, too.
      if (!session.destroyed) session.setLocalWindowSize(WINDOW);
    });
    this.#up = new Promise((resolve) => {
      session.once('remoteSettings', () => resolve(true));
      session.once('close', () => resolve(false));
    }).then((up) => {
      late.cancel();
      return up as boolean;
    });
    session.once('close', () => this.#forget(session));
    this.#session = session;
    return session;
  }

  /** Dials if need be; resolves with whether a gRPC server may be listening there. */
  up(): Promise<boolean> {
    this.session();
    return this.#up;
  }

  callBegins(): void {
    this.#calls++;
    const { everyMs } = this.#keepAlive ?? {};
    if (everyMs) this.#pings ??= this.#clock.every(everyMs, () => this.#ping());
  }

  callEnds(): void {
    if (--this.#calls > 0) return;
    this.#pings?.cancel();
    this.#pings = undefined;
  }

  close(): void {
    this.#session?.destroy();
    this.#session = undefined;
  }

  #ping(): void {
    const session = this.#session;
    if (!session || session.destroyed || session.connecting) return;
    const late = this.#clock.after(this.#keepAlive!.timeoutMs, () =>
      session.destroy(new GrpcError('unavailable', 'keepalive ping failed to receive ACK within timeout')),
    );
    if (!session.ping(() => late.cancel())) late.cancel();
  }

  #forget(session: ClientHttp2Session): void {
    if (this.#session === session) this.#session = undefined;
  }
}

function dialled(target: Target): ClientHttp2Session {
  const options = {
    maxSessionMemory: MAX_SESSION_MEMORY_MB,
    settings: { enablePush: false, initialWindowSize: WINDOW },
  };
  if ('socket' in target)
    return connect('http://localhost', { ...options, createConnection: () => dialUnix(target.socket) });
  const { host, port, tls } = target;
  const authority = hostPort(host, port);
  if (!tls) return connect(`http://${authority}`, options);
  const { serverName, ...material } = typeof tls === 'function' ? tls() : tls;
  return connect(`https://${authority}`, {
    ...options,
    ...material,
    ...(serverName && { servername: serverName }),
  });
}
