// Walks a tree that pods may change meanwhile: every directory by descriptor, no link followed, no mount entered. Two
// descriptors are open however deep the tree is, and names are read in portions, so that neither depth nor number of files
// exhausts the kubelet. Used by host-files.ts to remove, to measure, and to give to a group.
import { type FileHandle, open, opendir, readFile } from 'node:fs/promises';
import { child, O_DIRECTORY, O_NOFOLLOW, O_PATH, self } from './descend.ts';

export interface Visitor {
  /** A directory of the tree, before what is in it. */
  enter?(directory: FileHandle): Promise<void>;
  /** Anything that is no directory; the last name of the path must not be followed. */
  file(path: string): Promise<void>;
  /** A directory below the first, after everything in it. */
  leave?(path: string): Promise<void>;
  /** A directory on which something is mounted. */
  mountPoint?(path: string): Promise<void>;
}

interface Level {
  readonly name: string;
  readonly id: string;
  /** Names still to be entered. */
  readonly directories: string[];
}

/** A directory was moved while something below it was visited: the way back from there leads elsewhere. */
export class TreeMoved extends Error {
  constructor(name: string) {
    super(`${name} was moved away while it was visited`);
  }
}

/** `top` stays open. Throws TreeMoved, and whatever the visitor throws. */
export async function walkTree(top: FileHandle, visitor: Visitor): Promise<void> {
  const mount = await mountOf(top);
  let directory = await open(self(top), O_PATH | O_DIRECTORY);
  const levels: Level[] = [];
  const arrive = async (name: string) => {
    await visitor.enter?.(directory);
    levels.push({ name, id: await idOf(directory), directories: await visitFiles(directory, visitor) });
  };
  try {
    await arrive('');
    for (let level = levels.at(-1); level; level = levels.at(-1)) {
      const name = level.directories.pop();
      if (name !== undefined) {
        const next = await enterable(directory, name, mount, visitor);
        if (!next) continue;
        await directory.close();
        directory = next;
        await arrive(name);
      } else if (levels.pop() && levels.length > 0) {
        const parent = await open(child(directory, '..'), O_PATH | O_DIRECTORY);
        await directory.close();
        directory = parent;
        if ((await idOf(parent)) !== levels.at(-1)!.id) throw new TreeMoved(level.name);
        await visitor.leave?.(child(directory, level.name));
      }
    }
  } finally {
    await directory.close();
  }
}

/** What the kernel calls the mount that a descriptor was opened on: also tells bind mounts of one file system apart. */
export async function mountOf(handle: FileHandle): Promise<string> {
  const info = await readFile(`/proc/self/fdinfo/${handle.fd}`, 'utf8');
  return /^mnt_id:\s+(\d+)/m.exec(info)?.[1] ?? '';
}

async function idOf(handle: FileHandle): Promise<string> {
  const { dev, ino } = await handle.stat();
  return `${dev}:${ino}`;
}

/** undefined for what is a mount point, or no directory any more. */
async function enterable(
  parent: FileHandle,
  name: string,
  mount: string,
  visitor: Visitor,
): Promise<FileHandle | undefined> {
  const path = child(parent, name);
  const next = await openDirectory(path);
  if (!next) return void (await visitor.file(path));
  if ((await mountOf(next)) === mount) return next;
  await next.close();
  return void (await visitor.mountPoint?.(path));
}

async function openDirectory(path: string): Promise<FileHandle | undefined> {
  try {
    return await open(path, O_PATH | O_DIRECTORY | O_NOFOLLOW);
  } catch (error) {
    if (['ENOENT', 'ENOTDIR', 'ELOOP'].includes((error as NodeJS.ErrnoException).code ?? ''))
      return undefined;
    throw error;
  }
}

/** Names that are read, and files that are visited, at once. */
const PORTION = 32;

/** A failure shows when it is awaited, not before: names are read meanwhile. */
function awaitedLater(task: Promise<void>): Promise<void> {
  task.catch(() => {});
  return task;
}

/** Resolves with the names of the directories. */
async function visitFiles(directory: FileHandle, visitor: Visitor): Promise<string[]> {
  const directories: string[] = [];
  let files: Promise<void>[] = [];
  for await (const entry of await opendir(self(directory), { bufferSize: PORTION })) {
    if (entry.isDirectory()) directories.push(entry.name);
    else files.push(awaitedLater(visitor.file(child(directory, entry.name))));
    if (files.length < PORTION) continue;
    await Promise.all(files);
    files = [];
  }
  await Promise.all(files);
  return directories;
}
