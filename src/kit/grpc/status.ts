// The status codes of gRPC and the one error that a failed call throws.
// https://grpc.io/docs/guides/status-codes
import { messageOf } from '../message-of.ts';

/** By number: 0 is ok. */
const CODES = [
  'ok',
  'cancelled',
  'unknown',
  'invalidArgument',
  'deadlineExceeded',
  'notFound',
  'alreadyExists',
  'permissionDenied',
  'resourceExhausted',
  'failedPrecondition',
  'aborted',
  'outOfRange',
  'unimplemented',
  'internal',
  'unavailable',
  'dataLoss',
  'unauthenticated',
] as const;

export type GrpcCode = Exclude<(typeof CODES)[number], 'ok'>;

export class GrpcError extends Error {
  readonly code: GrpcCode;

  constructor(code: GrpcCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.code = code;
  }
}

/** True for a GrpcError, of `code` if one is named. */
export function isGrpcError(error: unknown, code?: GrpcCode): error is GrpcError {
  return error instanceof GrpcError && (code === undefined || error.code === code);
}

/** A code by its number; numbers that are not assigned are `unknown`, as the specification has it. */
export function codeOf(number: number): GrpcCode | 'ok' {
  return CODES[number] ?? 'unknown';
}

export const numberOf = (code: GrpcCode): number => CODES.indexOf(code);

/** As Go's grpc package writes a failed call; another error's own text. */
export const rpcErrorText = (error: unknown): string =>
  isGrpcError(error) ? `rpc error: code = ${nameInGo(error.code)} desc = ${error.message}` : messageOf(error);

/** notFound as NotFound. */
export const nameInGo = (code: GrpcCode): string =>
  code === 'cancelled' ? 'Canceled' : code.charAt(0).toUpperCase() + code.slice(1);

/** What an answer without a gRPC status means: it came from a proxy or from a server that is not gRPC. */
export function codeOfHttpStatus(status: number): GrpcCode {
  if (status === 400) return 'internal';
  if (status === 401) return 'unauthenticated';
  if (status === 403) return 'permissionDenied';
  if (status === 404) return 'unimplemented';
  return [429, 502, 503, 504].includes(status) ? 'unavailable' : 'unknown';
}

/** What a stream that the server reset means, by its HTTP/2 error code. */
export function codeOfReset(reset: number): GrpcCode {
  if (reset === 0x7) return 'unavailable'; // REFUSED_STREAM
  if (reset === 0x8) return 'cancelled'; // CANCEL
  if (reset === 0xb) return 'resourceExhausted'; // ENHANCE_YOUR_CALM
  return reset === 0xc ? 'permissionDenied' : 'internal'; // INADEQUATE_SECURITY
}
