// Directories of the machine that its node shows at other paths (tiphys.yaml's mounts): only processes in the node see them there. The
// kubelet, outside, looks at the directories themselves; containers get the node's paths. A runtime may make a bind mount of a read-only
// mount writable again (crun does), so volumes in such a one are mounted read-only by their own flag.
import { join } from 'node:path';
import type { NodeExec, ShownDirectory } from '../options.ts';

export interface ShownDirectories {
  /** The path by which the kubelet reaches a path of its node. */
  reached(path: string): string;
  /** Whether a path of the node leads into a read-only one, by links or without. */
  isReadOnly(path: string): Promise<boolean>;
}

export const NONE_SHOWN: ShownDirectories = { reached: (path) => path, isReadOnly: async () => false };

export function shownDirectories(
  directories: readonly ShownDirectory[] | undefined,
  run: NodeExec,
): ShownDirectories {
  if (!directories || directories.length === 0) return NONE_SHOWN;
  const readOnly = directories.filter((one) => one.readOnly);
  const isIn = (path: string, { nodePath }: ShownDirectory) =>
    path === nodePath || path.startsWith(`${nodePath}/`);
  return {
    reached(path) {
      const plain = join(path);
      const shown = directories.find((one) => isIn(plain, one));
      return shown ? join(shown.hostPath, plain.slice(shown.nodePath.length)) : path;
    },
    async isReadOnly(path) {
      if (readOnly.length === 0) return false;
      // As the runtime will find it. Who can exchange a link meanwhile can write to the machine without this mount.
      const real = (await run(['realpath', '--canonicalize-missing', '--', path])).replace(/\n$/, '');
      return readOnly.some((one) => isIn(real, one));
    },
  };
}
