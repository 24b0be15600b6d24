// Access for callers in the same process: no sockets, but the same authorization, admission and handlers. Objects in watch
// frames are parsed once, frozen, and shared by all watchers. Implements the interface of the client's in-process transport.

import { failure, StatusError } from '../api/status/status-error.ts';
import { addAll } from '../kit/lists.ts';
import { JSON_TYPE } from './handlers/answers/answers.ts';
import { forwardedFrames, forwardedResponse } from './in-process-forwarded.ts';
import type { LocalFrame, LocalRequest, LocalResponse, LocalUser } from './local-request.ts';
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

export type { LocalFrame, LocalUser } from './local-request.ts';

export interface InProcess {
  request(request: LocalRequest, user: LocalUser): Promise<LocalResponse>;
  watch(request: LocalRequest, user: LocalUser): Promise<AsyncIterable<LocalFrame>>;
}

type Handle = (request: ApiRequest, user: User) => Promise<Reply>;

export function inProcess(handle: Handle): InProcess {
  return {
    async request(request, user) {
      const reply = await handle(requestOf(request, user), userOf(user));
      if (isWatch(reply)) throw new TypeError('the request is a watch: use watch()');
      return isUpgradeReply(reply) ? forwardedResponse(reply, request) : responseOf(reply);
    },
    async watch(request, user) {
      const reply = await handle(requestOf(request, user), userOf(user));
      if (isUpgradeReply(reply)) {
        const answer = await forwardedFrames(reply, request);
        if ('status' in answer) throw errorOf(answer);
        return answer;
      }
      if (!isWatch(reply)) throw errorOf(responseOf(reply));
      // The events are the server's own objects: there is nothing to send.
      reply.onSent?.();
      return frames(reply.watch, request.signal);
    },
  };
}

const NO_BODY = Buffer.alloc(0);

function requestOf(
  { method, path, query, headers = {}, body, signal }: LocalRequest,
  { address }: LocalUser,
): ApiRequest {
  const bytes = body ? Buffer.from(body.buffer, body.byteOffset, body.byteLength) : NO_BODY;
  return {
    method,
    path,
    query: query ? new URLSearchParams(query) : NO_QUERY,
    headers,
    body: async () => bytes,
    ...(signal && { signal }),
    ...(address && { peer: { authenticated: true, address } }),
  };
}

/** In-process callers choose their user and are trusted with it, so they are always in system:authenticated. */
function userOf({ name, uid, groups = [] }: LocalUser): User {
  const all = groups.includes('system:authenticated') ? groups : [...groups, 'system:authenticated'];
  return { name, groups: all, ...(uid && { uid }) };
}

function responseOf({ status, headers, body, onSent }: Answer): LocalResponse {
  onSent?.();
  const flat: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) flat[name] = String(value);
  return { status, headers: flat, body: wholeBody(body) };
}

/** The 429 of flow control is plain text, as are some errors of other servers; every other error is a Status. */
function errorOf({ status, headers, body }: LocalResponse): StatusError {
  const text = body.toString();
  if (headers['content-type']?.startsWith(JSON_TYPE)) return new StatusError(JSON.parse(text));
  return failure(status, status === 429 ? 'TooManyRequests' : '', text.trim());
}

/** Events are queued until the caller takes them: closing the iterator, or aborting `signal`, drops the queue. */
async function* frames(opener: WatchOpener, signal: AbortSignal | undefined): AsyncGenerator<LocalFrame> {
  let queue: WatchEvent[] = [];
  let ended = signal?.aborted ?? false;
  let wake: () => void = () => {};
  const open = opener.open((events) => {
    if (events) addAll(queue, events);
    else ended = true;
    wake();
  }, true);
  const abort = () => {
    ended = true;
    queue = [];
    wake();
  };
  signal?.addEventListener('abort', abort, { once: true });
  try {
    const initial = open.initial instanceof Promise ? await open.initial : open.initial;
    for (const { object } of initial.items) {
      if (ended) break;
      yield { type: 'ADDED', object };
    }
    if (initial.end) queue.unshift(initial.end);
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
