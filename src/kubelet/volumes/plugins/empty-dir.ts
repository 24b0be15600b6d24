// emptyDir: a directory that lives as long as the pod, on disk or, with medium Memory or HugePages, a file system of its own that
// only the node sees.

import type { Volume } from '../../../api/kinds/core/v1/volume.ts';
import { wholeValue } from '../../../api/quantity/quantity.ts';
import { smallest } from '../../../kit/lists.ts';
import { inside, type MemoryMount, type MountCall, nodePath } from '../../files/node-files.ts';
import { type Pod, podUid, specOf } from '../../pod.ts';
import { podLimits } from '../../resources/container-resources.ts';
import type { VolumeDirectories } from '../directories.ts';
import { directoryStats, fileSystemStats } from '../measure.ts';
import type { VolumePlugin } from '../plugin.ts';
import { isHugePages, pageSize } from './huge-pages.ts';

const NAME = 'kubernetes.io~empty-dir';

export function emptyDirPlugin(directories: VolumeDirectories): VolumePlugin {
  const { files } = directories;
  return {
    name: NAME,
    supports: ({ volume }) => volume.emptyDir !== undefined,
    async setUp({ pod, spec: { volume } }) {
      const path = directories.volume(NAME, podUid(pod), volume.name);
      await makeOpenDirectory(directories, pod, volume.name);
      const { medium = '' } = volume.emptyDir ?? {};
      if (medium === 'Memory') await files.mountMemory(path, memoryMount(pod, volume.emptyDir!));
      if (isHugePages(medium)) await files.mount(path, hugePagesCall(pod, medium));
      return { path: path.root, readOnly: false };
    },
    found: (uid) => directories.names(NAME, uid),
    async tearDown(uid, volume) {
      await files.unmount(directories.volume(NAME, uid, volume));
      await directories.remove(NAME, uid, volume);
    },
    stats({ pod, spec: { volume } }) {
      const path = directories.volume(NAME, podUid(pod), volume.name);
      return volume.emptyDir?.medium ? fileSystemStats(files, path) : directoryStats(files, path);
    },
  };
}

/**
 * The directory gets its name only when its access is right, so one that is there is left alone: containers may have
 * changed it since.
 */
async function makeOpenDirectory(directories: VolumeDirectories, pod: Pod, name: string): Promise<void> {
  const { files } = directories;
  const parent = nodePath(directories.plugin(NAME, podUid(pod)));
  if (await files.stat(inside(parent, name))) return;
  const unfinished = inside(parent, `.${name}`);
  await files.makeDirectory(unfinished);
  await files.setAccess(unfinished, accessOf(pod));
  await files.rename(unfinished, name);
}

const STICKY = 0o1000;

/** Open to all; with an fsGroup, what is made in it belongs to the group. */
function accessOf(pod: Pod): { mode: number; gid?: number } {
  const gid = specOf(pod).securityContext?.fsGroup;
  return gid === undefined ? { mode: 0o777 } : { mode: 0o2777, gid };
}

/** Mode and group come with the mount: from outside the node they cannot be set afterwards. */
function hugePagesCall(pod: Pod, medium: string): MountCall {
  const { mode, gid } = accessOf(pod);
  const access = [`mode=${mode.toString(8).padStart(4, '0')}`, ...(gid === undefined ? [] : [`gid=${gid}`])];
  return { type: 'hugetlbfs', source: 'nodev', options: [`pagesize=${pageSize(pod, medium)}`, ...access] };
}

/** No larger than its limit, nor than the memory that the pod may use at all; users may remove only their own files, as in upstream's. */
function memoryMount(pod: Pod, { sizeLimit }: NonNullable<Volume['emptyDir']>): MemoryMount {
  const limits = [wholeValue(sizeLimit ?? '0'), podLimits(pod).memory].filter((bytes) => bytes > 0);
  const { mode, ...access } = accessOf(pod);
  return { ...access, mode: mode | STICKY, ...(limits.length > 0 && { bytes: smallest(limits) }) };
}
