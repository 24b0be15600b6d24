// What a failed attempt means for the claim. Pure. Upstream: checkError of external-provisioner.
import { isGrpcError } from '../../kit/grpc/status.ts';

/**
 * `final`: nothing is left behind, the next attempt begins anew. `open`: there may be a volume, so that the attempt must be repeated until
 * there is a final answer, even if the claim goes. `elsewhere`: final, and another node may have room.
 */
export type Outcome = 'final' | 'open' | 'elsewhere';

const OPEN = new Set(['cancelled', 'deadlineExceeded', 'unavailable', 'aborted']);

/** `isPlaced`: the driver knows topology, and a node has been selected. */
export function outcomeOf(error: unknown, isPlaced: boolean): Outcome {
  if (!isGrpcError(error) || OPEN.has(error.code)) return 'open';
  return error.code === 'resourceExhausted' && isPlaced ? 'elsewhere' : 'final';
}

/** The same request will never do. */
export const isInfeasible = (error: unknown): boolean => isGrpcError(error, 'invalidArgument');
