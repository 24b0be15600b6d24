// Requests and replies, independent of the transport: http/ makes requests from sockets, in-process.ts from calls.
// A reply is an answer with a body, the start of a watch, or a connection to another server.
import type { IncomingUpgrade } from '../kit/http1/tunnel.ts';
import type { Eventual } from './registry/eventual.ts';
import type { ProxyCaller } from './tunnel/caller.ts';
import type { WatchOpener } from './watch-cache/watch-session.ts';

export interface User {
  readonly name: string;
  readonly uid?: string;
  readonly groups: readonly string[];
  readonly extra?: Readonly<Record<string, readonly string[]>>;
}

/** What steps and handlers tell about a request that is audited. */
export interface RequestAudit {
  /** The decoded body. */
  object(object: unknown): void;
  patch(bytes: Buffer): void;
  /** Recorded from `level` on; Metadata by default. */
  annotate(key: string, value: string, level?: 'Metadata' | 'Request'): void;
}

export type Headers = Readonly<Record<string, string | readonly string[] | undefined>>;

export interface ApiRequest {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** The query has too many parameters: it was not parsed, and the request is refused. */
  readonly tooLong?: boolean;
  /** Names in lower case. */
  readonly headers: Headers;
  /** Reads the whole body; rejects with a 413 StatusError if it is too large. `admit` is called with the length of each part
   *  before it is kept, and may throw the reason why it is not: the body is then refused. */
  body(admit?: (bytes: number) => void): Promise<Buffer>;
  /** The request has an Upgrade header (SPDY or WebSocket). */
  readonly upgrade?: boolean;
  /** Aborted when the caller disconnects. */
  readonly signal?: AbortSignal;
  /** The connection, which is noted to have an authenticated user. */
  readonly peer?: { authenticated: boolean; readonly address: string };
  /** True once the caller has disconnected. */
  readonly abandoned?: () => boolean;
  /** Of the caller; only of requests that are audited. */
  readonly remoteAddress?: string;
  /** Undefined unless the request is audited. */
  readonly audit?: RequestAudit;
}

/** A body in several buffers, made while it is iterated. */
export interface Chunks extends Iterable<Buffer> {
  /** The sum of their bytes; undefined when it is not known before they are made. */
  readonly length: number | undefined;
  /** How much more time its bytes take than stored bytes, which are only copied; 1 by default. */
  readonly effort?: number;
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly body: Buffer | Chunks;
  /** Whom it is sent to: users take turns (http/pacer.ts). */
  readonly user?: string;
  /** The body as protobuf, for clients that prefer it. Called at most once, after `body` was audited. */
  readonly protobuf?: () => Eventual<Buffer | Chunks>;
  /** Must be called once the body was sent or the client has disconnected; harmless when called again. */
  readonly onSent?: () => void;
}

/** The start of a watch: status 200, then events until either side closes it. */
export interface WatchAnswer {
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly watch: WatchOpener;
  /** As of an Answer. */
  readonly user?: string;
  /** Must be called once the initial events were sent or the client has disconnected; harmless when called again. */
  readonly onSent?: () => void;
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
