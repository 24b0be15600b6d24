// The connection to one containerd: gRPC calls in the namespace that holds Kubernetes' containers, with failures as
// CriErrors. Every service of containerd (CRI, content, images, leases, events) is called through it.
import type { Clock } from '../../kit/clock.ts';
import { type CallOptions, GrpcClient, type Method } from '../../kit/grpc/client.ts';
import { type GrpcCode, isGrpcError } from '../../kit/grpc/status.ts';
import { CriError, type CriErrorCode } from '../error.ts';

export interface RuntimeChannel {
  unary<Req, Res>(method: Method<Req, Res>, request: Req, options?: CallOptions): Promise<Res>;
  /** Sends `requests` and yields the answers as they come. Leaving the loop cancels the call. */
  stream<Req, Res>(
    method: Method<Req, Res>,
    requests: Iterable<Req> | AsyncIterable<Req>,
    options?: CallOptions,
  ): AsyncGenerator<Res, void>;
  close(): void;
}

/** Dials at the first call, and again after a connection was lost. */
export function openChannel(socket: string, clock: Clock): RuntimeChannel {
  const metadata = { 'containerd-namespace': 'k8s.io' };
  const grpc = new GrpcClient({ target: { socket }, clock, metadata });
  return {
    async unary(method, request, options) {
      try {
        return await grpc.unary(method, request, options);
      } catch (error) {
        throw criError(error);
      }
    },
    async *stream(method, requests, options) {
      try {
        yield* grpc.stream(method, requests, options);
      } catch (error) {
        throw criError(error);
      }
    },
    close: () => grpc.close(),
  };
}

/** gRPC has codes that CRI does not use. */
const NEAREST: Partial<Record<GrpcCode, CriErrorCode>> = {
  aborted: 'cancelled',
  outOfRange: 'invalidArgument',
  dataLoss: 'internal',
};

function criError(error: unknown): unknown {
  if (!isGrpcError(error)) return error;
  const code = NEAREST[error.code] ?? (error.code as CriErrorCode);
  return new CriError(code, error.message, { cause: error });
}
