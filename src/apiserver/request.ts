// What a request and its answer are, whatever they came over. http/ makes them from sockets, in-process.ts from calls.
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
  /** Reads the whole body; rejects with a 413 StatusError when it is too large. */
  body(): Promise<Buffer>;
  /** The connection asks to change its protocol. */
  readonly upgrade?: boolean;
  /** Aborts when the caller has gone. */
  readonly signal?: AbortSignal;
}

/** A body in several buffers, made as they are taken. */
export interface Chunks extends Iterable<Buffer> {
  readonly length: number;
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly body: Buffer | Chunks;
}

/** The answer that starts a watch: status 200, then events until either side ends it. */
export interface WatchAnswer {
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly watch: WatchOpener;
}

/** The caller is connected to somebody else: a kubelet, a pod, a service. */
export interface UpgradeReply {
  /** An ordinary request; rejects with a StatusError when nothing has been answered yet. */
  proxy(caller: ProxyCaller): Promise<void>;
  /** A connection that changes its protocol. */
  tunnel(incoming: IncomingUpgrade): Promise<void>;
}

export type Reply = Answer | WatchAnswer | UpgradeReply;

export const isUpgradeReply = (reply: Reply): reply is UpgradeReply => 'tunnel' in reply;

export const isWatch = (reply: Reply): reply is WatchAnswer => 'watch' in reply;

/** One value of a header. */
export function header(headers: Headers, name: string): string | undefined {
  const value = headers[name];
  return typeof value === 'string' || value === undefined ? value : value.join(', ');
}

export const NO_QUERY = new URLSearchParams();

/** A whole body in one buffer. */
export const wholeBody = (body: Answer['body']): Buffer =>
  Buffer.isBuffer(body) ? body : Buffer.concat([...body], body.length);
