// TLS ports for HTTP/2 and HTTP/1.1. HTTP/2 uses Node's core stream API, which costs a third less than the compatibility API.
// An error of one request or connection does not affect others. Called by api-server.ts.
import type { EventEmitter } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import {
  createSecureServer,
  type Http2SecureServer,
  type IncomingHttpHeaders,
  type ServerHttp2Stream,
} from 'node:http2';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { TLSSocket } from 'node:tls';
import type { Status } from '../../api/meta/v1/status.ts';
import { failure, StatusError } from '../../api/status/status-error.ts';
import type { Clock, Timer } from '../../kit/clock.ts';
import { type Logger, Unquoted } from '../../kit/log.ts';
import { maxDescriptors } from '../../kit/process/process-metrics.ts';
import { SERVER_TLS } from '../../kit/tls.ts';
import { errorAnswer } from '../handlers/answers/answers.ts';
import { type ApiRequest, isUpgradeReply, isWatch, type Reply, wholeBody } from '../request.ts';
import { http1Caller, http2Caller } from '../tunnel/caller.ts';
import { refuseWithStatus } from '../tunnel/tunnel-upgrade.ts';
import { NO_BODY, readBody } from './body.ts';
import { type Connection, type ConnectionLimits, Connections, limitsFor } from './connections.ts';
import { Pacer } from './pacer.ts';
import { pathOf, requestTarget } from './request-target.ts';
import { type Respond, type Sender, sendAnswer, sendWatch } from './send.ts';

/** Handles a request that arrived on `socket`, synchronously if nothing has to be awaited. Never throws and never rejects. */
export type Serve = (request: ApiRequest, socket: TLSSocket) => Reply | Promise<Reply>;

export interface ServingCertificate {
  readonly certificate: string;
  readonly key: string;
  /** PEM of the CA of client certificates. */
  readonly clientCa: string;
}

export interface HttpsOptions extends ServingCertificate {
  readonly serve: Serve;
  /** Whether requests for this path may change to `protocol`. Everywhere else an Upgrade header is ignored (RFC 9110, 7.8). */
  readonly mayUpgrade: (path: string, protocol: string | undefined) => boolean;
  readonly clock: Clock;
  readonly log: Logger;
  /** The feature gate APIResponseCompression. */
  readonly compresses: boolean;
  /** limitsFor() the descriptors of this process by default. */
  readonly limits?: ConnectionLimits;
}

export interface Listening {
  readonly host: string;
  readonly port: number;
}

/** Flag of an HTTP/2 HEADERS frame without a body (RFC 9113, 6.2). */
const END_STREAM = 0x1;
/** Milliseconds, as upstream (secure_serving.go): between requests of HTTP/1.1, and until the headers of a request are there. */
const KEEP_ALIVE = 90_000;
const HEADERS_TIMEOUT = 32_000;
/** Until the whole of an HTTP/1.1 request is there: a little longer than its deadline, which gives a better answer. */
const REQUEST_TIMEOUT = 65_000;
const HANDSHAKE_TIMEOUT = 10_000;
const SWEEP_EVERY = 5000;
/** As kube-apiserver's default for http2-max-streams-per-connection. */
const MAX_STREAMS = 250;
/** Bytes of the headers of an HTTP/2 request, 32 added for each (RFC 9113, 6.5.2). nghttp2 takes nine frames of 16 KiB, and 64 KiB of
 *  a value, which Node.js does not let us change: beyond that it ends the connection with all of its requests. The limit is
 *  advertised: Go's clients do not send longer lists. Of other clients' too long lists only the stream is reset. */
const MAX_HEADER_LIST = 9 * 16 * 1024;
const MAX_HEADER_PAIRS = MAX_HEADER_LIST / 32;
/** Megabytes that Node.js holds for one HTTP/2 connection: with MAX_STREAMS slabs of 64 KB it needs 16. */
const SESSION_MEMORY = 64;

export class HttpsServer {
  readonly #serve: Serve;
  readonly #mayUpgrade: HttpsOptions['mayUpgrade'];
  readonly #log: Logger;
  readonly #servers: Http2SecureServer[] = [];
  readonly #sockets = new Set<Socket>();
  readonly #clock: Clock;
  readonly #connections: Connections;
  readonly #bySocket = new WeakMap<object, Connection>();
  #sweeping: Timer | undefined;
  readonly #sender: Sender;
  #certificate: ServingCertificate;

  constructor(options: HttpsOptions) {
    this.#certificate = options;
    this.#serve = options.serve;
    this.#mayUpgrade = options.mayUpgrade;
    this.#log = options.log;
    this.#clock = options.clock;
    this.#connections = new Connections(options.limits ?? limitsFor(maxDescriptors()));
    const { clock, compresses } = options;
    this.#sender = { clock, compresses, pacer: new Pacer(clock) };
  }

