// Finds the directory or file of a volume that a container mounts by subPath, never outside the volume whatever links
// lie in it. Missing directories are made, as open as the volume is. (Upstream bind-mounts what it found; here its real path is handed on.)
import { chmod, lstat, mkdir, realpath, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { ExecError } from '../../kit/exec.ts';

export async function resolveSubPath(volume: string, subPath: string): Promise<string> {
  const root = await realpath(volume);
  const mode = (await stat(root)).mode & 0o7777;
  let path = root;
  for (const part of partsOf(subPath)) {
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

function partsOf(subPath: string): string[] {
  const parts = subPath.split('/').filter((part) => part !== '' && part !== '.');
  if (parts.includes('..')) throw new Error(`subPath must not contain '..': ${subPath}`);
  return parts;
}

/** Ends in an error when a link leads out. What the shell cuts off the end of an odd name, the last check notices. */
const SCRIPT = `
root=$(realpath -e -- "$1"); path=$root; shift
for part; do
  next=$path/$part
  if [ ! -e "$next" ] && [ ! -L "$next" ]; then mkdir -- "$next"; chmod --reference="$root" -- "$next"; fi
  path=$(realpath -e -- "$next")
  case $path in "$root"|"$root"/*) ;; *) echo "subpath is not within volume path $root" >&2; exit 1;; esac
  [ "$(realpath -e -- "$path")" = "$path" ]
done
printf %s "$path"`;

/** The same for a volume that only the node sees, such as memory that is mounted there: looked up where it counts. */
export async function resolveSubPathIn(
  nodeExec: (command: readonly string[]) => Promise<string>,
  volume: string,
  subPath: string,
): Promise<string> {
  try {
    return await nodeExec(['sh', '-ec', SCRIPT, 'sub-path', volume, ...partsOf(subPath)]);
  } catch (error) {
    throw error instanceof ExecError ? new Error(error.result.stderr.trim(), { cause: error }) : error;
  }
}
