// Sends answers and watches to a stream, HTTP/1.1 or HTTP/2. Answers over 128 KiB are compressed for clients that accept gzip,
// as upstream. Called by https-server.ts.
import type { Writable } from 'node:stream';
import { createGzip } from 'node:zlib';
import type { Clock } from '../../kit/clock.ts';
import { type Answer, type Headers, header, type WatchAnswer } from '../request.ts';
import type { InitialEvents, WatchOpener } from '../watch-cache/watch-session.ts';
import { FrameWriter, type Parts, writeAll } from './flow.ts';
import type { Pace, Pacer } from './pacer.ts';

export type OutHeaders = Record<string, string | number | readonly string[]>;
/** Sends status and headers, and returns the stream for the body. */
export type Respond = (status: number, headers: OutHeaders) => Writable;

const COMPRESS_FROM = 128 * 1024;
const COMPRESSED_CHUNK = 64 * 1024;
/** How long a reply may wait for its client before it gives up its seats. */
const STALLED_MS = 100;

export interface Sender {
  readonly pacer: Pacer;
  readonly clock: Pick<Clock, 'after'>;
  /** For clients that accept gzip. */
  readonly compresses: boolean;
}

/** Returns a promise only if the body is compressed or written in several steps. */
export function sendAnswer(
  sender: Sender,
  answer: Answer,
  requestHeaders: Headers,
  respond: Respond,
  noBody: boolean,
): void | Promise<void> {
  const { onSent } = answer;
  if (!onSent) return sendBody(sender, answer, requestHeaders, respond, noBody);
  return sendHolding(sender, answer, requestHeaders, respond, noBody).finally(onSent);
}

/** Asynchronous also in failing. */
const sendHolding = async (...parameters: Parameters<typeof sendBody>): Promise<void> =>
  sendBody(...parameters);

function sendBody(
  sender: Sender,
  answer: Answer,
  requestHeaders: Headers,
  respond: Respond,
  noBody: boolean,
): void | Promise<void> {
  const { body, onSent, user = '' } = answer;
  const { length = Number.POSITIVE_INFINITY } = body;
  const isEncoded = answer.headers['content-encoding'] !== undefined;
  const compressed = sender.compresses && !isEncoded && length > COMPRESS_FROM && acceptsGzip(requestHeaders);
  const out = respond(answer.status, headersOf(answer, compressed));
  if (noBody) return void out.end();
  if (Buffer.isBuffer(body) && !compressed) return void out.end(body);
  const parts = Buffer.isBuffer(body) ? [body] : body;
  const onWait = stall(sender, onSent);
  const pace = sender.pacer.for(user);
  return compressed ? writeCompressed(out, parts, pace, onWait) : writeAll(out, parts, pace, onWait);
}

/** A client that reads slowly gives up its seats, unlike upstream: waiting for it costs the server nothing. */
const stall =
  ({ clock }: Sender, onSent: (() => void) | undefined) =>
  (): (() => void) => {
    const timer = onSent && clock.after(STALLED_MS, onSent);
    return () => timer?.cancel();
  };

const headersOf = ({ headers, body }: Answer, compressed: boolean): OutHeaders =>
  compressed
    ? { ...headers, 'content-encoding': 'gzip', vary: 'Accept-Encoding' }
    : { ...headers, ...(body.length !== undefined && { 'content-length': body.length }) };

/** The text is compressed while it is sent, so that neither has to be in memory as a whole. */
async function writeCompressed(
  out: Writable,
  parts: Parts,
  pace: Pace,
  onWait: () => () => void,
): Promise<void> {
  const gzip = createGzip({ level: 1, chunkSize: COMPRESSED_CHUNK });
  out.once('close', () => gzip.destroy());
  gzip.on('error', () => out.destroy());
  gzip.pipe(out);
  await writeAll(gzip, parts, pace, onWait);
}

const acceptsGzip = (headers: Headers): boolean =>
  header(headers, 'accept-encoding')?.includes('gzip') ?? false;

/** Resolves when the stream is closed. A client that falls too far behind is disconnected. */
export async function sendWatch(
  sender: Sender,
  { headers, watch, user = '', onSent }: WatchAnswer,
  respond: Respond,
): Promise<void> {
  try {
    const out = respond(200, { ...headers });
    await streamWatch(watch, out, sender.pacer.for(user), stall(sender, onSent), onSent);
  } finally {
    onSent?.();
  }
}

function streamWatch(
  watch: WatchOpener,
  out: Writable,
  pace: Pace,
  onWait: () => () => void,
  onStarted: (() => void) | undefined,
): Promise<void> {
  return new Promise((resolve) => {
    const writer = new FrameWriter({ out, view: watch.view, pace, onStarted, onWait });
    const open = watch.open((events) => {
      if (events === null) out.end();
      else if (!writer.push(events)) out.destroy();
    });
    const { initial } = open;
    const start = (events: InitialEvents) => {
      if (!out.writableEnded) writer.start(events);
    };
    if (initial instanceof Promise) void initial.then(start);
    else start(initial);
    out.once('close', () => {
      open.close();
      resolve();
    });
  });
}
