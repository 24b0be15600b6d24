// Requests to the API server as verbs make them. Session implements them; discovery and the resources need no more than this.
import type { Readable } from 'node:stream';

export interface ApiRequest {
  /** GET when left out. */
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** With a leading slash; may carry a query of its own. */
  readonly path: string;
  /** Parameters that are undefined are left out; a list gives one parameter more than once. */
  readonly query?: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON; bytes and texts as they are. */
  readonly body?: unknown;
  /** application/json when left out. */
  readonly contentType?: string;
  readonly signal?: AbortSignal;
  /** Answers of 400 and more are given, too, instead of thrown as StatusErrors. */
  readonly anyStatus?: boolean;
}

export interface ApiAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

export interface Requests {
  /** Throws a StatusError for 400 and more, a ConnectionError without an answer. Warnings of the server are printed. */
  request(request: ApiRequest): Promise<ApiAnswer>;
  /** The answer's body as JSON with exact integers (bigint beyond 2^53). */
  json<T = unknown>(request: ApiRequest): Promise<T>;
  /** The body as it comes; it ends when `signal` aborts. */
  stream(request: ApiRequest, signal?: AbortSignal): Promise<Readable>;
}
