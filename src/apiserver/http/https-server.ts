// TLS ports for HTTP/2 and HTTP/1.1. HTTP/2 uses Node's core stream API, which costs a third less than the compatibility API.
// An error of one request or connection does not affect others. Called by api-server.ts.
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
import type { Logger } from '../../kit/log.ts';
import { errorAnswer } from '../handlers/answers/answers.ts';
import { type ApiRequest, isUpgradeReply, isWatch, NO_QUERY, type Reply, wholeBody } from '../request.ts';
import { http1Caller, http2Caller } from '../tunnel/caller.ts';
import { refuseWithStatus } from '../tunnel/tunnel-upgrade.ts';
import { NO_BODY, readBody } from './body.ts';
import { type Respond, sendAnswer, sendWatch } from './send.ts';

/** Handles a request that arrived on `socket`, synchronously if nothing has to be awaited. Never throws and never rejects. */
export type Serve = (request: ApiRequest, socket: TLSSocket) => Reply | Promise<Reply>;

export interface HttpsOptions {
  readonly certificate: string;
  readonly key: string;
  /** PEM of the CA of client certificates. */
  readonly clientCa: string;
  readonly serve: Serve;
  readonly log: Logger;
}

export interface Listening {
  readonly host: string;
  readonly port: number;
}

/** Flag of an HTTP/2 HEADERS frame without a body (RFC 9113, 6.2). */
const END_STREAM = 0x1;
/** Milliseconds. */
const KEEP_ALIVE = 120_000;

export class HttpsServer {
  readonly #serve: Serve;
  readonly #log: Logger;
  readonly #options: HttpsOptions;
  readonly #servers: Http2SecureServer[] = [];
  readonly #sockets = new Set<Socket>();

  constructor(options: HttpsOptions) {
    this.#options = options;
    this.#serve = options.serve;
    this.#log = options.log;
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
    const closed = this.#servers.map((server) => new Promise((resolve) => server.close(resolve)));
    for (const socket of this.#sockets) socket.destroy();
    await Promise.all(closed);
  }

  #create(): Http2SecureServer {
    const server = createSecureServer({
      allowHTTP1: true,
      cert: this.#options.certificate,
      key: this.#options.key,
      ca: this.#options.clientCa,
      // Client certificates are optional; authn/ ignores those that were not verified.
      requestCert: true,
      rejectUnauthorized: false,
      minVersion: 'TLSv1.2',
      maxSessionMemory: 256,
      settings: { maxConcurrentStreams: 1000, initialWindowSize: 1024 * 1024 },
      ...({ keepAliveTimeout: KEEP_ALIVE } as object),
    });
    server.on('request', (request, response) => this.#http1(request as never, response as never));
    // The `request` listener enables the compatibility API for HTTP/2 streams too: its `stream` listener is replaced.
    server.removeAllListeners('stream');
    server.on('stream', (stream, headers, flags) => this.#http2(stream, headers, flags));
    server.on('upgrade', (request, socket, head) => void this.#upgrade(request, socket, head));
    server.on('session', (session) => session.on('error', () => {}));
    server.on('sessionError', () => {});
    server.on('tlsClientError', () => {});
    server.on('connection', (socket: Socket) => {
      this.#sockets.add(socket);
      socket.once('close', () => this.#sockets.delete(socket));
      socket.on('error', () => {});
    });
    return server;
  }

  #http2(stream: ServerHttp2Stream, headers: IncomingHttpHeaders, flags: number): void {
    stream.on('error', () => {});
    const url = headers[':path'] ?? '/';
    const request: ApiRequest = {
      method: headers[':method'] ?? 'GET',
      ...splitUrl(url),
      headers,
      body: () =>
        flags & END_STREAM ? Promise.resolve(NO_BODY) : readBody(stream, headers['content-length']),
    };
    const respond: Respond = (status, answerHeaders) => {
      if (stream.destroyed || stream.headersSent) throw new DisconnectedError();
      stream.respond({ ':status': status, ...answerHeaders });
      return stream;
    };
    const answered = this.#answer(request, stream.session!.socket as TLSSocket, respond, () =>
      http2Caller(stream, headers),
    );
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
    const apiRequest: ApiRequest = {
      method,
      ...splitUrl(url),
      headers,
      body: () => readBody(request, headers['content-length']),
    };
    void this.#answer(apiRequest, request.socket as TLSSocket, respond, () => http1Caller(request, response));
  }

  #answer(
    request: ApiRequest,
    socket: TLSSocket,
    respond: Respond,
    caller: () => ReturnType<typeof http2Caller>,
  ): void | Promise<void> {
    const send = (reply: Reply): void | Promise<void> => {
      if (isUpgradeReply(reply)) return this.#proxy(reply.proxy(caller()), respond);
      if (isWatch(reply)) return sendWatch(reply, respond);
      return sendAnswer(reply, request.headers, respond, request.method === 'HEAD');
    };
    const failed = (error: unknown) => {
      if (!(error instanceof DisconnectedError))
        this.#log.warn('answer failed', { path: request.path, error });
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
      await sendAnswer(errorAnswer(error), {}, respond, false);
    }
  }

  async #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    socket.on('error', () => {});
    const incoming = { request, socket: socket as Socket, head };
    try {
      const reply = await this.#serve(
        {
          method: request.method ?? 'GET',
          ...splitUrl(request.url ?? '/'),
          headers: request.headers,
          body: async () => NO_BODY,
          upgrade: true,
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

/** The client disconnected before the response. */
class DisconnectedError extends Error {}

/** After the response, the rest of the request's body is not read: the stream is closed. */
async function closeAfterResponse(stream: ServerHttp2Stream, answered: void | Promise<void>): Promise<void> {
  await answered;
  if (!stream.readableEnded && stream.writableEnded) stream.close();
}

function splitUrl(url: string): Pick<ApiRequest, 'path' | 'query'> {
  const at = url.indexOf('?');
  return at < 0
    ? { path: url, query: NO_QUERY }
    : { path: url.slice(0, at), query: new URLSearchParams(url.slice(at + 1)) };
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
    // Not a Status: refused below.
  }
  return failure(400, 'BadRequest', 'Upgrade request required');
}
