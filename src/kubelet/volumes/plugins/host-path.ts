// hostPath: a path of the node, checked or made as its type asks; below /var/lib/kubelet, of the kubelet's own directory. Also behind a
// PersistentVolume. Neither owned nor removed here, and never given to an fsGroup.

import { dirname } from 'node:path';
import type { HostPathVolumeSource } from '../../../api/kinds/core/v1/volumes/node-local.ts';
import { type FileType, type NodeFiles, nodePath } from '../../files/node-files.ts';
import { reachedPath } from '../../usual-root.ts';
import type { VolumePlugin, VolumeSpec } from '../plugin.ts';
import { NONE_SHOWN } from '../shown-directories.ts';

export function hostPathPlugin(files: NodeFiles, root: string, shown = NONE_SHOWN): VolumePlugin {
  return {
    name: 'kubernetes.io~host-path',
    supports: (spec) => sourceOf(spec) !== undefined,
    async setUp({ spec }) {
      const source = sourceOf(spec)!;
      const path = reachedPath(root, source.path);
      await checkHostPath(files, { ...source, path }, shown.reached(path));
      return { path, readOnly: spec.readOnly || (await shown.isReadOnly(path)) };
    },
    found: async () => [],
    tearDown: async () => {},
  };
}

const sourceOf = ({ volume, persistentVolume }: VolumeSpec): HostPathVolumeSource | undefined =>
  persistentVolume ? persistentVolume.spec?.hostPath : volume.hostPath;

const TYPES: Readonly<Record<string, { readonly type: FileType; readonly words: string }>> = {
  Directory: { type: 'directory', words: 'a directory' },
  DirectoryOrCreate: { type: 'directory', words: 'a directory' },
  File: { type: 'file', words: 'a file' },
  FileOrCreate: { type: 'file', words: 'a file' },
  Socket: { type: 'socket', words: 'a socket file' },
  CharDevice: { type: 'charDevice', words: 'a character device' },
  BlockDevice: { type: 'blockDevice', words: 'a block device' },
};

export async function checkHostPath(
  files: NodeFiles,
  { path, type = '' }: HostPathVolumeSource,
  reached = path,
): Promise<void> {
  if (type === '') return;
  const wanted = TYPES[type];
  if (!wanted) throw new Error(`${type} is an invalid volume type`);
  const place = nodePath(reached);
  const found = await files.stat(place);
  if (!found && type === 'DirectoryOrCreate') {
    await files.makeDirectory(place);
    return files.setAccess(place, { mode: 0o755 });
  }
  if (!found && type === 'FileOrCreate') {
    if (!(await files.stat(nodePath(dirname(reached))))) throw new Error(`${dirname(path)} does not exist`);
    return files.create(place, { mode: 0o644 });
  }
  if (found?.type !== wanted.type)
    throw new Error(`hostPath type check failed: ${path} is not ${wanted.words}`);
}
