// Fetches a document from the server of a RemoteService for this server's own use, within a time and a size.
// Called by availability/ and documents/.
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import type { Clock } from '../../../kit/clock.ts';
import { readUpTo } from '../../../kit/http1/read-up-to.ts';
import { DialError, startRequest } from '../../../kit/http1/upgrade.ts';
import type { User } from '../../request.ts';
import type { RemoteService } from '../remote-service.ts';
import type { Connections } from './connections.ts';
import { identityHeaders } from './identity.ts';

export interface FetchRequest {
  readonly path: string;
  readonly user: User;
  readonly accept: string;
  readonly timeoutMs: number;
  /** Bytes of the document; nothing is read if it is 0. */
  readonly limit: number;
  readonly etag?: string | undefined;
  readonly signal: AbortSignal;
}

export interface Fetched {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  /** Of the request. */
  readonly url: string;
}

/** The request that failed, and why, in the words of Go's net/http. */
export class FetchError extends Error {
  readonly url: string;
  constructor(url: string, why: string, options?: ErrorOptions) {
    super(`Get ${JSON.stringify(url)}: ${why}`, options);
    this.url = url;
  }
}

export interface FetchOptions {
  readonly connections: Connections;
  readonly clock: Clock;
}

/** Resolves with any answer. Rejects with a FetchError if there is none in time, or with why there is nobody to ask. */
export async function fetchFrom(
  { connections, clock }: FetchOptions,
  remote: RemoteService,
  { path, user, accept, timeoutMs, limit, etag, signal }: FetchRequest,
): Promise<Fetched> {
  const target = { ...connections.target(remote), path };
  const host = target.host.includes(':') ? `[${target.host}]` : target.host;
  const url = `https://${host}:${target.port}${path}`;
  const late = new AbortController();
  const timer = clock.after(timeoutMs, () => late.abort());
  const headers = [...identityHeaders(user), 'Accept', accept, ...(etag ? ['If-None-Match', etag] : [])];
  try {
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      const both = AbortSignal.any([late.signal, signal]);
      const request = startRequest({ ...target, method: 'GET', headers, signal: both });
      request.on('response', resolve);
      request.on('error', (error) => reject(new DialError(target, error)));
      request.end();
    });
    const { statusCode: status = 0, headers: answered } = response;
    if (limit === 0) {
      response.on('error', () => {});
      response.destroy();
      return { status, headers: answered, body: Buffer.alloc(0), url };
    }
    const { bytes, whole } = await readUpTo(response, limit);
    if (!whole) throw new Error(`the answer is longer than ${limit} bytes`);
    return { status, headers: answered, body: bytes, url };
  } catch (cause) {
    const why = late.signal.aborted ? 'context deadline exceeded' : (cause as Error).message;
    throw new FetchError(url, why, { cause });
  } finally {
    timer.cancel();
  }
}
