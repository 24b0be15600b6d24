// What has failed with a volume, in upstream's words, and what that leaves behind.
import { isFinal } from '../../csi/errors.ts';
import { isGrpcError, rpcErrorText } from '../../kit/grpc/status.ts';

/** `same`: the driver was not asked; `nothing`: it has done nothing; `something`: it may have, or still does. */
export type Leaves = 'same' | 'nothing' | 'something';

/** An operation on the volume of a pod: becomes an event of that pod. */
export class OperationError extends Error {
  /** Such as MountVolume.SetUp failed. */
  readonly operation: string;
  readonly leaves: Leaves;

  constructor(operation: string, cause: unknown, leaves: Leaves = leavesOf(cause)) {
    super(rpcErrorText(cause), { cause });
    this.operation = operation;
    this.leaves = leaves;
  }
}

const leavesOf = (cause: unknown): Leaves =>
  isGrpcError(cause) ? (isFinal(cause) ? 'nothing' : 'something') : 'same';

/** Names the step that failed; an error that has a name already keeps it. */
export async function during<T>(operation: string, work: Promise<T>, leaves?: Leaves): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw error instanceof OperationError ? error : new OperationError(operation, error, leaves);
  }
}
