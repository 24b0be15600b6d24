// Access for callers in the same process: no sockets, but the same authorization, admission and handlers. Objects in watch
// frames are parsed once, frozen, and shared by all watchers. Implements the interface of the client's in-process transport.
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
      if (isWatch(reply)) throw new TypeError('the request is a watch: use watch()');
      if (isUpgradeReply(reply)) throw new TypeError('in-process requests cannot be proxied or upgraded');
      return responseOf(reply);
    },
    async watch(request, user) {
      const reply = await handle(requestOf(request), userOf(user));
      if (isUpgradeReply(reply)) throw new TypeError('in-process requests cannot be proxied or upgraded');
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

/** In-process callers choose their user and are trusted with it, so they are always in system:authenticated. */
function userOf({ name, uid, groups = [] }: LocalUser): User {
  const all = groups.includes('system:authenticated') ? groups : [...groups, 'system:authenticated'];
  return { name, groups: all, ...(uid && { uid }) };
}

function responseOf({ status, headers, body }: Answer): LocalResponse {
  const flat: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) flat[name] = String(value);
  return { status, headers: flat, body: wholeBody(body) };
}

/** Events are queued until the caller takes them: closing the iterator, or aborting `signal`, drops the queue. */
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
      // Events may have arrived while the caller worked on the last ones: `wake` would not be called again for them.
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
