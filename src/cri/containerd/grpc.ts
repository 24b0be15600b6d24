// gRPC over one HTTP/2 connection to a unix socket, on node:http2 alone so that it loads in no time. A lost connection
// fails the calls under way with `unavailable`; the next call dials anew. Called by the services beside it.
import { type ClientHttp2Session, type ClientHttp2Stream, connect, constants } from 'node:http2';
import { connect as dial } from 'node:net';
import type { Clock } from '../../kit/clock.ts';
import { CriError, type CriErrorCode } from '../error.ts';
import type { message } from './codec.ts';

type Message<T> = ReturnType<typeof message<T>>;

/** A method's path and how its two messages are written. */
export interface Method<Req, Res> {
  path: string;
  request: Message<Req>;
  response: Message<Res>;
}

export interface GrpcCallOptions {
  signal?: AbortSignal;
  metadata?: Record<string, string>;
  /** Milliseconds until the call fails with `deadlineExceeded`; default two minutes, 0 = never. */
  timeout?: number;
}

const DEFAULT_TIMEOUT = 120_000;

const CODES: readonly (CriErrorCode | undefined)[] = [
  undefined,
  'cancelled',
  'unknown',
  'invalidArgument',
  'deadlineExceeded',
  'notFound',
  'alreadyExists',
  'permissionDenied',
  'resourceExhausted',
  'failedPrecondition',
  'cancelled',
  'invalidArgument',
  'unimplemented',
  'internal',
  'unavailable',
  'internal',
  'unauthenticated',
];

export class GrpcClient {
  readonly #socket: string;
  readonly #clock: Clock;
  readonly #metadata: Record<string, string>;
  #session: ClientHttp2Session | undefined;

  constructor(socket: string, clock: Clock, metadata: Record<string, string> = {}) {
    this.#socket = socket;
    this.#clock = clock;
    this.#metadata = metadata;
  }

  /** One request, one answer. */
  async unary<Req, Res>(method: Method<Req, Res>, request: Req, options: GrpcCallOptions = {}): Promise<Res> {
    const limit = options.timeout ?? DEFAULT_TIMEOUT;
    const late = new AbortController();
    const timer =
      limit > 0 ? this.#clock.after(limit, () => late.abort(tooLate(method.path, limit))) : undefined;
    const signal = options.signal ? AbortSignal.any([options.signal, late.signal]) : late.signal;
    try {
      let answer: Res | undefined;
      for await (const response of this.stream(method, [request], { ...options, signal })) answer = response;
      if (answer === undefined) throw new CriError('internal', `${method.path}: no answer`);
      return answer;
    } finally {
      timer?.cancel();
    }
  }

  /** Sends all `requests` (obeying flow control), yields the answers as they come, throws when the status is not OK. */
  async *stream<Req, Res>(
    method: Method<Req, Res>,
    requests: Iterable<Req> | AsyncIterable<Req>,
    options: GrpcCallOptions = {},
  ): AsyncGenerator<Res, void> {
    options.signal?.throwIfAborted();
    const stream = this.#open(method.path, options);
    const outcome = new Outcome(method.path, stream);
    const sent = send(stream, method.request, requests);
    sent.catch((error) => stream.destroy(error));
    try {
      let buffered: Buffer = Buffer.alloc(0);
      for await (const chunk of stream) {
        buffered = buffered.length > 0 ? Buffer.concat([buffered, chunk]) : chunk;
        for (let frame = takeFrame(buffered); frame; frame = takeFrame(buffered)) {
          buffered = frame.rest;
          yield method.response.decode(frame.body);
        }
      }
    } catch (error) {
      throw outcome.error(options.signal?.aborted ? options.signal.reason : error);
    } finally {
      stream.close(constants.NGHTTP2_CANCEL);
    }
    outcome.check();
  }

  close(): void {
    this.#session?.destroy();
    this.#session = undefined;
  }

  #open(path: string, options: GrpcCallOptions): ClientHttp2Stream {
    return this.#connected().request(
      {
        ':method': 'POST',
        ':path': path,
        'content-type': 'application/grpc',
        te: 'trailers',
        ...this.#metadata,
        ...options.metadata,
      },
      { signal: options.signal },
    );
  }

  #connected(): ClientHttp2Session {
    if (this.#session && !this.#session.destroyed && !this.#session.closed) return this.#session;
    const session = connect('http://localhost', {
      createConnection: () => dial(this.#socket),
      maxSessionMemory: 256,
      settings: { initialWindowSize: 4 << 20 },
    });
    session.on('error', () => {});
    session.on('goaway', () => session.close());
    session.setMaxListeners(0);
    this.#session = session;
    return session;
  }
}

function tooLate(path: string, limit: number): CriError {
  return new CriError('deadlineExceeded', `${path}: no answer within ${limit} ms`);
}

/** Collects how a call ends: the status of its headers or trailers, or a broken connection. */
class Outcome {
  readonly #path: string;
  #status: { code: number; message: string } | undefined;
  #httpStatus = 0;

  constructor(path: string, stream: ClientHttp2Stream) {
    this.#path = path;
    const take = (headers: Record<string, string | string[] | number | undefined>) => {
      const code = headers['grpc-status'];
      if (code === undefined) return;
      const message = String(headers['grpc-message'] ?? '');
      this.#status = { code: Number(code), message: unescapeMessage(message) };
    };
    stream.on('response', (headers) => {
      this.#httpStatus = headers[':status'] ?? 0;
      take(headers);
    });
    stream.on('trailers', take);
  }

  check(): void {
    if (!this.#status) {
      throw new CriError('unavailable', `${this.#path}: connection lost (HTTP status ${this.#httpStatus})`);
    }
    const code = CODES[this.#status.code];
    if (this.#status.code !== 0) throw new CriError(code ?? 'unknown', this.#status.message);
  }

  error(cause: unknown): Error {
    if (this.#status && this.#status.code !== 0) {
      return new CriError(CODES[this.#status.code] ?? 'unknown', this.#status.message, { cause });
    }
    if (cause instanceof CriError) return cause;
    if (cause instanceof Error && cause.name === 'AbortError') {
      return new CriError('cancelled', 'the call was cancelled', { cause });
    }
    const why = cause instanceof Error ? cause.message : String(cause);
    return new CriError('unavailable', `${this.#path}: ${why}`, { cause });
  }
}

function unescapeMessage(message: string): string {
  try {
    return decodeURIComponent(message);
  } catch {
    return message;
  }
}

async function send<Req>(
  stream: ClientHttp2Stream,
  codec: Message<Req>,
  requests: Iterable<Req> | AsyncIterable<Req>,
): Promise<void> {
  for await (const request of requests) {
    const body = codec.encode(request);
    const head = Buffer.alloc(5);
    head.writeUInt32BE(body.length, 1);
    if (!stream.write(Buffer.concat([head, body]))) {
      await new Promise<void>((resolve) => {
        stream.once('drain', resolve);
        stream.once('close', resolve);
      });
    }
    if (stream.destroyed || stream.closed) return;
  }
  stream.end();
}

function takeFrame(buffer: Buffer): { body: Buffer; rest: Buffer } | undefined {
  if (buffer.length < 5) return undefined;
  const end = 5 + buffer.readUInt32BE(1);
  if (buffer.length < end) return undefined;
  return { body: buffer.subarray(5, end), rest: buffer.subarray(end) };
}
