// Posts JSON to a server over connections that are kept open, with a deadline and a limit for the answer. Called by
// apiserver/remote, apiserver/audit, scheduler/extenders and controllers/cloud/http.
import { isIP } from 'node:net';
import type { Clock } from '../clock.ts';
import { KeptConnections } from './kept-connections.ts';
import { readUpTo } from './read-up-to.ts';
import type { RemoteServer } from './remote-server.ts';

export interface Answered {
  readonly status: number;
  readonly retryAfter: string | undefined;
  readonly body: Buffer;
}

export interface PostOptions {
  /** Milliseconds for all of it. */
  readonly timeout: number;
  /** Bytes of the answer; with more of them the call fails. */
  readonly limit: number;
  /** Ends the call. */
  readonly signal?: AbortSignal;
}

/** Connections to one server; further calls wait for one. */
const MOST_CONNECTIONS = 100;

export class Poster {
  readonly #server: RemoteServer;
  readonly #clock: Clock;
  readonly #connections: KeptConnections;

  constructor(server: RemoteServer, clock: Clock) {
    this.#server = server;
    this.#clock = clock;
    this.#connections = new KeptConnections(clock, { perServer: MOST_CONNECTIONS });
  }

  close(): void {
    this.#connections.close();
  }

  /** Rejects, in Go's words, if there is no whole answer in time. */
  async post(body: string, { timeout, limit, signal }: PostOptions): Promise<Answered> {
    const stop = new AbortController();
    const end = () => stop.abort();
    const timer = this.#clock.after(timeout, end);
    signal?.addEventListener('abort', end);
    try {
      if (signal?.aborted) end();
      const response = await this.#send(body, stop.signal);
      const { bytes, whole } = await readUpTo(response, limit);
      if (!whole) throw new Error(`the response is longer than ${limit} bytes`);
      const { statusCode = 0, headers } = response;
      return { status: statusCode, retryAfter: headers['retry-after'], body: bytes };
    } catch (error) {
      const why = stop.signal.aborted
        ? 'context deadline exceeded'
        : error instanceof Error
          ? error.message
          : String(error);
      throw new PostError(`Post ${JSON.stringify(this.#server.url)}: ${why}`, stop.signal.aborted, error);
    } finally {
      timer.cancel();
      signal?.removeEventListener('abort', end);
    }
  }

  #send(body: string, signal: AbortSignal) {
    const { url, ca, cert, key, token, serverName, insecureSkipVerify } = this.#server;
    const { protocol, hostname, host: authority, port, pathname, search } = new URL(url);
    const host = hostname.replace(/^\[|\]$/g, '');
    const isSecure = protocol === 'https:';
    const headers = [
      ...['Host', authority, 'Content-Type', 'application/json', 'Accept', 'application/json'],
      ...['Content-Length', String(Buffer.byteLength(body))],
      ...(token ? ['Authorization', `Bearer ${token}`] : []),
    ];
    const tls = {
      ...(ca && { ca }),
      ...(cert && { cert }),
      ...(key && { key }),
      servername: serverName ?? (isIP(host) ? '' : host),
      rejectUnauthorized: !insecureSkipVerify,
    };
    return this.#connections.send({
      ...{ method: 'POST', host, port: Number(port || (isSecure ? 443 : 80)), path: pathname + search },
      ...{ headers, signal, ...(isSecure && { tls }) },
      feed: (outgoing) => void outgoing.end(body),
    });
  }
}

export class PostError extends Error {
  readonly timedOut: boolean;

  constructor(message: string, timedOut: boolean, cause: unknown) {
    super(message, { cause });
    this.timedOut = timedOut;
  }

  /** The server may answer if it is asked again. */
  get isTransient(): boolean {
    return !this.timedOut && /connection reset by peer$|: EOF$/.test(this.message);
  }
}
