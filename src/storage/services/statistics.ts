// NodeGetVolumeStats: how full a volume is, and whether it is well.
import type {
  NodeGetVolumeStatsRequest,
  NodeGetVolumeStatsResponse,
  VolumeUsage,
} from '../../csi/messages/node.ts';
import { GrpcError } from '../../kit/grpc/status.ts';
import { shows } from '../machine/mount-table.ts';
import { usageAt } from '../machine/usage.ts';
import { conditionOf } from '../volumes/condition.ts';
import type { Disk } from '../volumes/disk.ts';

export async function statistics(
  disk: Disk,
  { volumeId, volumePath }: NodeGetVolumeStatsRequest,
): Promise<NodeGetVolumeStatsResponse> {
  const name = disk.existing('volume', volumeId);
  const point = await disk.mounts.place(volumePath);
  const { bytes } = await disk.volume(name);
  const mounts = (await disk.mounts.all()).filter((mount) => mount.point === point);
  const { device, condition } = await conditionOf(disk, name, mounts.at(-1)?.source);
  if (!device && condition.abnormal) return { usage: [], volumeCondition: condition };
  const mount = mounts.findLast((one) => device !== undefined && shows(one, device));
  if (!mount) throw new GrpcError('notFound', `${volumeId} is not published on ${volumePath}`);
  const usage = mount.source === device ? await fileSystemUsage(disk, point) : [deviceUsage(bytes)];
  return { usage, volumeCondition: condition };
}

async function fileSystemUsage({ run }: Disk, point: string): Promise<VolumeUsage[]> {
  const { totalBytes, freeBytes, availableBytes, inodes, inodesFree } = await usageAt(run, point);
  return [
    { unit: 'BYTES', total: totalBytes, used: totalBytes - freeBytes, available: availableBytes },
    { unit: 'INODES', total: inodes, used: inodes - inodesFree, available: inodesFree },
  ];
}

/** Nobody but its pods knows what is used of a device. */
const deviceUsage = (bytes: number): VolumeUsage => ({ unit: 'BYTES', total: bytes, used: 0, available: 0 });
