// A driver's Identity and Controller services behind its node's kubelet, as HTTP. The kubelet serves it (kubelet/server/csi.ts); the CSI
// controllers call it through the API server's node proxy. Nothing of upstream: decision 32.
//
//   GET  /csi/                                              the drivers of the node, as DriverList
//   POST /csi/DRIVER/SERVICE/METHOD?timeout=MILLISECONDS    the message as it stands in the body and in the answer
//
// An answer of the driver, good or bad, has status 200, and its content type says which it is: the message, or the gRPC status as JSON.
// Every other status comes from the kubelet or from what is before it; then the call may have been carried out or not.
import type { CallOptions, Method } from '../kit/grpc/client.ts';
import { codeOf, GrpcError, isGrpcError, numberOf } from '../kit/grpc/status.ts';
import { messageOf } from '../kit/message-of.ts';

export const DRIVERS_PATH = '/csi/';
/** Bytes of a request and of an answer. */
export const MAX_MESSAGE = 4 << 20;
export const MESSAGE_TYPE = 'application/x-protobuf';
export const STATUS_TYPE = 'application/json';
/** For a call that names none, and the longest that counts. */
const DEFAULT_TIMEOUT_MS = 120_000;
const MAX_TIMEOUT_MS = 300_000;

/** Node is missing: whoever may call a node's kubelet does not mount anything there. */
const SERVICES: readonly string[] = ['csi.v1.Identity', 'csi.v1.Controller'];

export interface NodeDriver {
  readonly name: string;
  /** Path of the socket on the node; '' for a driver of the kubelet's own process. */
  readonly endpoint: string;
  /** Its Identity service says that it has a Controller service. */
  readonly hasController: boolean;
}

export interface DriverList {
  readonly drivers: readonly NodeDriver[];
}

/** What a request asks for. */
export interface DriverCall {
  readonly driver: string;
  /** The gRPC path, /SERVICE/METHOD. */
  readonly path: string;
}

/** An answer with status 200. */
export interface DriverAnswer {
  readonly contentType: string;
  readonly body: Buffer;
}

/** Below the node's proxy path. */
export const callPath = (driver: string, { path }: Pick<Method<never, unknown>, 'path'>): string =>
  `${DRIVERS_PATH}${encodeURIComponent(driver)}${path}`;

export const callQuery = ({ timeout = DEFAULT_TIMEOUT_MS }: CallOptions): Record<string, string> => ({
  timeout: String(Math.ceil(timeout)),
});

/** undefined for a path that is not a call, or one of a service that is not for others. */
export function callOf(path: string): DriverCall | undefined {
  if (!path.startsWith(DRIVERS_PATH)) return undefined;
  const [driver, service = '', method, ...rest] = path.slice(DRIVERS_PATH.length).split('/', 4);
  if (!driver || !method || rest.length > 0 || !SERVICES.includes(service)) return undefined;
  return { driver, path: `/${service}/${method}` };
}

/** Milliseconds. */
export function timeoutOf(text: string | null): number {
  const asked = Number(text ?? '');
  return asked > 0 ? Math.min(asked, MAX_TIMEOUT_MS) : DEFAULT_TIMEOUT_MS;
}

export const answerOf = (message: Buffer): DriverAnswer => ({ contentType: MESSAGE_TYPE, body: message });

/** `code` is gRPC's number. */
export const failureOf = (error: unknown): DriverAnswer => ({
  contentType: STATUS_TYPE,
  body: Buffer.from(
    JSON.stringify({
      code: numberOf(isGrpcError(error) ? error.code : 'unknown'),
      message: messageOf(error),
    }),
  ),
});

/** Throws GrpcError where the driver refused. */
export function resultOf<Res>(
  { path, response }: Pick<Method<never, Res>, 'path' | 'response'>,
  { contentType, body }: DriverAnswer,
): Res {
  try {
    if (contentType.startsWith(MESSAGE_TYPE)) return response.decode(body);
    const { code, message } = JSON.parse(body.toString()) as { code: number; message: string };
    const name = codeOf(code);
    throw new GrpcError(name === 'ok' ? 'unknown' : name, message);
  } catch (cause) {
    if (isGrpcError(cause)) throw cause;
    throw new GrpcError('internal', `${path}: the answer cannot be decoded`, { cause });
  }
}
