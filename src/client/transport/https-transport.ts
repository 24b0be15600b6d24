// Requests and watches to an API server over HTTP/2 with TLS, all multiplexed on one connection that is made again when it breaks.
// Used by every component that runs outside the API server's process, and by kubectl.
import {
  type ClientHttp2Session,
  type ClientHttp2Stream,
  connect,
  type IncomingHttpHeaders,
} from 'node:http2';
import { PassThrough, pipeline, type Readable } from 'node:stream';
import type { Clock, Timer } from '../../kit/clock.ts';
import { errorOf } from '../rest/failure.ts';
import type { Transport, TransportRequest, TransportResponse, WatchFrame } from './transport.ts';
import { readFrames } from './watch-frames.ts';

export interface HttpsTransportOptions {
  /** Such as https://127.0.0.1:6443. */
  readonly server: string;
  /** PEM of the authorities to trust; the system's own when left out. */
  readonly ca?: string | Buffer;
  /** PEM of a client certificate and its key. */
  readonly cert?: string | Buffer;
  readonly key?: string | Buffer;
  /** A bearer token, or how to get the current one. */
  readonly token?: string | (() => string);
  readonly insecureSkipVerify?: boolean;
  /** The name to verify the certificate against, when not the host of `server`. */
  readonly serverName?: string;
  readonly clock: Pick<Clock, 'after' | 'every'>;
}

/** As client-go: a connection quiet for so long is pinged, and dropped when no answer comes. */
const PING_EVERY_MS = 30_000;
const PING_TIMEOUT_MS = 15_000;
/** How many bytes may be under way unread: with the usual 64 KB a big list waits for a round trip every few objects. */
const WINDOW = 4 << 20;
/** Lists of whole clusters go through one connection. */
const MAX_SESSION_MEMORY_MB = 1000;

interface Head {
  readonly status: number;
  readonly headers: Record<string, string>;
}

export class HttpsTransport implements Transport {
  readonly #options: HttpsTransportOptions;
  #session: ClientHttp2Session | undefined;
  #pings: Timer | undefined;
  /** Streams under way by session: a connection keeps the program alive only while it has some. */
  readonly #streams = new WeakMap<ClientHttp2Session, number>();

  constructor(options: HttpsTransportOptions) {
    this.#options = options;
  }

  async request(request: TransportRequest): Promise<TransportResponse> {
    try {
      return await this.#once(request);
    } catch (error) {
      // A refused stream was not looked at by the server, and reading twice does no harm: both may be sent again.
      if (request.signal?.aborted || !(wasRefused(error) || request.method === 'GET')) throw error;
      this.#drop();
      return this.#once(request);
    }
  }

  async watch(request: TransportRequest): Promise<AsyncIterable<WatchFrame>> {
    const stream = this.#open(request);
    // Read from the first moment on, as in answerOf; what reads slowly is still waited for.
    const body = new PassThrough();
    pipeline(stream, body, () => {});
    const head = await headOf(stream);
    if (head.status >= 400) throw errorOf({ status: head.status, body: await bodyOf(body) });
    return readFrames(body, request.signal);
  }

  /** Ends the connection; a later request makes a new one. */
  close(): void {
    this.#drop();
  }

  async #once(request: TransportRequest): Promise<TransportResponse> {
    return answerOf(this.#open(request));
  }

  #open(request: TransportRequest): ClientHttp2Stream {
    request.signal?.throwIfAborted();
    const session = this.#connected();
    const stream = session.request(this.#headers(request), { endStream: !request.body });
    // Whoever reads the stream hears of its errors; without a reader they must not end the process.
    stream.on('error', () => {});
    this.#count(session, 1);
    const abort = () => stream.destroy(abortError(request.signal));
    request.signal?.addEventListener('abort', abort, { once: true });
    stream.once('close', () => {
      request.signal?.removeEventListener('abort', abort);
      this.#count(session, -1);
    });
    if (request.body) stream.end(request.body);
    return stream;
  }

