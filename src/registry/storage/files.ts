// Writes that last: what has been acknowledged is on disk under its name, or not there at all.
import { type FileHandle, mkdir, open, readdir, rename, rm, statfs, utimes } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Clock } from '../../kit/clock.ts';
import { diskFull, isDiskFull, isMissing } from '../errors.ts';

/** Makes the directory with all above it; names of new directories last, too. */
export async function makeDirectory(path: string): Promise<void> {
  const first = await mkdir(path, { recursive: true, mode: 0o700 });
  if (!first) return;
  for (let at = dirname(path); at.length >= dirname(first).length; at = dirname(at)) await syncDirectory(at);
}

export async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}

/** Moves a finished, synced file to its place. */
export async function settle(draft: string, path: string): Promise<void> {
  await makeDirectory(dirname(path));
  await rename(draft, path);
  await syncDirectory(dirname(path));
}

/** The whole text, or what was there before. `draft`: a path on the same disk that nobody else uses. */
export async function writeWhole(path: string, text: string | Uint8Array, draft: string): Promise<void> {
  try {
    const file = await open(draft, 'wx', 0o600);
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await settle(draft, path);
  } catch (error) {
    await rm(draft, { force: true }).catch(() => {});
    throw isDiskFull(error) ? diskFull(error) : error;
  }
}

/** Notes that something is used now; false when it is not there. The garbage collection keeps what was used lately. */
export async function touch(path: string, clock: Pick<Clock, 'now'>): Promise<boolean> {
  const seconds = clock.now() / 1000;
  try {
    await utimes(path, seconds, seconds);
    return true;
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}

export async function openIfThere(path: string): Promise<FileHandle | undefined> {
  try {
    return await open(path, 'r');
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

export async function namesIn(directory: string): Promise<string[]> {
  try {
    return await readdir(directory);
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}

const GIB = 1024 ** 3;

/** Throws where `bytes` more would leave less than a reserve: the store of the cluster may be on the same disk. */
export async function checkRoom(directory: string, bytes: number): Promise<void> {
  const { bavail, blocks, bsize } = await statfs(directory);
  const reserve = Math.min(GIB, (blocks * bsize) / 20);
  if (bavail * bsize - bytes < reserve) throw diskFull();
}
