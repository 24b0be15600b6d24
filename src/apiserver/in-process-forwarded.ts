// Answers of other servers for callers in this process, who have no connection that they could be passed through.
// Called by in-process.ts.
import { PassThrough, Readable } from 'node:stream';
import { failure } from '../api/status/status-error.ts';
import { readJsonLines } from '../kit/http1/json-lines.ts';
import { readUpTo } from '../kit/http1/read-up-to.ts';
import { errorAnswer } from './handlers/answers/answers.ts';
import type { LocalFrame, LocalRequest, LocalResponse } from './local-request.ts';
import { type UpgradeReply, wholeBody } from './request.ts';
import type { ProxyCaller } from './tunnel/caller.ts';

/** Bytes of an answer or a frame, which is parsed at once: about 10 ms for a MiB. Informers ask for pages of 500 objects. */
const MAX_BYTES = 4 * 1024 * 1024;

interface Begun {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Readable;
}

export async function forwardedResponse(reply: UpgradeReply, request: LocalRequest): Promise<LocalResponse> {
  const { status, headers, body } = await begin(reply, request);
  const { bytes, whole } = await readUpTo(body, MAX_BYTES);
  if (!whole)
    throw failure(500, 'InternalError', `the answer of another server is longer than ${MAX_BYTES} bytes`);
  return { status, headers, body: bytes };
}

/** Frames, or the response by which the watch was refused. */
export async function forwardedFrames(
  reply: UpgradeReply,
  request: LocalRequest,
): Promise<AsyncIterable<LocalFrame> | LocalResponse> {
  const { status, headers, body } = await begin(reply, request);
  if (status === 200) return readJsonLines<LocalFrame>(body, request.signal, MAX_BYTES);
  const { bytes } = await readUpTo(body, MAX_BYTES);
  return { status, headers, body: bytes };
}

/** Resolves when the answer begins, with the error's Status if there is none. */
function begin(reply: UpgradeReply, request: LocalRequest): Promise<Begun> {
  return new Promise((resolve) => {
    const out = new PassThrough();
    out.on('error', () => {});
    const caller = callerOf(request, out, (status, headers) => resolve({ status, headers, body: out }));
    const stop = () => void out.destroy();
    request.signal?.addEventListener('abort', stop, { once: true });
    out.once('close', () => request.signal?.removeEventListener('abort', stop));
    if (request.signal?.aborted) stop();
    reply.proxy(caller).catch((error) => {
      const { status, headers, body } = errorAnswer(error);
      resolve({ status, headers: flat(headers), body: Readable.from([wholeBody(body)]) });
    });
  });
}

function callerOf(
  { method, path, query = {}, headers = {}, body = new Uint8Array() }: LocalRequest,
  out: PassThrough,
  answered: (status: number, headers: Record<string, string>) => void,
): ProxyCaller {
  const search = new URLSearchParams(query).toString();
  return {
    method,
    url: search ? `${path}?${search}` : path,
    host: '',
    headers: [...Object.entries(headers).flat(), 'content-length', String(body.byteLength)],
    remoteAddress: undefined,
    hasBody: body.byteLength > 0,
    body: Readable.from(body.byteLength > 0 ? [Buffer.from(body)] : []),
    onClose: (listener) => void out.once('close', listener),
    answer(status, answer) {
      answered(status, flat(answer));
      return out;
    },
  };
}

const flat = (headers: object): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
