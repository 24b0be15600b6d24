// Puts files into a container, or removes them, below its opened root. No link is followed on the way, neither by the kernel nor here:
// a directory that is a link in the image is refused, and the caller builds the image anew. Called by sync.ts.
import { constants } from 'node:fs';
import { type FileHandle, lchown, lstat, mkdir, open, rename, rm } from 'node:fs/promises';
import type { Random } from '../../../kit/random.ts';
import { namesOf } from '../../../kubelet/files/beneath.ts';
import { child, O_DIRECTORY, O_NOFOLLOW, O_PATH, self } from '../../../kubelet/files/descend.ts';

export interface FileContent {
  readonly bytes: Uint8Array;
  readonly mode: number;
}

/** Names of a path in a container. */
const MOST_NAMES = 256;

/**
 * The file is there whole or not at all: written beside its place and renamed. It belongs to whom the file before it belonged to, or
 * else its directory. Missing directories are made.
 */
export async function writeInside(
  root: FileHandle,
  path: string,
  { bytes, mode }: FileContent,
  random: Random,
): Promise<void> {
  await inParent(root, path, true, async (parent, name) => {
    const place = child(parent, name);
    const before = await lstat(place).catch(() => undefined);
    if (before && !before.isFile()) throw new Error(`${path} is no file in the container`);
    const { uid, gid } = before ?? (await parent.stat());
    const scratch = child(parent, `.tiphys-sync-${random.uuid()}`);
    const file = await open(
      scratch,
      constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | O_NOFOLLOW,
      0o600,
    );
    try {
      await file.writeFile(bytes);
      await file.chown(uid, gid);
      await file.chmod(mode & 0o777);
      await rename(scratch, place);
    } catch (error) {
      await rm(scratch, { force: true });
      throw error;
    } finally {
      await file.close();
    }
  });
}

/** A file that is not there is removed already. */
export async function removeInside(root: FileHandle, path: string): Promise<void> {
  try {
    await inParent(root, path, false, async (parent, name) => {
      await rm(child(parent, name), { force: true });
    });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}

async function inParent(
  root: FileHandle,
  path: string,
  make: boolean,
  use: (parent: FileHandle, name: string) => Promise<void>,
): Promise<void> {
  const names = namesOf(path);
  const last = names.pop();
  if (last === undefined || last === '..' || names.includes('..') || names.length > MOST_NAMES)
    throw new Error(`${path}: a path in the container without .. is expected`);
  let directory = await open(self(root), O_PATH | O_DIRECTORY);
  try {
    for (const name of names) {
      const next = await enter(directory, name, make);
      await directory.close();
      directory = next;
    }
    await use(directory, last);
  } finally {
    await directory.close();
  }
}

async function enter(directory: FileHandle, name: string, make: boolean): Promise<FileHandle> {
  const place = child(directory, name);
  try {
    return await open(place, O_PATH | O_DIRECTORY | O_NOFOLLOW);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOTDIR' || code === 'ELOOP')
      throw new Error(`${name} is a link or no directory in the container`);
    if (code !== 'ENOENT' || !make) throw error;
  }
  await mkdir(place, 0o755);
  const { uid, gid } = await directory.stat();
  await lchown(place, uid, gid);
  return open(place, O_PATH | O_DIRECTORY | O_NOFOLLOW);
}
