// Requests and replies, independent of the transport: http/ makes requests from sockets, in-process.ts from calls.
// A reply is an answer with a body, the start of a watch, or a connection to another server.
import type { IncomingUpgrade } from '../kit/http1/tunnel.ts';
import type { ProxyCaller } from './tunnel/caller.ts';
import type { WatchOpener } from './watch-cache/watch-session.ts';

export interface User {
  readonly name: string;
  readonly uid?: string;
  readonly groups: readonly string[];
  readonly extra?: Readonly<Record<string, readonly string[]>>;
}

export type Headers = Readonly<Record<string, string | readonly string[] | undefined>>;

export interface ApiRequest {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** Names in lower case. */
  readonly headers: Headers;
  /** Reads the whole body; rejects with a 413 StatusError if it is too large. */
  body(): Promise<Buffer>;
  /** The request has an Upgrade header (SPDY or WebSocket). */
  readonly upgrade?: boolean;
  /** Aborted when the caller disconnects. */
  readonly signal?: AbortSignal;
}

/** A body in several buffers, made while it is iterated. `length` is the sum of their bytes. */
export interface Chunks extends Iterable<Buffer> {
  readonly length: number;
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly body: Buffer | Chunks;
}

/** The start of a watch: status 200, then events until either side closes it. */
export interface WatchAnswer {
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly watch: WatchOpener;
}

/** The caller is connected to another server: a kubelet, a pod, a service. */
export interface UpgradeReply {
  /** An ordinary request. Rejects with a StatusError only if no response has been started. */
  proxy(caller: ProxyCaller): Promise<void>;
  /** A connection that is upgraded. */
  tunnel(incoming: IncomingUpgrade): Promise<void>;
}

export type Reply = Answer | WatchAnswer | UpgradeReply;

export const isUpgradeReply = (reply: Reply): reply is UpgradeReply => 'tunnel' in reply;

export const isWatch = (reply: Reply): reply is WatchAnswer => 'watch' in reply;

/** The value of a header; repeated headers are joined as in RFC 9110. */
export function header(headers: Headers, name: string): string | undefined {
  const value = headers[name];
  return typeof value === 'string' || value === undefined ? value : value.join(', ');
}

export const NO_QUERY = new URLSearchParams();

/** A whole body in one buffer. */
export const wholeBody = (body: Answer['body']): Buffer =>
  Buffer.isBuffer(body) ? body : Buffer.concat([...body], body.length);
