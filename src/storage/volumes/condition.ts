// Whether a volume is well: its image is there, and no error has made its file system read-only. For the Controller and the Node
// service.
import type { VolumeCondition } from '../../csi/messages/volume.ts';
import { hasFailed } from '../machine/mount-table.ts';
import type { Disk } from './disk.ts';

const abnormal = (message: string): VolumeCondition => ({ abnormal: true, message });

/** With the device that it has if it is used; `likely` as in Loops.find. */
export async function conditionOf(
  { volumes, loops, mounts }: Disk,
  name: string,
  likely?: string,
): Promise<{ readonly device?: string; readonly condition: VolumeCondition }> {
  if (!(await volumes.images.exists(name))) return { condition: abnormal('the image is missing') };
  const device = await loops.find(volumes.images.path(name), likely);
  if (!device) return { condition: { abnormal: false, message: 'not in use' } };
  const failed = (await mounts.all()).some((mount) => mount.source === device && hasFailed(mount));
  if (failed) return { device, condition: abnormal('an error has made the file system read-only') };
  return { device, condition: { abnormal: false, message: `in use as ${device}` } };
}
