// nfs: a directory of an NFS server, mounted by the node for each pod, in the pod or behind a PersistentVolume. The server may be
// away: mount and unmount end by a time limit (files/mounts), and nothing here looks into what is mounted.
// Upstream: pkg/volume/nfs.
import { isIPv6 } from 'node:net';
import type { NFSVolumeSource } from '../../../api/kinds/core/v1/volumes/network-files.ts';
import { pathText } from '../../files/node-files.ts';
import { podUid } from '../../pod.ts';
import type { VolumeDirectories } from '../directories.ts';
import { fileSystemStats } from '../measure.ts';
import { mountOptions } from '../mount-options.ts';
import { nameOfVolume, type VolumePlugin, type VolumeSpec } from '../plugin.ts';

const NAME = 'kubernetes.io~nfs';

export function nfsPlugin(directories: VolumeDirectories): VolumePlugin {
  const { files } = directories;
  return {
    name: NAME,
    takesMountOptions: true,
    supports: (spec) => sourceOf(spec) !== undefined,
    async setUp({ pod, spec }) {
      const [uid, name] = [podUid(pod), nameOfVolume(spec)];
      const path = directories.volume(NAME, uid, name);
      const readOnly = spec.persistentVolume ? spec.readOnly : (spec.volume.nfs?.readOnly ?? false);
      if ((await files.mountsIn(path)).length === 0) {
        await files.makeDirectory(path);
        const options = mountOptions(spec, readOnly ? ['ro'] : []);
        try {
          await files.mount(path, { type: 'nfs', source: exported(sourceOf(spec)!), options });
        } catch (error) {
          await tearDown(uid, name).catch(() => {});
          throw error;
        }
      }
      return { path: pathText(path), readOnly };
    },
    found: (uid) => directories.names(NAME, uid),
    tearDown,
    stats: ({ pod, spec }) =>
      fileSystemStats(files, directories.volume(NAME, podUid(pod), nameOfVolume(spec))),
  };

  /** The directory itself is looked at only when the server's is gone from it. */
  async function tearDown(uid: string, volume: string): Promise<void> {
    await files.unmount(directories.volume(NAME, uid, volume));
    await directories.remove(NAME, uid, volume);
  }
}

const sourceOf = ({ volume, persistentVolume }: VolumeSpec): NFSVolumeSource | undefined =>
  persistentVolume ? persistentVolume.spec?.nfs : volume.nfs;

const exported = ({ server, path }: NFSVolumeSource): string =>
  `${isIPv6(server) ? `[${server}]` : server}:${path}`;
