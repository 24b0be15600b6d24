// Whether a volume is well: its image is there, and no error has made its file system read-only. For the Controller and the Node
// service.
import type { VolumeCondition } from '../../csi/messages/volume.ts';
import { hasFailed } from '../machine/mount-table.ts';
import type { Disk } from './disk.ts';

const abnormal = (message: string): VolumeCondition => ({ abnormal: true, message });

export async function conditionOf(
  { volumes, loops, mounts }: Disk,
  name: string,
): Promise<{ readonly used: boolean; readonly condition: VolumeCondition }> {
  if (!(await volumes.images.exists(name)))
    return { used: false, condition: abnormal('the image is missing') };
  const device = await loops.find(volumes.images.path(name));
  if (!device) return { used: false, condition: { abnormal: false, message: 'not in use' } };
  const failed = (await mounts.all()).some((mount) => mount.source === device && hasFailed(mount));
  if (failed) return { used: true, condition: abnormal('an error has made the file system read-only') };
  return { used: true, condition: { abnormal: false, message: `in use as ${device}` } };
}
