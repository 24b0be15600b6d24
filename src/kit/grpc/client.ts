// A gRPC client over node:http2, for Unix sockets and TCP, with or without TLS: unary calls and streams in both directions.
// A lost connection fails the calls under way with `unavailable`; the next call dials again. Called for containerd, for
// gRPC probes, and wherever else gRPC is needed. See docs/decisions for why it is not a library.
import type { ClientHttp2Stream } from 'node:http2';
import { Backoff } from '../backoff.ts';
import type { Clock } from '../clock.ts';
import type { Message } from '../protobuf/message.ts';
import { Call, type CallLimits } from './call.ts';
import { Connection, type KeepAlive, type Target } from './connection.ts';
import { GrpcError } from './status.ts';

/** A method's path and how its two messages are written. */
export interface Method<Req, Res> {
  readonly path: string;
  readonly request: Message<Req>;
  readonly response: Message<Res>;
}

export interface GrpcClientOptions {
  readonly target: Target;
  readonly clock: Clock;
  /** Headers of every call. */
  readonly metadata?: Readonly<Record<string, string>>;
  readonly keepAlive?: KeepAlive;
  /** Longest message accepted from the server, in bytes; 16 MiB, as the kubelet has it, when left out. */
  readonly maxMessageSize?: number;
}

export interface CallOptions {
  readonly signal?: AbortSignal;
  readonly metadata?: Readonly<Record<string, string>>;
  /** Milliseconds until the call fails with `deadlineExceeded`, 0 for never. Default: two minutes for unary calls. */
  readonly timeout?: number;
}

const UNARY_TIMEOUT_MS = 120_000;
const MAX_MESSAGE_SIZE = 16 << 20;
/** Between attempts to connect. */
const CONNECT_BACKOFF = { base: 50, cap: 1_000 };

export class GrpcClient {
  readonly #options: GrpcClientOptions;
  readonly #connection: Connection;

  constructor(options: GrpcClientOptions) {
    this.#options = options;
    this.#connection = new Connection(options.target, options.clock, options.keepAlive);
  }

  /** One request, one answer. A call that a server refused without processing it (it was going away) is repeated once. */
  async unary<Req, Res>(method: Method<Req, Res>, request: Req, options: CallOptions = {}): Promise<Res> {
    const { clock } = this.#options;
    const timeout = options.timeout ?? UNARY_TIMEOUT_MS;
    const began = clock.monotonic();
    const body = method.request.encode(request);
    const first = this.#call(method.path, { ...options, timeout });
    try {
      return decoded(method, await first.single(body));
    } catch (error) {
      if (!first.unprocessed) throw error;
      const left = timeout && Math.max(1, timeout - (clock.monotonic() - began));
      return decoded(method, await this.#call(method.path, { ...options, timeout: left }).single(body));
    }
  }

  /**
   * Sends `requests` as the server takes them, yields the answers as they come, throws when the status is not OK.
   * Leaving the loop cancels the call. An endless `requests` must end by itself when the call is over.
   */
  async *stream<Req, Res>(
    method: Method<Req, Res>,
    requests: Iterable<Req> | AsyncIterable<Req>,
    options: CallOptions = {},
  ): AsyncGenerator<Res, void> {
    const call = this.#call(method.path, { timeout: 0, ...options });
    void call.send(encoded(method.request, requests));
    for await (const message of call.receive()) yield decoded(method, message);
  }

  /** Resolves when the server has answered the connection's first frames; a failed attempt is repeated until then. */
  async connected(timeoutMs: number): Promise<void> {
    const { clock } = this.#options;
    const backoff = new Backoff<'connect'>(CONNECT_BACKOFF);
    const late = new AbortController();
    const timer = clock.after(timeoutMs, () => late.abort(noConnection(timeoutMs)));
    const expired = new Promise<undefined>((resolve) =>
      late.signal.addEventListener('abort', () => resolve(undefined)),
    );
    try {
      while (!(await Promise.race([this.#connection.up(), expired]))) {
        late.signal.throwIfAborted();
        await clock.sleep(backoff.next('connect'), late.signal);
      }
    } finally {
      timer.cancel();
    }
  }

  /** Ends the connection and fails what is under way; a later call makes a new one. */
  close(): void {
    this.#connection.close();
  }

  #call(path: string, options: CallOptions & { timeout: number }): Call {
    const { signal, timeout } = options;
    if (signal?.aborted) throw new GrpcError('cancelled', 'the call was cancelled', { cause: signal.reason });
    const stream = this.#open(path, options);
    this.#connection.callBegins();
    stream.once('close', () => this.#connection.callEnds());
    const maxMessageSize = this.#options.maxMessageSize ?? MAX_MESSAGE_SIZE;
    const limits: CallLimits = { signal, timeout, maxMessageSize };
    return new Call(path, stream, limits, this.#options.clock);
  }

  #open(path: string, { metadata, timeout }: CallOptions & { timeout: number }): ClientHttp2Stream {
    return this.#connection.session().request({
      ':method': 'POST',
      ':path': path,
      'content-type': 'application/grpc',
      te: 'trailers',
      ...(timeout > 0 && { 'grpc-timeout': timeoutHeader(timeout) }),
      ...this.#options.metadata,
      ...metadata,
    });
  }
}

async function* encoded<T>(
  codec: Message<T>,
  values: Iterable<T> | AsyncIterable<T>,
): AsyncGenerator<Buffer> {
  for await (const value of values) yield codec.encode(value);
}

function decoded<Res>(
  { path, response }: Pick<Method<unknown, Res>, 'path' | 'response'>,
  message: Buffer,
): Res {
  try {
    return response.decode(message);
  } catch (cause) {
    throw new GrpcError('internal', `${path}: the answer cannot be decoded`, { cause });
  }
}

const noConnection = (timeoutMs: number): GrpcError =>
  new GrpcError('deadlineExceeded', `no connection within ${timeoutMs} ms`);

/** At most eight digits and a unit. */
function timeoutHeader(ms: number): string {
  const whole = Math.ceil(ms);
  return whole < 1e8 ? `${whole}m` : `${Math.ceil(whole / 1000)}S`;
}
