// A content's status after an answer of the driver, as a merge patch. Pure. Upstream: updateSnapshotContentStatus.
import type { VolumeSnapshotContent } from '../../api/kinds/snapshot/v1/volume-snapshot-content.ts';
import type { CsiSnapshot } from '../../csi/messages/snapshots.ts';

export type Answer = Pick<CsiSnapshot, 'snapshotId' | 'readyToUse' | 'sizeBytes' | 'creationTime'>;

/** What is once known stays. `now`: milliseconds, for drivers that do not say when. */
export function statusPatch({ status = {} }: Readonly<VolumeSnapshotContent>, answer: Answer, now: number) {
  const { snapshotId, readyToUse, sizeBytes, creationTime } = answer;
  return {
    snapshotHandle: status.snapshotHandle ?? snapshotId,
    readyToUse,
    creationTime: status.creationTime ?? nanoseconds(creationTime, now),
    ...(status.restoreSize === undefined && sizeBytes > 0 && { restoreSize: sizeBytes }),
    error: null,
  };
}

/** Since 1970, rounded to a quarter of a microsecond: more a number does not hold. */
function nanoseconds(at: Answer['creationTime'], now: number): number {
  return at ? Number(BigInt(at.seconds) * 1_000_000_000n + BigInt(at.nanos)) : now * 1e6;
}

/** After the snapshot has been deleted in the storage system. */
export const CLEARED = { snapshotHandle: null, readyToUse: null, creationTime: null, restoreSize: null };
