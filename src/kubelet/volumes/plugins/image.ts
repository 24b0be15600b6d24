// image: the files of an OCI image, read-only. The image is pulled by image-volumes.ts when a container needs it; here it is
// mounted, as a snapshot of the runtime's, and unmounted with the pod. Upstream leaves the mounting to the runtime, which needs
// containerd 2.1 and keeps the files from being executed; an OCI runtime that is given a path would undo noexec.
import type { ContainerRuntime, FileSystemMount } from '../../../cri/runtime.ts';
import type { MountCall } from '../../files/node-files.ts';
import type { VolumeDirectories } from '../directories.ts';
import type { VolumePlugin } from '../plugin.ts';

const NAME = 'kubernetes.io~image';

export type MountsImages = Pick<ContainerRuntime, 'imageMount' | 'releaseImageMount'>;

export interface ImagePlugin extends VolumePlugin {
  /** Where the volume is mounted; undefined when it is not. */
  mountedAt(uid: string, volume: string): Promise<string | undefined>;
  /** Mounts an image that is on the node. */
  mountImage(uid: string, volume: string, image: string): Promise<string>;
}

export function imagePlugin(directories: VolumeDirectories, runtime: MountsImages): ImagePlugin {
  const { files } = directories;
  return {
    name: NAME,
    supports: ({ volume }) => volume.image !== undefined,
    setUp: async ({ spec }) => ({ image: spec.volume.image ?? {} }),
    async mountedAt(uid, volume) {
      const path = directories.volume(NAME, uid, volume);
      return (await files.mountsIn(path)).length > 0 ? path.root : undefined;
    },
    async mountImage(uid, volume, image) {
      const path = directories.volume(NAME, uid, volume);
      await files.makeDirectory(path);
      await files.mount(path, callFor(await runtime.imageMount({ image }, keyOf(uid, volume))));
      return path.root;
    },
    found: (uid) => directories.names(NAME, uid),
    async tearDown(uid, volume) {
      await files.unmount(directories.volume(NAME, uid, volume));
      await runtime.releaseImageMount(keyOf(uid, volume));
      await directories.remove(NAME, uid, volume);
    },
  };
}

const keyOf = (uid: string, volume: string): string => `image-volume-${uid}-${volume}`;

/** A bind mount has no file system type for mount(8). */
function callFor({ type, source, options }: FileSystemMount): MountCall {
  const all = [...new Set([...options, 'ro'])];
  return type === 'bind' ? { source, options: all } : { type, source, options: all };
}
