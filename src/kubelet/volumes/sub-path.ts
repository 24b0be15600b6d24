// Finds the directory or file of a volume that a container mounts by subPath, never outside the volume whatever links
// lie in it. Missing directories are made, as open as the volume is. (Upstream bind-mounts what it found; here its real path is handed on.)
import { chmod, lstat, mkdir, realpath, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';

export async function resolveSubPath(volume: string, subPath: string): Promise<string> {
  const root = await realpath(volume);
  const mode = (await stat(root)).mode & 0o7777;
  let path = root;
  for (const part of subPath.split('/').filter((p) => p !== '' && p !== '.')) {
    if (part === '..') throw new Error(`subPath must not contain '..': ${subPath}`);
    const next = join(path, part);
    const exists = await lstat(next).then(
      () => true,
      () => false,
    );
    if (!exists) {
      await mkdir(next);
      await chmod(next, mode);
    }
    path = await realpath(next);
    const inside = relative(root, path);
    if (inside === '..' || inside.startsWith('../'))
      throw new Error(`subpath ${subPath} is not within volume path ${volume}`);
  }
  return path;
}
