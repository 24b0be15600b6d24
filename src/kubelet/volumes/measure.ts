// What plug-ins measure: of volumes that are file systems of their own what the file system tells, of directories what is in
// them, with the room of the disk on which they are. Upstream: metrics_statfs.go and metrics_du.go in pkg/volume.
import type { FileSystemUsage, NodeFiles, NodePath } from '../files/node-files.ts';
import type { VolumeStats } from './plugin.ts';

const statsOf = ({ inodes, inodesFree, ...bytes }: FileSystemUsage): VolumeStats => ({
  ...bytes,
  inodes,
  inodesFree,
  inodesUsed: inodes - inodesFree,
});

/** Asked of the node, in a process of its own: what is mounted there may not answer. */
export async function fileSystemStats(files: NodeFiles, path: NodePath): Promise<VolumeStats | undefined> {
  const usage = await files.mountedFileSystem(path);
  return usage && statsOf(usage);
}

/** Walks the whole directory. */
export async function directoryStats(files: NodeFiles, path: NodePath): Promise<VolumeStats | undefined> {
  const usage = await files.fileSystem(path);
  if (!usage) return undefined;
  const { capacityBytes, availableBytes, inodes, inodesFree } = usage;
  const { bytes, inodes: inodesUsed } = await files.diskUsage(path);
  return { usedBytes: bytes, inodesUsed, capacityBytes, availableBytes, inodes, inodesFree };
}
