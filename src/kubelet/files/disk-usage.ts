// Measures what a tree takes on disk. Used by host-files.ts.
import type { Stats } from 'node:fs';
import { type FileHandle, lstat } from 'node:fs/promises';
import type { TreeUsage } from './node-files.ts';
import { TreeMoved, walkTree } from './tree-walk.ts';

/** Of `st_blocks`, whatever the file system's own blocks are. */
const BLOCK = 512;

/**
 * A file with several names counts once for each. What is mounted in the tree or removed meanwhile does not count, nor
 * what is left when a directory is moved while it is measured.
 */
export async function diskUsage(top: FileHandle): Promise<TreeUsage> {
  const stats = await top.stat();
  if (!stats.isDirectory()) return { bytes: stats.blocks * BLOCK, inodes: 1 };
  const total = { bytes: 0, inodes: 0 };
  const count = (found: Stats | undefined) => {
    total.bytes += (found?.blocks ?? 0) * BLOCK;
    total.inodes += found ? 1 : 0;
  };
  await walkTree(top, {
    enter: async (directory) => count(await directory.stat()),
    file: async (path) => count(await lstat(path).catch(() => undefined)),
  }).catch((error) => {
    if (!(error instanceof TreeMoved)) throw error;
  });
  return total;
}
