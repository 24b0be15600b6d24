// Finds the directory or file of a volume that a container mounts by subPath, in the kubelet's own mount namespace.
// Missing directories are made with the volume's mode. Called by host-files.ts.
import { chmod, lstat, mkdir, realpath, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { checkNames, type NodePath, pathText } from './node-files.ts';

export async function resolveSubPath(path: NodePath): Promise<string> {
  checkNames(path);
  const root = await realpath(path.root);
  const mode = (await stat(root)).mode & 0o7777;
  let found = root;
  for (const name of path.below) {
    const next = join(found, name);
    const exists = await lstat(next).then(
      () => true,
      () => false,
    );
    if (!exists) {
      await mkdir(next);
      await chmod(next, mode);
    }
    found = await realpath(next);
    const below = relative(root, found);
    if (below === '..' || below.startsWith('../'))
      throw new Error(`subpath ${pathText(path)} is not within volume path ${path.root}`);
  }
  return found;
}
