// Calls an external signer over its Unix socket. Used by key-cache.ts and external-signer.ts.
import type { Clock } from '../../../kit/clock.ts';
import { GrpcClient, type Method } from '../../../kit/grpc/client.ts';
import { rpcErrorText } from '../../../kit/grpc/status.ts';
import type { SignerMetrics } from './metrics.ts';

/** Bytes of an answer: hundreds of keys. */
const MAX_MESSAGE = 1 << 20;

export class SignerClient {
  readonly #clock: Clock;
  readonly #metrics: SignerMetrics;
  readonly #client: GrpcClient;

  /** A path that begins with @ is one in the abstract namespace. */
  constructor(path: string, clock: Clock, metrics: SignerMetrics) {
    this.#clock = clock;
    this.#metrics = metrics;
    const socket = path.startsWith('@') ? `\0${path.slice(1)}` : path;
    this.#client = new GrpcClient({ target: { socket }, clock, maxMessageSize: MAX_MESSAGE });
  }

  /** Waits for the signer while it is not there. Rejects with an error whose cause is a GrpcError. */
  async call<Req, Res>(method: Method<Req, Res>, request: Req, timeoutMs: number): Promise<Res> {
    const started = this.#clock.monotonic();
    const elapsed = () => this.#clock.monotonic() - started;
    let failure: unknown;
    try {
      await this.#client.connected(timeoutMs);
      return await this.#client.unary(method, request, { timeout: Math.max(1, timeoutMs - elapsed()) });
    } catch (error) {
      failure = error;
      throw new Error(rpcErrorText(error), { cause: error });
    } finally {
      this.#metrics.called(method.path, failure, elapsed());
    }
  }

  close(): void {
    this.#client.close();
  }
}
