// local: a directory of this node behind a PersistentVolume. The claim outlives the pod, so nothing is removed.
import { type NodeFiles, nodePath } from '../../files/node-files.ts';
import { type Pod, specOf } from '../../pod.ts';
import { fileSystemStats } from '../measure.ts';
import type { VolumePlugin } from '../plugin.ts';
import { checkHostPath } from './host-path.ts';

export function localPlugin(files: NodeFiles): VolumePlugin {
  return {
    name: 'kubernetes.io~local-volume',
    supports: ({ persistentVolume }) => persistentVolume?.spec?.local !== undefined,
    async setUp({ pod, spec }) {
      const { path } = spec.persistentVolume!.spec!.local!;
      await checkHostPath(files, { path, type: 'Directory' });
      if (!spec.readOnly) await applyFsGroup(files, path, pod);
      return { path, readOnly: spec.readOnly };
    },
    found: async () => [],
    tearDown: async () => {},
    stats: ({ spec }) => fileSystemStats(files, nodePath(spec.persistentVolume!.spec!.local!.path)),
  };
}

async function applyFsGroup(files: NodeFiles, path: string, pod: Pod): Promise<void> {
  const { fsGroup, fsGroupChangePolicy = 'Always' } = specOf(pod).securityContext ?? {};
  if (fsGroup === undefined) return;
  const root = (await files.stat(nodePath(path)))!;
  const fits = root.gid === fsGroup && (root.mode & 0o2770) === 0o2770;
  if (!fits || fsGroupChangePolicy === 'Always') await files.giveToGroup(nodePath(path), fsGroup);
}
