// Sends answers and watches to a stream, HTTP/1.1 or HTTP/2. Answers over 128 KiB are compressed for clients that accept gzip,
// as upstream. Called by https-server.ts.
import type { Writable } from 'node:stream';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { type Answer, type Headers, header, type WatchAnswer, wholeBody } from '../request.ts';
import { FrameWriter, writeAll } from './flow.ts';

export type OutHeaders = Record<string, string | number | readonly string[]>;
/** Sends status and headers, and returns the stream for the body. */
export type Respond = (status: number, headers: OutHeaders) => Writable;

const COMPRESS_FROM = 128 * 1024;
const compress = promisify(gzip);

/** Returns a promise only if the body is compressed or written in several steps. */
export function sendAnswer(
  answer: Answer,
  requestHeaders: Headers,
  respond: Respond,
  noBody: boolean,
): void | Promise<void> {
  const { body } = answer;
  if (body.length > COMPRESS_FROM && acceptsGzip(requestHeaders))
    return sendCompressed(answer, respond, noBody);
  const out = respond(answer.status, { ...answer.headers, 'content-length': body.length });
  if (noBody) out.end();
  else if (Buffer.isBuffer(body)) out.end(body);
  else return writeAll(out, body);
}

async function sendCompressed({ status, headers, body }: Answer, respond: Respond, noBody: boolean) {
  const bytes = await compress(wholeBody(body), { level: 1 });
  const compressed = {
    ...headers,
    'content-encoding': 'gzip',
    'content-length': bytes.length,
    vary: 'Accept-Encoding',
  };
  respond(status, compressed).end(noBody ? undefined : bytes);
}

const acceptsGzip = (headers: Headers): boolean =>
  header(headers, 'accept-encoding')?.includes('gzip') ?? false;

/** Resolves when the stream is closed. A client that falls too far behind is disconnected. */
export function sendWatch({ headers, watch }: WatchAnswer, respond: Respond): Promise<void> {
  const out = respond(200, { ...headers });
  return new Promise((resolve) => {
    const writer = new FrameWriter(out, watch.view);
    const open = watch.open((events) => {
      if (events === null) out.end();
      else if (!writer.push(events)) out.destroy();
    });
    out.once('close', () => {
      open.close();
      resolve();
    });
  });
}
