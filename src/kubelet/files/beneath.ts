// Opens what names below a directory stand for, links followed as long as they lead to places below it: openat2(2) with
// RESOLVE_BENEATH, which Node does not have. Each name is opened by descriptor and no link is ever followed by the kernel,
// so renaming while this runs leads nowhere else. Used by node-mounts.ts for subPath.
import { chmod, type FileHandle, mkdir, open, readlink } from 'node:fs/promises';
import { child, O_DIRECTORY, O_NOFOLLOW, O_PATH, self } from './descend.ts';

export interface Beneath {
  /** The directory below which everything stays; is left open. */
  readonly root: FileHandle;
  /** Where an absolute link leads, as names below the root. Throws when that is outside. */
  readonly absolute: (target: string) => readonly string[];
  /** What `..` in the root means. Throws when that is outside. */
  readonly above: () => void;
  /** Directories that are missing are made with this mode. */
  readonly makeMode?: number;
}

export interface Opened {
  /** Opened with O_PATH; the caller closes it. */
  readonly handle: FileHandle;
  /** The place below the root, with no link among its names. */
  readonly names: readonly string[];
}

/** Links and `..` on one way; the kernel gives up after 40 links. */
const MAX_REDIRECTS = 64;
/** Names on one way: twice what PATH_MAX (4096 bytes) holds of names of a usual length. */
const MAX_NAMES = 512;

export async function openBeneath(names: readonly string[], beneath: Beneath): Promise<Opened> {
  let wanted = names;
  for (let redirects = 0; redirects <= MAX_REDIRECTS && wanted.length <= MAX_NAMES; redirects++) {
    const reached = await walk(wanted, beneath);
    if ('handle' in reached) return { handle: reached.handle, names: wanted };
    wanted = redirected(wanted, reached, beneath);
  }
  throw new Error('too many levels of symbolic links');
}

/** A link, or `..`, at this place among the names; those before it are directories. */
interface Redirect {
  readonly at: number;
  readonly target: string;
}

async function walk(
  names: readonly string[],
  { root, makeMode }: Beneath,
): Promise<{ handle: FileHandle } | Redirect> {
  let directory: FileHandle | undefined = await open(self(root), O_PATH | O_DIRECTORY);
  try {
    for (const [at, name] of names.entries()) {
      if (name === '..') return { at, target: '..' };
      const next = await openName(directory, name, makeMode);
      const target = await linkTarget(next, child(directory, name)).catch(async (error) => {
        await next.close();
        throw error;
      });
      await directory.close();
      directory = next;
      if (target !== undefined) return { at, target };
    }
    const handle = directory;
    directory = undefined;
    return { handle };
  } finally {
    await directory?.close();
  }
}

/** undefined for what is no link. `path` is where it was opened: a link's text cannot be read from its descriptor. */
const linkTarget = async (opened: FileHandle, path: string): Promise<string | undefined> =>
  (await opened.stat()).isSymbolicLink() ? readlink(path) : undefined;

async function openName(
  directory: FileHandle,
  name: string,
  makeMode: number | undefined,
): Promise<FileHandle> {
  const path = child(directory, name);
  try {
    return await open(path, O_PATH | O_NOFOLLOW);
  } catch (error) {
    if (makeMode === undefined || (error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  await mkdir(path);
  const made = await open(path, O_PATH | O_NOFOLLOW | O_DIRECTORY);
  await chmod(self(made), makeMode);
  return made;
}

function redirected(names: readonly string[], { at, target }: Redirect, beneath: Beneath): readonly string[] {
  const rest = names.slice(at + 1);
  if (target.startsWith('/')) return [...beneath.absolute(target), ...rest];
  if (target !== '..') return [...names.slice(0, at), ...namesOf(target), ...rest];
  if (at === 0) beneath.above();
  return [...names.slice(0, Math.max(0, at - 1)), ...rest];
}

/** A path as names; `..` stays, since what it means depends on links before it. */
export const namesOf = (path: string): string[] =>
  path.split('/').filter((name) => name !== '' && name !== '.');
