// Measures the bytes that a tree takes on disk. Used by host-files.ts.
import { type FileHandle, lstat } from 'node:fs/promises';
import { TreeMoved, walkTree } from './tree-walk.ts';

/** Of `st_blocks`, whatever the file system's own blocks are. */
const BLOCK = 512;

/**
 * A file with several names counts once for each. What is mounted in the tree or removed meanwhile does not count, nor
 * what is left when a directory is moved while it is measured.
 */
export async function diskUsage(top: FileHandle): Promise<number> {
  const stats = await top.stat();
  if (!stats.isDirectory()) return stats.blocks * BLOCK;
  let total = 0;
  const count = (blocks = 0) => {
    total += blocks * BLOCK;
  };
  await walkTree(top, {
    enter: async (directory) => count((await directory.stat()).blocks),
    file: async (path) => count((await lstat(path).catch(() => undefined))?.blocks),
  }).catch((error) => {
    if (!(error instanceof TreeMoved)) throw error;
  });
  return total;
}
