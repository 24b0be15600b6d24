// What a failed call to etcd means for a write, and the error that the store's callers get, in etcd's own words.
import { type GrpcCode, isGrpcError, rpcErrorText } from '../../../kit/grpc/status.ts';
import { DiskAlarmError, EngineError, EngineTimeoutError } from '../../failures.ts';

/** etcd has looked at the request and refused it: nothing was written (api/v3rpc/rpctypes/error.go). */
const REFUSED: ReadonlySet<GrpcCode> = new Set<GrpcCode>([
  'invalidArgument',
  'notFound',
  'alreadyExists',
  'permissionDenied',
  'resourceExhausted',
  'failedPrecondition',
  'outOfRange',
  'unimplemented',
  'unauthenticated',
]);

/** Whether the request was certainly not carried out. */
export const isRefused = (error: unknown): boolean => isGrpcError(error) && REFUSED.has(error.code);

export const isLeaseLost = (error: unknown): boolean => isGrpcError(error, 'notFound');

export const isCompacted = (error: unknown): boolean =>
  isGrpcError(error, 'outOfRange') && error.message.includes('has been compacted');

/** The answer is longer than this client takes. */
export const isTooLong = (error: unknown): boolean =>
  isGrpcError(error, 'resourceExhausted') && error.message.includes('received message larger than max');

/** etcd's sentence alone, any other failure with its code, as Go's client gives them. */
export function engineError(error: unknown): Error {
  if (error instanceof EngineError || error instanceof DiskAlarmError) return error;
  if (!isGrpcError(error)) return new EngineError(rpcErrorText(error), { cause: error });
  if (error.message.includes('database space exceeded')) return new DiskAlarmError('NOSPACE', error);
  if (error.code === 'deadlineExceeded' || error.code === 'cancelled') return new EngineTimeoutError(error);
  const text = error.message.startsWith('etcdserver: ') ? error.message : rpcErrorText(error);
  return new EngineError(text, { cause: error });
}
