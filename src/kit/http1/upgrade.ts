// The client's side of an HTTP/1.1 Upgrade: sends the request and returns either the raw connection (101) or the
// response that refused it. Used for the runtime's streaming server and by everything that proxies upgrades.
import { type Agent, type ClientRequest, request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { Duplex } from 'node:stream';
import type { SecureContext } from 'node:tls';
import { dialErrorText } from './dial-error.ts';

/** The TLS options for a server; absent means clear text. */
export interface TlsTarget {
  ca?: string | Buffer | readonly (string | Buffer)[];
  cert?: string | Buffer;
  key?: string | Buffer;
  servername?: string;
  rejectUnauthorized?: boolean;
  /** In place of `ca`, `cert` and `key`, which are parsed for every connection. */
  secureContext?: SecureContext;
}

export interface HttpTarget {
  host: string;
  port: number;
  tls?: TlsTarget;
  /** Path and query. */
  path: string;
}

export interface UpgradeRequest extends HttpTarget {
  method: string;
  /** Names and values in turn, as on the wire. Host is added when missing. */
  headers: readonly string[];
  signal?: AbortSignal | undefined;
  /** Whose connections are used; the request has one of its own if it is left out. */
  agent?: Agent;
}

export type UpgradeAnswer =
  | { upgraded: true; response: IncomingMessage; socket: Duplex; head: Buffer }
  | { upgraded: false; response: IncomingMessage };

/** The server could not be reached, or closed the connection before it responded. */
export class DialError extends Error {
  constructor(target: HttpTarget, cause: unknown) {
    super(dialErrorText(cause, target.host, target.port), { cause });
  }
}

const has = (headers: readonly string[], wanted: string) =>
  headers.some((name, i) => i % 2 === 0 && name.toLowerCase() === wanted);

/** Starts a request to `target` with raw headers. An upgrade that was not asked for is an error. */
export function startRequest(target: UpgradeRequest): ClientRequest {
  const request = open(target);
  request.once('upgrade', (response, socket) => {
    socket.destroy();
    const protocol = JSON.stringify(response.headers.upgrade ?? '');
    request.emit('error', new Error(`backend tried to switch protocol ${protocol} when "" was requested`));
  });
  return request;
}

function open(target: UpgradeRequest): ClientRequest {
  const host = target.host.includes(':') ? `[${target.host}]` : target.host;
  const headers = has(target.headers, 'host')
    ? [...target.headers]
    : ['Host', `${host}:${target.port}`, ...target.headers];
  const { ca, ...tls } = target.tls ?? {};
  const common = {
    host: target.host,
    port: target.port,
    path: target.path,
    method: target.method,
    headers,
    agent: target.agent ?? (false as const),
    signal: target.signal,
  };
  const request = target.tls
    ? httpsRequest({ ...common, ...tls, ...(ca && { ca: ca as string }) })
    : httpRequest(common);
  guard(request, target.tls ? 'secureConnect' : 'connect');
  return request;
}

/** Milliseconds for a connection and its TLS handshake, as in Go's default transport. */
const DIAL_MS = 30_000;
/** Milliseconds without traffic after which the kernel asks whether the peer is still there, as in Go's net package. */
const KEEP_ALIVE_MS = 15_000;
/** Interim responses (1xx) of one request, as in Go's transport. */
const MAX_INTERIM = 5;

/** Ends a request whose server cannot be reached in time, is gone without a word, or sends interim responses without end. */
function guard(request: ClientRequest, connected: 'connect' | 'secureConnect'): void {
  request.once('socket', (socket) => {
    // A connection of an agent may be one that was dialled before.
    if (!socket.connecting) return;
    socket.setKeepAlive(true, KEEP_ALIVE_MS);
    const fail = () =>
      request.destroy(Object.assign(new Error('no connection in time'), { name: 'TimeoutError' }));
    socket.setTimeout(DIAL_MS, fail);
    socket.once(connected, () => {
      socket.setTimeout(0);
      socket.off('timeout', fail);
    });
  });
  let interim = 0;
  const count = () => {
    if (++interim > MAX_INTERIM) request.destroy(new Error('net/http: too many 1xx informational responses'));
  };
  request.on('continue', count);
  request.on('information', count);
}

/** Requests an upgrade; rejects with a DialError when there is no response. */
export function requestUpgrade(target: UpgradeRequest): Promise<UpgradeAnswer> {
  return new Promise((resolve, reject) => {
    // Without a length Node would end the (empty) body by a chunk of its own, into the upgraded stream.
    const headers = has(target.headers, 'content-length')
      ? target.headers
      : [...target.headers, 'Content-Length', '0'];
    const request = open({ ...target, headers });
    request.on('upgrade', (response, socket, head) => {
      outliveWriteErrors(socket);
      resolve({ upgraded: true, response, socket, head });
    });
    request.on('response', (response) => resolve({ upgraded: false, response }));
    request.on('error', (error) => reject(new DialError(target, error)));
    request.end();
  });
}

/**
 * A server that ends while we still send (a command that leaves its input unread) resets the connection. Node would then
 * destroy the socket at the failed write, and the server's last bytes, not read yet, would be lost: so failed writes are
 * ignored, and reading finds the end.
 */
function outliveWriteErrors(socket: Duplex): void {
  const { _write, _writev } = socket;
  socket._write = (chunk, encoding, done) => _write.call(socket, chunk, encoding, () => done());
  if (_writev) socket._writev = (chunks, done) => _writev.call(socket, chunks, () => done());
}
