// Volumes of CSI drivers, whether a PersistentVolume or the pod declares them. What is behind it is loaded when the first of them appears, or
// when an earlier kubelet has left some. A volume that is not there yet is pending: the pod's worker is woken when it is.
// Upstream: pkg/volume/csi/csi_plugin.go.

import { VolumePending } from '../pending.ts';
import type { VolumePlugin } from '../plugin.ts';
import type { CsiVolumes } from './csi-volumes.ts';
import type { CsiEnvironment } from './environment.ts';
import { hasVolumes, namesOnDisk } from './found.ts';
import { PLUGIN_DIRECTORY } from './paths.ts';

export interface CsiPlugin extends VolumePlugin {
  /** Takes up what an earlier kubelet has left. Call it once the node is in the API, and before pods are known. */
  start(): Promise<void>;
  stop(): void;
}

export function csiPlugin(environment: CsiEnvironment): CsiPlugin {
  let loading: Promise<CsiVolumes> | undefined;
  const load = () => {
    loading ??= import('./csi-volumes.ts')
      .then(({ CsiVolumes }) => CsiVolumes.load(environment))
      .catch((error) => {
        loading = undefined;
        throw error;
      });
    return loading;
  };
  return {
    name: PLUGIN_DIRECTORY,
    devices: true,
    takesMountOptions: true,
    supports: ({ volume, persistentVolume }) =>
      (persistentVolume ? persistentVolume.spec?.csi : volume.csi) !== undefined,
    async start() {
      if (await hasVolumes(environment)) await load();
      else environment.inUse.start([]);
    },
    stop: () => void loading?.then((volumes) => volumes.stop()),
    async setUp(request) {
      const volumes = await load();
      const { isMounted, isAttached } = volumes.want(request);
      if (!isMounted) throw new VolumePending(isAttached, () => volumes.isExhausted(request));
      return volumes.mountedVolume(request);
    },
    update: async (request) => (await load()).refresh(request),
    async found(uid) {
      const names = loading ? (await load()).namesOf(uid) : [];
      return [...new Set([...names, ...(await namesOnDisk(environment, uid))])];
    },
    async tearDown(uid, name) {
      if (!(await (await load()).release(uid, name))) throw new VolumePending(true);
    },
    stats: async (request) => (await load()).stats(request),
  };
}
