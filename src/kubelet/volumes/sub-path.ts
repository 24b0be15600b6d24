// Finds the directory or file of a volume that a container mounts by subPath, never outside the volume whatever links
// lie in it. Missing directories are made. (Upstream bind-mounts what it found; here its real path is handed on.)
import { lstat, mkdir, realpath } from 'node:fs/promises';
import { join, relative } from 'node:path';

export async function resolveSubPath(volume: string, subPath: string): Promise<string> {
  const root = await realpath(volume);
  let path = root;
  for (const part of subPath.split('/').filter((p) => p !== '' && p !== '.')) {
    if (part === '..') throw new Error(`subPath must not contain '..': ${subPath}`);
    const next = join(path, part);
    const exists = await lstat(next).then(
      () => true,
      () => false,
    );
    if (!exists) await mkdir(next, { mode: 0o750 });
    path = await realpath(next);
    const inside = relative(root, path);
    if (inside.startsWith('..')) throw new Error(`subpath ${subPath} is not within volume path ${volume}`);
  }
  return path;
}
