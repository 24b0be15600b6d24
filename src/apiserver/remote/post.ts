// Posts JSON to a server over connections that are kept open, with a deadline and a limit for the answer. Called by
// review-server.ts and audit/webhook.ts.
import {
  type ClientRequest,
  Agent as HttpAgent,
  request as httpRequest,
  type IncomingMessage,
} from 'node:http';
import { Agent, request } from 'node:https';
import type { Clock } from '../../kit/clock.ts';
import { readUpTo } from '../../kit/http1/read-up-to.ts';
import { DialError } from '../../kit/http1/upgrade.ts';
import type { RemoteServer } from './remote-server.ts';

export interface Answered {
  readonly status: number;
  readonly retryAfter: string | undefined;
  readonly body: Buffer;
}

export interface PostOptions {
  readonly clock: Clock;
  /** Milliseconds for all of it. */
  readonly timeout: number;
  /** Bytes of the answer; with more of them the call fails. */
  readonly limit: number;
}

/** Connections to one server; further calls wait for one. */
const MOST_CONNECTIONS = 100;

export class Poster {
  readonly #server: RemoteServer;
  readonly #agent: Agent | HttpAgent;

  constructor(server: RemoteServer) {
    const options = { keepAlive: true, maxSockets: MOST_CONNECTIONS };
    this.#server = server;
    this.#agent = isSecure(server) ? new Agent(options) : new HttpAgent(options);
  }

  close(): void {
    this.#agent.destroy();
  }

  /** Rejects, in Go's words, if there is no whole answer in time. */
  async post(body: string, { clock, timeout, limit }: PostOptions): Promise<Answered> {
    const stop = new AbortController();
    const timer = clock.after(timeout, () => stop.abort());
    try {
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
    }
  }

  #send(body: string, signal: AbortSignal): Promise<IncomingMessage> {
    const { url, ca, cert, key, token, serverName, insecureSkipVerify } = this.#server;
    const send = isSecure(this.#server) ? request : httpRequest;
    return new Promise((resolve, reject) => {
      const outgoing: ClientRequest = send(
        url,
        {
          method: 'POST',
          agent: this.#agent,
          signal,
          headers: {
            'content-type': 'application/json',
            accept: 'application/json',
            'content-length': Buffer.byteLength(body),
            ...(token && { authorization: `Bearer ${token}` }),
          },
          ...(ca && { ca }),
          ...(cert && { cert, key }),
          ...(serverName && { servername: serverName }),
          ...(insecureSkipVerify && { rejectUnauthorized: false }),
        },
        resolve,
      );
      const { hostname, port, pathname: path } = new URL(url);
      const target = { host: hostname, port: Number(port || 443), path };
      outgoing.on('error', (error) => reject(new DialError(target, error)));
      outgoing.end(body);
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

const isSecure = ({ url }: RemoteServer): boolean => url.startsWith('https:');