  /** Port 0 chooses a free port. */
  listen(host: string, port: number): Promise<Listening> {
    const server = this.#create();
    return new Promise((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, host, () => {
        server.removeListener('error', reject);
        server.on('error', (error) => this.#log.error('listener failed', { error }));
        this.#servers.push(server);
        resolve({ host, port: (server.address() as AddressInfo).port });
      });
    });
  }

  /** Open connections are destroyed: watches would keep the server open for up to an hour. */
  async close(): Promise<void> {
    this.#sweeping?.cancel();
    const closed = this.#servers.map((server) => new Promise((resolve) => server.close(resolve)));
    for (const socket of this.#sockets) socket.destroy();
    await Promise.all(closed);
  }

  /** Used for connections that begin from now on. */
  setCertificate(certificate: ServingCertificate): void {
    this.#certificate = certificate;
    for (const server of this.#servers) server.setSecureContext(contextOf(certificate));
  }

  #create(): Http2SecureServer {
    const server = createSecureServer({
      allowHTTP1: true,
      ...contextOf(this.#certificate),
      // Client certificates are optional; authn/ ignores those that were not verified.
      requestCert: true,
      rejectUnauthorized: false,
      handshakeTimeout: HANDSHAKE_TIMEOUT,
      maxSessionMemory: SESSION_MEMORY,
      maxHeaderListPairs: MAX_HEADER_PAIRS,
      settings: {
        maxConcurrentStreams: MAX_STREAMS,
        maxHeaderListSize: MAX_HEADER_LIST,
        initialWindowSize: 1024 * 1024,
      },
      ...({ keepAliveTimeout: KEEP_ALIVE } as object),
    });
    Object.assign(server, { headersTimeout: HEADERS_TIMEOUT, requestTimeout: REQUEST_TIMEOUT });
    // Node.js 24.9 and later. An HTTP/2 server does not take it as an option, but its HTTP/1.1 side asks it.
    Object.assign(server, {
      shouldUpgradeCallback: ({ url = '/', headers }: IncomingMessage) =>
        this.#mayUpgrade(pathOf(url), headers.upgrade),
    });
    server.on('request', (request, response) => this.#http1(request as never, response as never));
    // The `request` listener enables the compatibility API for HTTP/2 streams too: its `stream` listener is replaced.
    server.removeAllListeners('stream');
    server.on('stream', (stream, headers, flags) => this.#http2(stream, headers, flags));
    server.on('upgrade', (request, socket, head) => void this.#upgrade(request, socket, head));
    server.on('session', (session) => {
      session.on('error', () => {});
      const close = (gently: boolean) => (gently ? session.close() : session.destroy());
      this.#admit(session.socket as TLSSocket, session, close, 0);
    });
    // Before the listener that makes the parser, which takes the limit from the server.
    server.prependListener('secureConnection', (socket: TLSSocket) => {
      if (socket.alpnProtocol === 'h2') return;
      const maxHeaderSize = this.#connections.headerBytesFor(socket.authorized);
      Object.assign(server, { maxHeaderSize });
      this.#admit(socket, socket, () => socket.destroy(), maxHeaderSize);
    });
    server.on('sessionError', () => {});
    server.on('tlsClientError', () => {});
    server.on('connection', (socket: Socket) => {
      this.#sockets.add(socket);
      socket.once('close', () => this.#sockets.delete(socket));
      socket.on('error', () => {});
    });
    return server;
  }

  /** Counts a connection until `owner` is closed, or closes it if there are too many. */
  #admit(socket: TLSSocket, owner: EventEmitter, close: Connection['close'], headerBytes: number): void {
    const usedAt = this.#clock.monotonic();
    const address = socket.remoteAddress ?? '';
    const { authorized: authenticated } = socket;
    const connection: Connection = { address, authenticated, active: 0, usedAt, headerBytes, close };
    if (!this.#connections.add(connection)) return close(false);
    this.#bySocket.set(socket, connection);
    owner.once('close', () => this.#connections.remove(connection));
    this.#sweeping ??= this.#clock.every(SWEEP_EVERY, () => this.#sweep());
  }

  #sweep(): void {
    this.#connections.sweep(this.#clock.monotonic());
    if (this.#connections.size > 0) return;
    this.#sweeping?.cancel();
    this.#sweeping = undefined;
  }

  #http2(stream: ServerHttp2Stream, headers: IncomingHttpHeaders, flags: number): void {
    stream.on('error', () => {});
    const url = headers[':path'] ?? '/';
    const socket = stream.session!.socket as TLSSocket;
    const connection = this.#bySocket.get(socket);
    const request: ApiRequest = {
      ...(connection && { peer: connection }),
      method: headers[':method'] ?? 'GET',
      ...requestTarget(url),
      headers,
      body: (admit) =>
        flags & END_STREAM ? Promise.resolve(NO_BODY) : readBody(stream, headers['content-length'], admit),
      abandoned: () => stream.destroyed,
    };
    const respond: Respond = (status, answerHeaders) => {
      if (stream.destroyed || stream.headersSent) throw new DisconnectedError();
      stream.respond({ ':status': status, ...answerHeaders });
      return stream;
    };
    const caller = () => http2Caller(stream, headers);
    const answered = this.#counted(connection, () => this.#answer(request, socket, respond, caller));
    if (!(flags & END_STREAM)) void closeAfterResponse(stream, answered);
  }

  #http1(request: IncomingMessage, response: ServerResponse): void {
    if (request.httpVersionMajor !== 1) return;
    response.on('error', () => {});
    const { method = 'GET', url = '/', headers } = request;
    const respond: Respond = (status, answerHeaders) => {
      if (response.destroyed || response.headersSent) throw new DisconnectedError();
      // HTTP/1.1 cannot skip an unread body: the connection is closed after the response.
      const unread = !request.complete && status >= 400;
      response.writeHead(status, { ...answerHeaders, ...(unread && { connection: 'close' }) } as never);
      return response;
    };
    const socket = request.socket as TLSSocket;
    const connection = this.#bySocket.get(socket);
    const apiRequest: ApiRequest = {
      ...(connection && { peer: connection }),
      method,
      ...requestTarget(url),
      headers,
      body: (admit) => readBody(request, headers['content-length'], admit),
      abandoned: () => response.destroyed,
    };
    const caller = () => http1Caller(request, response);
    void this.#counted(connection, () => this.#answer(apiRequest, socket, respond, caller));
  }

  /** Runs one request of a connection, which is not idle meanwhile. */
  #counted(connection: Connection | undefined, run: () => void | Promise<void>): void | Promise<void> {
    if (!connection) return run();
    connection.usedAt = this.#clock.monotonic();
    const answered = run();
    if (!answered) return;
    connection.active++;
    return answered.finally(() => {
      connection.active--;
      connection.usedAt = this.#clock.monotonic();
    });
  }

  #answer(
    request: ApiRequest,
    socket: TLSSocket,
    respond: Respond,
    caller: () => ReturnType<typeof http2Caller>,
  ): void | Promise<void> {
    const send = (reply: Reply): void | Promise<void> => {
      if (isUpgradeReply(reply)) return this.#proxy(reply.proxy(caller()), respond);
      if (isWatch(reply)) return sendWatch(this.#sender, reply, respond);
      return sendAnswer(this.#sender, reply, request.headers, respond, request.method === 'HEAD');
    };
    const failed = (error: unknown) => {
      if (!(error instanceof DisconnectedError))
        this.#log.warn('answer failed', { method: request.method, error: new Unquoted(error) });
    };
    try {
      const reply = this.#serve(request, socket);
      const sent = reply instanceof Promise ? reply.then(send) : send(reply);
      return sent?.catch(failed);
    } catch (error) {
      failed(error);
    }
  }

  /** A proxy that fails before it has started a response rejects: the Status is sent here. */
  async #proxy(proxied: Promise<void>, respond: Respond): Promise<void> {
    try {
      await proxied;
    } catch (error) {
      await sendAnswer(this.#sender, errorAnswer(error), {}, respond, false);
    }
  }

  async #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    socket.on('error', () => {});
    const incoming = { request, socket: socket as Socket, head };
    const connection = this.#bySocket.get(socket);
    if (connection) connection.active++;
    try {
      const reply = await this.#serve(
        {
          method: request.method ?? 'GET',
          ...requestTarget(request.url ?? '/'),
          headers: request.headers,
          body: async () => NO_BODY,
          upgrade: true,
          ...(connection && { peer: connection }),
        },
        socket as TLSSocket,
      );
      if (isUpgradeReply(reply)) await reply.tunnel(incoming);
      else refuseWithStatus(incoming, refusalOf(reply));
    } catch (error) {
      refuseWithStatus(incoming, error);
    }
  }
}

const contextOf = ({ certificate, key, clientCa }: ServingCertificate) =>
  ({
    cert: certificate,
    key,
    ca: clientCa,
    ...SERVER_TLS,
  }) as const;

/** The client disconnected before the response. */
class DisconnectedError extends Error {}

/** After the response, the rest of the request's body is not read: the stream is closed. */
async function closeAfterResponse(stream: ServerHttp2Stream, answered: void | Promise<void>): Promise<void> {
  await answered;
  if (!stream.readableEnded && stream.writableEnded) stream.close();
}

/** The error for an upgrade request whose reply is not a connection. */
function refusalOf(reply: Reply): unknown {
  if (isWatch(reply) || isUpgradeReply(reply))
    return failure(400, 'BadRequest', 'this path does not upgrade');
  const body = wholeBody(reply.body);
  try {
    const status = JSON.parse(body.toString()) as Status & { kind?: string };
    if (reply.status >= 400 && status.kind === 'Status') return new StatusError(status);
  } catch {
    if (reply.status >= 400) return failure(reply.status, '', body.toString().trim());
  }
  return failure(400, 'BadRequest', 'Upgrade request required');
}
