// One call: a request stream and a response stream in one HTTP/2 stream, with a deadline, cancellation and a final status.
// Whatever ends it first decides: the caller's signal, the deadline, the server's status, or the loss of the connection.
import { type ClientHttp2Stream, constants, type Http2Session, type IncomingHttpHeaders } from 'node:http2';
import type { Clock, Timer } from '../clock.ts';
import { frame, MessageReader } from './framing.ts';
import { codeOf, codeOfHttpStatus, codeOfReset, GrpcError } from './status.ts';

export interface CallLimits {
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds; 0 is none. */
  readonly timeout: number;
  /** Longest message accepted, in bytes. */
  readonly maxMessageSize: number;
}

/** The server has not looked at the call, so it may be made again. */
const UNPROCESSED = new Set(['ERR_HTTP2_GOAWAY_SESSION', 'ERR_HTTP2_INVALID_SESSION']);

export class Call {
  readonly #path: string;
  readonly #stream: ClientHttp2Stream;
  /** Kept, for a stream that is over no longer knows its session. */
  readonly #session: Http2Session | undefined;
  readonly #limits: CallLimits;
  readonly #deadline: Timer | undefined;
  /** Why we ended the call before the server did. */
  #given: unknown;
  #httpStatus = 0;
  #status: { readonly code: number; readonly message: string } | undefined;
  #failure: Error | undefined;

