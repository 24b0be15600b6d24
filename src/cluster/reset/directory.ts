// The directory of an agent or a server as `tiphys reset` may delete it: it must be one that Tiphys made, not a link to somewhere else,
// and nothing may be mounted in it, for a mount may show files of somebody else's. Called by reset.ts.
import { lstatSync, readdirSync, realpathSync } from 'node:fs';
import { lstat, readdir, rm, rmdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Clock } from '../../kit/clock.ts';
import { isMounted, listMounts, mountsBelow } from '../nodes/mounts.ts';
import { hostShell } from '../nodes/shell.ts';
import { type Remainder, removeData } from '../nodes/teardown/remove-data.ts';

/** Directories below it are ours whatever is in them. */
const HOME = '/var/lib/tiphys';
/** Says that the rest is to be deleted: what shows whose a directory is may be gone already. Deleted last. */
const MARK = '.tiphys-reset';

/** Why a directory must not be deleted; undefined for one that may be, or that is not there. `marks`: one of these is in every such one. */
export function directoryProblem(path: string, marks: readonly string[]): string | undefined {
  let entries: string[];
  try {
    const stats = lstatSync(path);
    if (stats.isSymbolicLink()) return `${path} is a link: name the directory that it leads to`;
    if (!stats.isDirectory()) return `${path} is no directory`;
    // A link further up would do no harm to what is deleted, but mounts are known by the real path.
    if (realpathSync(path) !== path) return `${path} is ${realpathSync(path)}: name it so`;
    entries = readdirSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  if (path.startsWith(`${HOME}/`) || entries.length === 0) return undefined;
  if ([MARK, ...marks].some((name) => entries.includes(name))) return undefined;
  return `${path} does not look like a directory of Tiphys: there is no ${marks.join(' or ')} in it`;
}

export const isThere = (path: string): Promise<boolean> =>
  lstat(path).then(
    () => true,
    () => false,
  );

/** All that is in it, and the directory itself. Gives what stays. Nothing is deleted while something is mounted in it. */
export async function deleteDirectory(path: string, clock: Clock): Promise<Remainder | undefined> {
  if (!(await isThere(path))) return undefined;
  const mounted = await unmountBelow(path);
  if (mounted.length > 0)
    return { empty: false, text: `${path} stays, for something is mounted in it: ${mounted.join(', ')}` };
  await writeFile(join(path, MARK), '', { mode: 0o600 });
  for (const name of await readdir(path)) {
    if (name === MARK) continue;
    const left = await removeData(join(path, name), clock);
    if (left) return left;
  }
  await rm(join(path, MARK), { force: true });
  try {
    await rmdir(path);
  } catch {
    const isMountPoint = isMounted(await listMounts(), path);
    return {
      empty: true,
      text: `the empty directory ${path} stays${isMountPoint ? ', for it is a mount point' : ''}`,
    };
  }
  // Where nothing else of Tiphys is.
  if (dirname(path) === HOME) await rmdir(HOME).catch(() => {});
  return undefined;
}

/** What is still mounted afterwards. The directory itself may be a mount point of the administrator's. */
async function unmountBelow(path: string): Promise<string[]> {
  const below = async () => mountsBelow(await listMounts(), path).filter((point) => point !== path);
  const points = await below();
  if (points.length === 0) return [];
  await hostShell.tryExec(['umount', '-l', '--', ...points]);
  return below();
}
