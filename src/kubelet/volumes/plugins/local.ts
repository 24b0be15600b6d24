// local: a directory or a block device of this node behind a PersistentVolume. A device is given as it is, or mounted for each pod
// below its volumes, with a file system that is made when there is none; so is a directory with mount options. The claim outlives
// the pod, so nothing of the volume itself is removed. Upstream: pkg/volume/local.
import type { LocalVolumeSource } from '../../../api/kinds/core/v1/volumes/node-local.ts';
import { type NodePath, nodePath } from '../../files/node-files.ts';
import { type Pod, podUid, specOf } from '../../pod.ts';
import type { VolumeDirectories } from '../directories.ts';
import { fileSystemStats } from '../measure.ts';
import { mountOptions } from '../mount-options.ts';
import { isBlock, nameOfVolume, type VolumePlugin, type VolumeRequest, type VolumeSpec } from '../plugin.ts';
import { NONE_SHOWN } from '../shown-directories.ts';
import type { LocalGrowth } from './local-growth.ts';

const NAME = 'kubernetes.io~local-volume';
const DEFAULT_TYPE = 'ext4';

export function localPlugin(
  directories: VolumeDirectories,
  growth: LocalGrowth,
  shown = NONE_SHOWN,
): VolumePlugin {
  const { files } = directories;
  const mountPoint = ({ pod, spec }: VolumeRequest): NodePath =>
    directories.volume(NAME, podUid(pod), nameOfVolume(spec));

  /** Where the volume's files are. */
  const mounted = async (request: VolumeRequest, isDevice: boolean): Promise<NodePath> => {
    const { path: source, fsType } = sourceOf(request.spec);
    const type = fsType || DEFAULT_TYPE;
    const options = mountOptions(request.spec, isDevice && request.spec.readOnly ? ['ro'] : []);
    if (!isDevice && options.length === 0) return nodePath(source);
    const target = mountPoint(request);
    await files.makeDirectory(target);
    if (isDevice) await files.mountDevice(target, { type, source, options });
    else await files.mount(target, { source, options: ['bind', ...options] });
    return target;
  };

  return {
    name: NAME,
    devices: true,
    takesMountOptions: true,
    supports: ({ persistentVolume }) => persistentVolume?.spec?.local !== undefined,
    async setUp(request) {
      const { pod, spec } = request;
      const { path } = sourceOf(spec);
      const type = (await files.stat(nodePath(shown.reached(path))))?.type;
      if (!type) throw new Error(`path "${path}" does not exist`);
      const readOnly = spec.readOnly || (await shown.isReadOnly(path));
      if (isBlock(spec)) {
        if (type !== 'blockDevice') throw new Error(`path "${path}" is not a block device`);
        await growth.mounted(request, async () => {});
        return { device: path, readOnly };
      }
      if (type !== 'directory' && type !== 'blockDevice')
        throw new Error('only directory and block device are supported');
      const place = await mounted(request, type === 'blockDevice');
      await growth.mounted(request, async () => {
        if (type === 'blockDevice') await files.growOnDevice(place, path);
      });
      if (!readOnly) await giveToGroup(place, pod);
      return { path: place.root, readOnly };
    },
    found: async (uid) => [...new Set([...(await directories.names(NAME, uid)), ...growth.namesOf(uid)])],
    async tearDown(uid, volume) {
      await files.unmount(directories.volume(NAME, uid, volume));
      await directories.remove(NAME, uid, volume);
      growth.gone(uid, volume);
    },
    async stats(request) {
      if (isBlock(request.spec)) return undefined;
      const isMounted = (await files.mountsIn(mountPoint(request))).length > 0;
      return fileSystemStats(
        files,
        isMounted ? mountPoint(request) : nodePath(shown.reached(sourceOf(request.spec).path)),
      );
    },
  };

  async function giveToGroup(place: NodePath, pod: Pod): Promise<void> {
    const { fsGroup, fsGroupChangePolicy } = specOf(pod).securityContext ?? {};
    if (fsGroup === undefined) return;
    await files.giveMounted(place, fsGroup, { unlessDone: fsGroupChangePolicy === 'OnRootMismatch' });
  }
}

const sourceOf = ({ persistentVolume }: VolumeSpec): LocalVolumeSource => persistentVolume!.spec!.local!;