  constructor(path: string, stream: ClientHttp2Stream, limits: CallLimits, clock: Clock) {
    this.#path = path;
    this.#stream = stream;
    this.#session = stream.session;
    this.#limits = limits;
    const { signal, timeout } = limits;
    signal?.addEventListener('abort', this.#abort, { once: true });
    if (timeout > 0)
      this.#deadline = clock.after(timeout, () =>
        this.cancel(new GrpcError('deadlineExceeded', `${path}: no answer within ${timeout} ms`)),
      );
    stream.on('error', (error) => {
      this.#failure ??= error;
    });
    stream.on('response', (headers) => {
      this.#httpStatus = headers[':status'] ?? 0;
      this.#takeStatus(headers);
    });
    stream.on('trailers', (headers) => this.#takeStatus(headers));
  }

  /** True when the server refused the call unseen: it was going away, or had too many. */
  get unprocessed(): boolean {
    if (this.#given || this.#status) return false;
    const code = (this.#failure as { code?: string } | undefined)?.code;
    return this.#stream.rstCode === constants.NGHTTP2_REFUSED_STREAM || UNPROCESSED.has(code ?? '');
  }

  /** Tells the server to stop, and fails the call with `cause`. */
  cancel(cause: unknown): void {
    this.#given ??= cause;
    this.#stream.close(constants.NGHTTP2_CANCEL);
  }

  /** Sends one message, and gives the one that is the answer. As send() and receive() would: no iterators, which cost as much as the
   *  rest. */
  async single(body: Uint8Array): Promise<Buffer> {
    const stream = this.#stream;
    const reader = new MessageReader(this.#limits.maxMessageSize);
    const over = Promise.withResolvers<void>();
    let answer: Buffer | undefined;
    stream.on('data', (chunk: Buffer) => {
      try {
        for (const message of reader.push(chunk)) {
          if (answer) throw new GrpcError('internal', `${this.#path}: more than one answer`);
          answer = message;
        }
      } catch (error) {
        this.cancel(error);
      }
    });
    // The status may come after the end, and if the connection is lost there is none.
    stream.once('end', () => this.#status && over.resolve());
    stream.once('close', over.resolve);
    stream.end(frame(body));
    await over.promise;
    this.#over();
    const error = stream.readableEnded ? this.#verdict(reader.empty) : this.#error(undefined);
    if (error) throw error;
    if (!answer) throw new GrpcError('internal', `${this.#path}: no answer`);
    return answer;
  }

  /** Sends all messages, no faster than the server takes them, then ends the request stream. */
  async send(messages: Iterable<Uint8Array> | AsyncIterable<Uint8Array>): Promise<void> {
    try {
      for await (const message of messages) {
        if (this.#stream.destroyed || this.#stream.closed) return;
        if (!this.#stream.write(frame(message))) await drained(this.#stream);
      }
      this.#stream.end();
    } catch (error) {
      this.cancel(error);
    }
  }

  /** The answers as they come; a slow reader slows the server down. Throws when the final status is not OK. */
  async *receive(): AsyncGenerator<Buffer, void> {
    const reader = new MessageReader(this.#limits.maxMessageSize);
    try {
      // The iterator must not destroy the stream: #over() resets it, with a code that tells the server why.
      for await (const chunk of this.#stream.iterator({ destroyOnReturn: false })) yield* reader.push(chunk);
    } catch (error) {
      throw this.#error(error);
    } finally {
      this.#over();
    }
    const error = this.#verdict(reader.empty);
    if (error) throw error;
  }

  readonly #abort = (): void => {
    const cause: unknown = this.#limits.signal?.reason;
    this.cancel(
      cause instanceof GrpcError ? cause : new GrpcError('cancelled', 'the call was cancelled', { cause }),
    );
  };

  #over(): void {
    this.#deadline?.cancel();
    this.#limits.signal?.removeEventListener('abort', this.#abort);
    const { readableEnded, writableFinished } = this.#stream;
    if (!readableEnded || !writableFinished) this.#stream.close(constants.NGHTTP2_CANCEL);
  }

  #takeStatus(headers: IncomingHttpHeaders): void {
    const code = headers['grpc-status'];
    if (code === undefined) return;
    this.#status = { code: Number(code), message: percentDecoded(String(headers['grpc-message'] ?? '')) };
  }

  /** How a response stream that has ended in order is to be judged. */
  #verdict(complete: boolean): unknown {
    if (this.#given) return this.#given;
    if (!this.#status) return this.#lost(undefined);
    const code = codeOf(this.#status.code);
    if (code !== 'ok') return new GrpcError(code, this.#status.message);
    return complete
      ? undefined
      : new GrpcError('internal', `${this.#path}: the answer ends within a message`);
  }

  #error(cause: unknown): unknown {
    if (cause instanceof GrpcError) return cause;
    if (this.#given) return this.#given;
    const code = this.#status && codeOf(this.#status.code);
    if (code && code !== 'ok') return new GrpcError(code, this.#status!.message, { cause });
    return this.#lost(cause);
  }

  /** No status has come: the connection broke, the stream was reset, or something else than gRPC answered. */
  #lost(error: unknown): GrpcError {
    const cause = this.#failure ?? error;
    if (cause instanceof GrpcError) return cause;
    const { rstCode = 0 } = this.#stream;
    if (this.#httpStatus && this.#httpStatus !== 200)
      return new GrpcError(
        codeOfHttpStatus(this.#httpStatus),
        `${this.#path}: HTTP status ${this.#httpStatus}`,
      );
    if (rstCode !== constants.NGHTTP2_NO_ERROR && !this.#session?.destroyed)
      return new GrpcError(codeOfReset(rstCode), `${this.#path}: the stream was reset (${rstCode})`, {
        cause,
      });
    const why = cause instanceof Error ? cause.message : 'connection lost';
    return new GrpcError('unavailable', `${this.#path}: ${why}`, { cause });
  }
}

function drained(stream: ClientHttp2Stream): Promise<void> {
  return new Promise((resolve) => {
    const go = () => {
      stream.off('drain', go);
      stream.off('close', go);
      resolve();
    };
    stream.on('drain', go);
    stream.on('close', go);
  });
}

/** Messages of statuses are percent-encoded UTF-8; what is not is taken as it is. */
function percentDecoded(message: string): string {
  try {
    return decodeURIComponent(message);
  } catch {
    return message;
  }
}
