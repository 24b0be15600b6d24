// A gRPC server for tests, on a Unix socket or a port of 127.0.0.1. The handler has the HTTP/2 stream itself, so that tests
// can misbehave as they like; the functions below are what a server that behaves does with it.
import { once } from 'node:events';
import {
  createSecureServer,
  createServer,
  type Http2Server,
  type IncomingHttpHeaders,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from 'node:http2';
import type { AddressInfo } from 'node:net';
import { frame, MessageReader } from './framing.ts';

export type Handler = (stream: ServerHttp2Stream, headers: IncomingHttpHeaders) => unknown;

export class GrpcTestServer {
  /** Replace it at any time. */
  handler: Handler;
  readonly sessions = new Set<ServerHttp2Session>();
  readonly #server: Http2Server;

  constructor(handler: Handler, tls?: { cert: string; key: string; ca?: string }) {
    this.handler = handler;
    const mutual = tls?.ca ? { requestCert: true, rejectUnauthorized: true } : {};
    this.#server = tls ? createSecureServer({ ...tls, ...mutual }) : createServer();
    this.#server.on('session', (session) => {
      this.sessions.add(session);
      session.on('error', () => {});
      session.once('close', () => this.sessions.delete(session));
    });
    this.#server.on('stream', (stream, headers) => {
      stream.on('error', () => {});
      void this.handler(stream, headers);
    });
  }

  /** Listens on a path, or on a port (0 is any); resolves with the port. */
  async listen(at: string | number): Promise<number> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject);
      if (typeof at === 'string') this.#server.listen(at, resolve);
      else this.#server.listen(at, '127.0.0.1', resolve);
    });
    const address = this.#server.address();
    return typeof address === 'object' ? ((address as AddressInfo | null)?.port ?? 0) : 0;
  }

  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    for (const session of this.sessions) session.destroy();
    await closed;
  }
}

/** The messages of the request stream as they come. */
export async function* requests(stream: ServerHttp2Stream): AsyncGenerator<Buffer, void> {
  const reader = new MessageReader(Number.POSITIVE_INFINITY);
  for await (const chunk of stream as AsyncIterable<Buffer>) yield* reader.push(chunk);
}

/** Begins an answer; its trailers will say `code` (0 is OK) and `message`. */
export function begin(stream: ServerHttp2Stream, code = 0, message = ''): void {
  stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
  stream.on('wantTrailers', () =>
    stream.sendTrailers({ 'grpc-status': String(code), ...(message && { 'grpc-message': message }) }),
  );
}

/** Writes one message; resolves when the client has made room for the next. */
export async function write(stream: ServerHttp2Stream, message: Uint8Array): Promise<void> {
  if (!stream.write(frame(message))) await once(stream, 'drain').catch(() => {});
}

/** A whole answer: messages, then the status. */
export function answer(
  stream: ServerHttp2Stream,
  messages: readonly Uint8Array[],
  code = 0,
  message = '',
): void {
  begin(stream, code, message);
  for (const one of messages) stream.write(frame(one));
  stream.end();
}
