// What a failed call says about the volume. A final error means that nothing was done and nothing is under way; after any other the
// call may have been carried out or may still be, so that it must be repeated, or undone, before the volume is given up.
// Upstream: IsFinalError in pkg/volume/csi/csi_client.go and in the sidecars.
import { isGrpcError } from '../kit/grpc/status.ts';

const OPEN = new Set(['cancelled', 'deadlineExceeded', 'unavailable', 'resourceExhausted', 'aborted']);

/** True for an answer of the driver that leaves nothing open. */
export const isFinal = (error: unknown): boolean => isGrpcError(error) && !OPEN.has(error.code);
