// How a driver is called, wherever it is. A GrpcClient on the driver's socket is a caller as it stands; `inProcess` makes one of
// a driver that lives in this process; the CSI controllers have one that goes through a node's kubelet.
import type { CallOptions, Method } from '../kit/grpc/client.ts';
import { GrpcError } from '../kit/grpc/status.ts';

export interface CsiCaller {
  /** Throws GrpcError. After a timeout or a lost connection the call may have been carried out: see errors.ts. */
  unary<Req, Res>(method: Method<Req, Res>, request: Req, options?: CallOptions): Promise<Res>;
}

/** One method of a driver of this process. */
export interface Served {
  readonly path: string;
  /** Takes and gives encoded messages, so that a driver gets exactly what one behind a socket would get. */
  serve(request: Buffer): Promise<Buffer>;
}

/** Throws GrpcError where the driver refuses. */
export const served = <Req, Res>(
  method: Method<Req, Res>,
  handle: (request: Req) => Promise<Res>,
): Served => ({
  path: method.path,
  serve: async (request) => method.response.encode(await handle(method.request.decode(request))),
});

export function inProcess(methods: readonly Served[]): CsiCaller {
  const byPath = new Map(methods.map((method) => [method.path, method]));
  return {
    async unary(method, request) {
      const found = byPath.get(method.path);
      if (!found) throw new GrpcError('unimplemented', `unknown method ${method.path}`);
      return method.response.decode(await found.serve(method.request.encode(request)));
    },
  };
}
