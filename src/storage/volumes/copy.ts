// Copies of a volume as it is at one moment, for snapshots and clones; used by services/controller.ts and services/snapshots.ts.
import { GrpcError } from '../../kit/grpc/status.ts';
import { type FrozenCopy, frozenCopy, trim } from '../machine/frozen-copy.ts';
import { usageAt } from '../machine/usage.ts';
import type { Disk } from './disk.ts';
import type { VolumeRecord } from './records.ts';

/** The most that a copy of the volume takes. Where it is not mounted nobody knows how much has been written. */
export async function contentBytes(disk: Disk, name: string, { bytes }: VolumeRecord): Promise<number> {
  const point = (await placeOf(disk, name)).point;
  const usage = point && (await usageAt(disk.run, point));
  return usage ? bytes - usage.freeBytes : bytes;
}

export async function copyVolume(
  disk: Disk,
  name: string,
  record: VolumeRecord,
  draft: string,
): Promise<void> {
  const { images } = disk.volumes;
  const shared = await disk.shares();
  const { device, point } = await placeOf(disk, name);
  const image = images.path(name);
  if (point) return copyMounted(disk, name, record, { point, image, draft, shared });
  if (device && !shared)
    throw new GrpcError(
      'failedPrecondition',
      `${disk.id(name)} is in use as a device, and this node's disk cannot copy it at one moment`,
    );
  await images.fillFrom(draft, image, shared);
}

/** What was deleted in it need not be copied, so it is given back, and reserved again afterwards: nobody else may take it meanwhile. */
async function copyMounted(disk: Disk, name: string, record: VolumeRecord, copy: FrozenCopy): Promise<void> {
  const { images } = disk.volumes;
  const { bytes } = record;
  const givenBack = bytes - (await contentBytes(disk, name, record));
  await disk.keeping(givenBack, async () => {
    try {
      await trim(disk.run, copy.point);
      await frozenCopy(disk.run, disk.clock, copy);
    } finally {
      await images.reserve(name, bytes);
    }
  });
  await images.finish(copy.draft);
}

async function placeOf(disk: Disk, name: string): Promise<{ device?: string; point?: string }> {
  const device = await disk.loops.find(disk.volumes.images.path(name));
  if (!device) return {};
  const point = (await disk.mounts.all()).find(({ source }) => source === device)?.point;
  return { device, ...(point !== undefined && { point }) };
}
