// Opens places below a root one name at a time, by descriptor: what is opened cannot be exchanged for a link between the
// check and the use. /proc/self/fd/<n>/<name> stands for openat(2), which Node does not have. Used by host-files.ts.
import { type FileHandle, mkdir, open } from 'node:fs/promises';
import { join } from 'node:path';
import { checkNames, type NodePath } from './node-files.ts';

/** Linux; Node exports only the second and third. O_PATH gives a descriptor without opening the file itself. */
export const O_PATH = 0o10000000;
export const O_NOFOLLOW = 0o400000;
export const O_DIRECTORY = 0o200000;

/** What is open, whatever its names are by now. */
export const self = ({ fd }: FileHandle): string => `/proc/self/fd/${fd}`;

export const child = (parent: FileHandle, name: string): string => `/proc/self/fd/${parent.fd}/${name}`;

/**
 * Calls `use` with a path of the last name in which the kernel follows no link of `below`. The operation must not
 * follow the last name itself: lstat, mkdir, symlink, rename, unlink, or open with O_NOFOLLOW.
 */
export async function withParent<T>(path: NodePath, use: (text: string) => Promise<T>): Promise<T> {
  checkNames(path);
  const names = [...path.below];
  const last = names.pop();
  if (last === undefined) return use(path.root);
  const first = names.shift();
  if (first === undefined) return use(join(path.root, last));
  let parent = await open(join(path.root, first), O_PATH | O_DIRECTORY | O_NOFOLLOW);
  try {
    for (const name of names) {
      const next = await open(child(parent, name), O_PATH | O_DIRECTORY | O_NOFOLLOW);
      await parent.close();
      parent = next;
    }
    return await use(child(parent, last));
  } finally {
    await parent.close();
  }
}

/** Calls `use` with a descriptor of the place itself, a link included, and a path that stands for exactly that. */
export function withPlace<T>(
  path: NodePath,
  use: (handle: FileHandle, text: string) => Promise<T>,
): Promise<T> {
  const follow = path.below.length === 0 ? 0 : O_NOFOLLOW;
  return withParent(path, async (text) => {
    const handle = await open(text, O_PATH | follow);
    try {
      return await use(handle, self(handle));
    } finally {
      await handle.close();
    }
  });
}

/**
 * Makes the directories of `below` that are missing; whether the last one was. One by one: a recursive mkdir would follow links
 * on the way. What is there already must be a directory.
 */
export async function makeBelow(path: NodePath): Promise<boolean> {
  checkNames(path);
  let parent: FileHandle | undefined;
  let made = false;
  try {
    for (const [depth, name] of path.below.entries()) {
      const text = parent ? child(parent, name) : join(path.root, name);
      made = await makeOne(text);
      if (made && depth === path.below.length - 1) break;
      const next = await open(text, O_PATH | O_DIRECTORY | O_NOFOLLOW);
      await parent?.close();
      parent = next;
    }
    return made;
  } finally {
    await parent?.close();
  }
}

/** False when something has the name already. */
const makeOne = (path: string): Promise<boolean> =>
  mkdir(path).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
      return false;
    },
  );
