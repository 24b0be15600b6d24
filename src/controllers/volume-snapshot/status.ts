// A snapshot's status, from that of its content. Pure. Upstream: updateSnapshotStatus in snapshot_controller.go.
import type { VolumeSnapshot, VolumeSnapshotStatus } from '../../api/kinds/snapshot/v1/volume-snapshot.ts';
import type { VolumeSnapshotContent } from '../../api/kinds/snapshot/v1/volume-snapshot-content.ts';
import { nameOf } from '../../api/meta/v1/object.ts';
import { formatQuantity, parseQuantity, quantityOf, signOf } from '../../api/quantity/quantity.ts';
import { rfc3339 } from '../../kit/clock.ts';

/** What is once known stays; readiness and error follow the content. */
export function statusFrom(
  { status: before = {} }: Readonly<VolumeSnapshot>,
  content: Readonly<VolumeSnapshotContent>,
): VolumeSnapshotStatus {
  const { creationTime, restoreSize, readyToUse = false, error } = content.status ?? {};
  const { error: _, ...kept } = before;
  return {
    ...(creationTime !== undefined && { creationTime: rfc3339(creationTime / 1e6) }),
    boundVolumeSnapshotContentName: nameOf(content),
    ...kept,
    ...(restoreSize !== undefined && !hasSize(before) && { restoreSize: bytes(restoreSize) }),
    readyToUse,
    ...(error && { error }),
  };
}

const hasSize = ({ restoreSize }: VolumeSnapshotStatus): boolean =>
  restoreSize !== undefined && signOf(parseQuantity(restoreSize)) > 0;

const bytes = (count: number): string => formatQuantity(quantityOf(BigInt(count), 'BinarySI'));

export const isReady = ({ status }: Readonly<VolumeSnapshot>): boolean => status?.readyToUse === true;

export const isCreated = ({ status }: Readonly<VolumeSnapshot>): boolean =>
  status?.creationTime !== undefined;