  #headers(request: TransportRequest): Record<string, string> {
    const query = request.query && new URLSearchParams(request.query).toString();
    const token = typeof this.#options.token === 'function' ? this.#options.token() : this.#options.token;
    return {
      ':method': request.method,
      ':path': query ? `${request.path}?${query}` : request.path,
      ...(token && { authorization: `Bearer ${token}` }),
      ...request.headers,
    };
  }

  #connected(): ClientHttp2Session {
    if (this.#session && !this.#session.closed && !this.#session.destroyed) return this.#session;
    this.#drop();
    const { server, ca, cert, key, insecureSkipVerify, serverName } = this.#options;
    const session = connect(server, {
      ca,
      cert,
      key,
      ...(serverName && { servername: serverName }),
      rejectUnauthorized: !insecureSkipVerify,
      maxSessionMemory: MAX_SESSION_MEMORY_MB,
      settings: { enablePush: false, initialWindowSize: WINDOW },
    });
    session.once('connect', () => session.setLocalWindowSize(WINDOW));
    const gone = () => this.#forget(session);
    session.on('error', gone);
    session.on('goaway', gone);
    session.on('close', gone);
    this.#session = session;
    this.#pings = this.#options.clock.every(PING_EVERY_MS, () => this.#ping(session));
    return session;
  }

  #count(session: ClientHttp2Session, change: 1 | -1): void {
    const streams = (this.#streams.get(session) ?? 0) + change;
    this.#streams.set(session, streams);
    if (session.destroyed) return;
    if (streams > 0) session.ref();
    else session.unref();
  }

  #ping(session: ClientHttp2Session): void {
    if (session.destroyed) return;
    const late = this.#options.clock.after(PING_TIMEOUT_MS, () =>
      session.destroy(new Error('ping timed out')),
    );
    session.ping(() => late.cancel());
  }

  #forget(session: ClientHttp2Session): void {
    if (this.#session !== session) return;
    this.#session = undefined;
    this.#pings?.cancel();
  }

  #drop(): void {
    this.#pings?.cancel();
    this.#session?.close();
    this.#session = undefined;
  }
}

function headOf(stream: ClientHttp2Stream): Promise<Head> {
  return new Promise((resolve, reject) => {
    stream.once('error', reject);
    stream.once('close', () => reject(new Error('the connection closed before an answer came')));
    stream.once('response', (headers) =>
      resolve({ status: Number(headers[':status']), headers: flat(headers) }),
    );
  });
}

function flat(headers: IncomingHttpHeaders): Record<string, string> {
  const out: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers))
    if (value !== undefined && !name.startsWith(':')) out[name] = String(value);
  return out;
}

/** Head and body, heard from the first moment on: a short answer may be over before anybody else gets a turn. */
function answerOf(stream: ClientHttp2Stream): Promise<TransportResponse> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let head: Head | undefined;
    stream.once('response', (headers) => {
      head = { status: Number(headers[':status']), headers: flat(headers) };
    });
    stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    stream.once('end', () => {
      if (head) resolve({ ...head, body: Buffer.concat(chunks) });
    });
    stream.once('error', reject);
    stream.once('close', () => reject(new Error('the connection closed before the whole answer came')));
  });
}

async function bodyOf(stream: Readable): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

const wasRefused = (error: unknown): boolean => {
  const code = (error as { code?: string } | undefined)?.code;
  return (
    code === 'ERR_HTTP2_GOAWAY_SESSION' ||
    code === 'ERR_HTTP2_INVALID_SESSION' ||
    (code === 'ERR_HTTP2_STREAM_ERROR' && String(error).includes('NGHTTP2_REFUSED_STREAM'))
  );
};

const abortError = (signal: AbortSignal | undefined): Error =>
  signal?.reason instanceof Error ? signal.reason : new Error('aborted', { cause: signal?.reason });
