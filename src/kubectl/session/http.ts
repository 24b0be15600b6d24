// Requests over HTTP/1.1, with connections that are kept for the command's next requests: every API server and proxy speaks it, also in
// clear text, and node:http starts faster than node:http2. Called by session.ts only.
import {
  type ClientRequest,
  Agent as HttpAgent,
  request as httpRequest,
  type IncomingMessage,
} from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import type { Readable } from 'node:stream';
import { dialErrorText } from '../../kit/http1/dial-error.ts';
import { ConnectionError } from '../errors/errors.ts';
import type { Target } from './target.ts';

export interface RawRequest {
  readonly method: string;
  /** Path and query, with the server's own path in front. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly body?: Uint8Array | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Without an answer's head after so many milliseconds the request fails; 0 for never. */
  readonly timeoutMs: number;
}

export interface RawAnswer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  /** The body as it comes, decompressed. */
  readonly stream: Readable;
}

export class Requester {
  readonly #target: Target;
  readonly #agent: HttpAgent;
  readonly #port: number;
  readonly #host: string;

  constructor(target: Target) {
    this.#target = target;
    const { url, tls } = target;
    this.#host = url.hostname.replace(/^\[|\]$/g, '');
    this.#port = Number(url.port || (tls ? 443 : 80));
    const kept = { keepAlive: true, maxSockets: 64 };
    this.#agent = tls ? new HttpsAgent(kept) : new HttpAgent(kept);
  }

  close(): void {
    this.#agent.destroy();
  }

  async send(request: RawRequest): Promise<RawAnswer> {
    const answer = await this.#once(request);
    const encoding = answer.headers['content-encoding'];
    if (encoding !== 'gzip')
      return { status: answer.statusCode ?? 0, headers: answer.headers, stream: answer };
    const [{ createGunzip }, { pipeline }] = await Promise.all([import('node:zlib'), import('node:stream')]);
    const plain = createGunzip();
    pipeline(answer, plain, () => {});
    return { status: answer.statusCode ?? 0, headers: answer.headers, stream: plain };
  }

  async #once(request: RawRequest): Promise<IncomingMessage> {
    const { proxy, tls } = this.#target;
    const tunnel = proxy ? await import('./proxy.ts') : undefined;
    const socket =
      tunnel && proxy ? await tunnel.throughProxy(proxy, this.#host, this.#port, tls) : undefined;
    return new Promise((resolve, reject) => {
      const options = {
        host: this.#host,
        port: this.#port,
        method: request.method,
        path: request.path,
        headers: headersOf(this.#target, request),
        ...(socket ? { agent: false as const, createConnection: () => socket } : { agent: this.#agent }),
        ...(request.signal && { signal: request.signal }),
      };
      const { ca, ...rest } = tls ?? {};
      const sent: ClientRequest =
        tls && !socket
          ? httpsRequest({ ...options, ...rest, ...(ca && { ca: ca as string }) })
          : httpRequest(options);
      const fail = (error: Error) => reject(this.#failure(request, error));
      sent.on('error', fail);
      sent.on('response', (response) => {
        sent.setTimeout(0);
        resolve(response);
      });
      if (request.timeoutMs > 0) sent.setTimeout(request.timeoutMs, () => sent.destroy(new TimeoutError()));
      sent.end(request.body);
    });
  }

  #failure({ method, path, signal }: RawRequest, error: Error): Error {
    if (signal?.aborted) return error;
    const verb = method.charAt(0) + method.slice(1).toLowerCase();
    const url = `${this.#target.url.origin}${path}`;
    if (error instanceof TimeoutError)
      return new ConnectionError(
        verb,
        url,
        'net/http: request canceled (Client.Timeout exceeded while awaiting headers)',
        false,
      );
    const text = dialErrorText(error, this.#host, this.#port);
    return new ConnectionError(verb, url, text, text.includes('connection refused'), { cause: error });
  }
}

class TimeoutError extends Error {}

function headersOf(target: Target, { headers, body }: RawRequest): Record<string, string | string[]> {
  const out: Record<string, string | string[]> = {};
  for (const [name, value] of [...Object.entries(target.headers), ...Object.entries(headers)])
    out[name] = typeof value === 'string' ? value : [...value];
  if (target.compressed) out['accept-encoding'] ??= 'gzip';
  if (body) out['content-length'] = String(body.length);
  return out;
}

/** The whole body; fails as the connection does. */
export async function bodyOf(stream: Readable): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks);
}
