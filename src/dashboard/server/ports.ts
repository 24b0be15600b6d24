// What the dashboard needs of the API server, and what it gives back. The API server's own types fit these; `cluster` connects them.
import type { Writable } from 'node:stream';
import type { IncomingUpgrade } from '../../kit/http1/tunnel.ts';

import type { AllUse } from './usage/history.ts';

export interface User {
  readonly name: string;
  readonly uid?: string;
  readonly groups: readonly string[];
  readonly extra?: Readonly<Record<string, readonly string[]>>;
}

export type Headers = Readonly<Record<string, string | readonly string[] | undefined>>;

export interface PageRequest {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly tooLong?: boolean;
  /** Names in lower case. */
  readonly headers: Headers;
  body(admit?: (bytes: number) => void): Promise<Buffer>;
  readonly upgrade?: boolean;
  readonly peer?: { authenticated: boolean; readonly address: string };
  readonly abandoned?: () => boolean;
  readonly remoteAddress?: string;
}

export interface PageAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly body: Buffer;
}

/** A connection that becomes a WebSocket. */
export interface SocketAnswer {
  proxy(caller: unknown): Promise<void>;
  tunnel(incoming: IncomingUpgrade): Promise<void>;
}

export interface Sender {
  readonly user: User;
  readonly token: string | undefined;
  readonly certifiedUntil: number | undefined;
}

export interface Host<Socket, Reply> {
  sender(request: PageRequest, socket: Socket): Promise<Sender>;
  userOf(token: string): Promise<User | undefined>;
  handle(request: PageRequest, user: User): Promise<Reply>;
  read(request: PageRequest, user: User): Promise<{ readonly status: number; readonly body: Buffer }>;
  usage(): Promise<AllUse>;
  watch(
    request: PageRequest,
    user: User,
    out: Writable,
  ): Promise<{ status: number; body: unknown } | undefined>;
  secret(): string;
}

/** The value of a header; undefined when it is missing or repeated. */
export function headerOf(headers: Headers, name: string): string | undefined {
  const value = headers[name];
  return typeof value === 'string' ? value : undefined;
}
