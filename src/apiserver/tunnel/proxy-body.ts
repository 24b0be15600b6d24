// The body of a proxied response on its way to the caller, no faster than the caller reads. HTML is rewritten on the way, also
// inside gzip and deflate. Called by proxy-request.ts.
import type { IncomingMessage } from 'node:http';
import { Transform, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createDeflate, createGunzip, createGzip, createInflate, type Gunzip, type Inflate } from 'node:zlib';
import { HtmlRewriter } from './html-rewriter.ts';
import type { ProxyPlace } from './rewrite.ts';

/** What a page may grow to when it is decompressed, as a multiple of the bytes that arrived. Pages are compressed 3 to 30 times;
 *  deflate can reach 1,032. Upstream has no limit, and holds the whole page. */
const MAX_RATIO = 100;
/** Bytes to which the ratio is not applied: short pages of one repeated word. */
const FREE = 1024 * 1024;
/** Statuses of responses without a body (RFC 9110, 15.3.5, 15.3.6 and 15.4.5). */
const WITHOUT_BODY = new Set([204, 205, 304]);

export type Coding = '' | 'gzip' | 'deflate';

/** The content coding of a page that can be rewritten; undefined for any other response. */
export function pageCoding({ headers, statusCode = 0 }: IncomingMessage): Coding | undefined {
  const type = (headers['content-type'] ?? '').split(';', 1)[0]!.trim().toLowerCase();
  if (type !== 'text/html' || WITHOUT_BODY.has(statusCode)) return undefined;
  const coding = headers['content-encoding'] ?? '';
  return coding === '' || coding === 'gzip' || coding === 'deflate' ? coding : undefined;
}

/** A failure on either side destroys the other: the caller sees a response that is cut off. */
export const sendBody = (response: IncomingMessage, out: Writable): Promise<void> =>
  pipeline(response, out).catch(() => {});

export function sendPage(
  response: IncomingMessage,
  out: Writable,
  coding: Coding,
  place: ProxyPlace,
): Promise<void> {
  const sent =
    coding === ''
      ? pipeline(response, rewriting(place), out)
      : pipeline(response, ...decoded(coding), rewriting(place), encoder(coding), out);
  return sent.catch(() => {});
}

function rewriting(place: ProxyPlace): Transform {
  const rewriter = new HtmlRewriter(place);
  return new Transform({
    transform: (chunk: Buffer, _encoding, done) => done(null, rewriter.push(chunk)),
    flush: (done) => done(null, rewriter.end()),
  });
}

function decoded(coding: Coding): [Gunzip | Inflate, Transform] {
  const decoder = coding === 'gzip' ? createGunzip() : createInflate();
  let total = 0;
  const limit = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      total += chunk.length;
      const allowed = FREE + decoder.bytesWritten * MAX_RATIO;
      if (total > allowed) done(new Error('the page expands too much when it is decompressed'));
      else done(null, chunk);
    },
  });
  return [decoder, limit];
}

/** The fastest level: the page is on its way to one caller. */
const encoder = (coding: Coding) =>
  coding === 'gzip' ? createGzip({ level: 1 }) : createDeflate({ level: 1 });
