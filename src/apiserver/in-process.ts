// The way in for callers in the same process: no sockets, the same handlers, and watch frames whose objects are parsed
// once, frozen, and shared by all. What it offers is what a client's in-process transport asks for.
import { StatusError } from '../api/status/status-error.ts';
import {
  type Answer,
  type ApiRequest,
  isUpgradeReply,
  isWatch,
  NO_QUERY,
  type Reply,
  type User,
  wholeBody,
} from './request.ts';
import type { WatchEvent } from './watch-cache/change.ts';
import type { WatchOpener } from './watch-cache/watch-session.ts';

export interface LocalRequest {
  readonly method: string;
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
  readonly signal?: AbortSignal;
}

export interface LocalUser {
  readonly name: string;
  readonly uid?: string;
  readonly groups?: readonly string[];
}

export interface LocalResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

export interface LocalFrame {
  readonly type: WatchEvent['type'];
  readonly object: unknown;
}

export interface InProcess {
  request(request: LocalRequest, user: LocalUser): Promise<LocalResponse>;
  watch(request: LocalRequest, user: LocalUser): Promise<AsyncIterable<LocalFrame>>;
}

type Handle = (request: ApiRequest, user: User) => Promise<Reply>;

export function inProcess(handle: Handle): InProcess {
  return {
    async request(request, user) {
      const reply = await handle(requestOf(request), userOf(user));
      if (isWatch(reply)) throw new TypeError('a watch was asked for where one answer was expected');
      if (isUpgradeReply(reply)) throw new TypeError('connections cannot be made within the process');
      return responseOf(reply);
    },
    async watch(request, user) {
      const reply = await handle(requestOf(request), userOf(user));
      if (isUpgradeReply(reply)) throw new TypeError('connections cannot be made within the process');
      if (isWatch(reply)) return frames(reply.watch, request.signal);
      throw new StatusError(JSON.parse(responseOf(reply).body.toString()));
    },
  };
}

const NO_BODY = Buffer.alloc(0);

function requestOf({ method, path, query, headers = {}, body, signal }: LocalRequest): ApiRequest {
  const bytes = body ? Buffer.from(body.buffer, body.byteOffset, body.byteLength) : NO_BODY;
  return {
    method,
    path,
    query: query ? new URLSearchParams(query) : NO_QUERY,
    headers,
    body: async () => bytes,
    ...(signal && { signal }),
  };
}

/** Callers in the process have been told apart by their code; they are authenticated users all the same. */
function userOf({ name, uid, groups = [] }: LocalUser): User {
  const all = groups.includes('system:authenticated') ? groups : [...groups, 'system:authenticated'];
  return { name, groups: all, ...(uid && { uid }) };
}

function responseOf({ status, headers, body }: Answer): LocalResponse {
  const flat: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) flat[name] = String(value);
  return { status, headers: flat, body: wholeBody(body) };
}

async function* frames(opener: WatchOpener, signal: AbortSignal | undefined): AsyncGenerator<LocalFrame> {
  let queue: WatchEvent[] = [];
  let ended = signal?.aborted ?? false;
  let wake: () => void = () => {};
  const open = opener.open((events) => {
    if (events) queue.push(...events);
    else ended = true;
    wake();
  });
  const abort = () => {
    ended = true;
    queue = [];
    wake();
  };
  signal?.addEventListener('abort', abort, { once: true });
  try {
    for (;;) {
      const events = queue;
      queue = [];
      for (const { type, item } of events) yield { type, object: item.object };
      if (queue.length > 0) continue;
      if (ended) return;
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  } finally {
    signal?.removeEventListener('abort', abort);
    open.close();
  }
}
