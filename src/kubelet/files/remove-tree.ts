// Removes a tree, of which pods may have made anything: following no link, and nothing of what is mounted in it.
// Used by host-files.ts.
import { type FileHandle, lstat, open, rmdir, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import { O_DIRECTORY, O_NOFOLLOW, O_PATH } from './descend.ts';
import { mountOf, walkTree } from './tree-walk.ts';

/** Throws ENOENT when there is nothing, EBUSY at a mount. The last name of `path` is not followed. */
export async function removeTree(path: string): Promise<void> {
  if (!(await lstat(path)).isDirectory()) return unlink(path);
  await removeDirectory(path, (file) => unlink(file).catch(unlessGone));
}

/** Throws ENOTEMPTY at anything that is no directory; what was left behind of empty directories is gone by then. */
export async function removeDirectories(path: string): Promise<void> {
  await removeDirectory(path, async () => {
    throw Object.assign(new Error(`ENOTEMPTY: there are files in ${path}`), { code: 'ENOTEMPTY' });
  });
}

async function removeDirectory(path: string, file: (path: string) => Promise<void>): Promise<void> {
  const directory = await open(path, O_PATH | O_DIRECTORY | O_NOFOLLOW);
  try {
    if ((await mountOf(directory)) !== (await mountOfParent(path))) throw isMounted(path);
    await removeContents(directory, file);
  } finally {
    await directory.close();
  }
  await rmdir(path);
}

const removeContents = (directory: FileHandle, file: (path: string) => Promise<void>): Promise<void> =>
  walkTree(directory, {
    file,
    leave: (path) => rmdir(path).catch(unlessGone),
    mountPoint: async (path) => {
      throw isMounted(path);
    },
  });

async function mountOfParent(path: string): Promise<string> {
  const parent = await open(dirname(path), O_PATH | O_DIRECTORY);
  return mountOf(parent).finally(() => parent.close());
}

export const isMounted = (path: string): Error =>
  Object.assign(new Error(`EBUSY: something is mounted on ${path}`), { code: 'EBUSY' });

function unlessGone(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOENT') throw error;
}
