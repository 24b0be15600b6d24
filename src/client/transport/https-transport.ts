// Requests and watches to an API server over HTTP/2 with TLS, multiplexed on as few connections as the server allows and
// dialled again when they break. Used by every component that runs outside the API server's process, and by kubectl.
import { type ClientHttp2Stream, constants } from 'node:http2';
import { PassThrough, pipeline } from 'node:stream';
import { readJsonLines } from '../../kit/http1/json-lines.ts';
import { errorOf } from '../rest/failure.ts';
import { answerOf, bodyOf, headOf } from './answers.ts';
import { type ServerOptions, SessionPool } from './session-pool.ts';
import type { Transport, TransportRequest, TransportResponse, WatchFrame } from './transport.ts';

export interface HttpsTransportOptions extends ServerOptions {
  /** A bearer token, or how to get the current one. */
  readonly token?: string | (() => string);
}

export class HttpsTransport implements Transport {
  readonly #token: HttpsTransportOptions['token'];
  readonly #sessions: SessionPool;
  /** The client certificate may be renewed while this process runs. */
  readonly #renewable: boolean;

  constructor(options: HttpsTransportOptions) {
    this.#token = options.token;
    this.#sessions = new SessionPool(options);
    this.#renewable = typeof options.cert === 'function';
  }

  async request(request: TransportRequest): Promise<TransportResponse> {
    try {
      return this.#noticing(await answerOf(this.#open(request)));
    } catch (error) {
      // A refused stream was not processed by the server, and reading twice does no harm: both may be sent again.
      if (request.signal?.aborted || !(wasRefused(error) || request.method === 'GET')) throw error;
      this.#sessions.retire();
      return this.#noticing(await answerOf(this.#open(request)));
    }
  }

  async watch(request: TransportRequest): Promise<AsyncIterable<WatchFrame>> {
    const stream = this.#open(request);
    // Read from the first moment on, as in answerOf; a slow reader still slows the server down.
    const body = new PassThrough();
    pipeline(stream, body, () => {});
    const head = this.#noticing(await headOf(stream));
    if (head.status >= 400) throw errorOf({ status: head.status, body: await bodyOf(body) });
    return readJsonLines<WatchFrame>(body, request.signal);
  }

  /** A certificate that has expired is refused on its connection for good: the next request goes over a new one. */
  #noticing<R extends { readonly status: number }>(answer: R): R {
    if (answer.status === 401 && this.#renewable) this.#sessions.retire();
    return answer;
  }

  /** Ends the connections once what is under way has ended; a later request makes a new one. */
  close(): void {
    this.#sessions.retire();
  }

  #open(request: TransportRequest): ClientHttp2Stream {
    const { signal, body } = request;
    signal?.throwIfAborted();
    const stream = this.#sessions.open(this.#headers(request), !body);
    // The reader of the stream gets its errors; without a reader they must not end the process.
    stream.on('error', () => {});
    const abort = () => {
      // The code says that we gave up, where a mere destroy() would call it an internal error.
      stream.close(constants.NGHTTP2_CANCEL);
      stream.destroy(abortError(signal));
    };
    signal?.addEventListener('abort', abort, { once: true });
    stream.once('close', () => signal?.removeEventListener('abort', abort));
    if (body) stream.end(body);
    return stream;
  }

  #headers(request: TransportRequest): Record<string, string> {
    const query = request.query && new URLSearchParams(request.query).toString();
    const token = typeof this.#token === 'function' ? this.#token() : this.#token;
    return {
      ':method': request.method,
      ':path': query ? `${request.path}?${query}` : request.path,
      ...(token && { authorization: `Bearer ${token}` }),
      ...request.headers,
    };
  }
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
