// Opens a path of which no part may be a symbolic link, name by name and by descriptor: a pod that may write in a directory on the way
// cannot lead anywhere else, neither before nor after it was looked at.
import { constants } from 'node:fs';
import { type FileHandle, mkdir, open, readlink } from 'node:fs/promises';
import { child, O_DIRECTORY, O_NOFOLLOW, O_PATH } from '../../../kubelet/files/descend.ts';
import { UserError } from '../../progress.ts';

export interface PlainPath {
  /** Where the path begins: `/`, or a process's root. */
  readonly root: string;
  readonly path: string;
  /** Of messages. */
  readonly what: string;
}

/** Opened with O_PATH; the caller closes it. `make`: what to make where the path ends before its last name, or at it. */
export async function openPlain(
  { root, path, what }: PlainPath,
  make?: 'directory' | 'file',
): Promise<FileHandle> {
  const names = path.split('/').filter(Boolean);
  let at = await open(root, O_PATH | O_DIRECTORY);
  for (const [i, name] of names.entries()) {
    const shown = `/${names.slice(0, i + 1).join('/')}`;
    const isLast = i === names.length - 1;
    try {
      const next = await openName(at, name, make && (isLast ? make : 'directory'));
      await at.close();
      at = next;
      if ((await at.stat()).isSymbolicLink()) throw linkProblem(what, shown, await linkText(root, shown));
    } catch (error) {
      await at.close().catch(() => {});
      throw missing(error, what, shown);
    }
  }
  return at;
}

async function openName(parent: FileHandle, name: string, make?: 'directory' | 'file'): Promise<FileHandle> {
  const path = child(parent, name);
  try {
    return await open(path, O_PATH | O_NOFOLLOW);
  } catch (error) {
    if (!make || (error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  if (make === 'directory') await mkdir(path, 0o755).catch(unlessThere);
  else await makeFile(path);
  return open(path, O_PATH | O_NOFOLLOW);
}

const unlessThere = (error: NodeJS.ErrnoException): void => {
  if (error.code !== 'EEXIST') throw error;
};

async function makeFile(path: string): Promise<void> {
  const { O_CREAT, O_EXCL, O_WRONLY } = constants;
  const file = await open(path, O_CREAT | O_EXCL | O_WRONLY, 0o644).catch(unlessThere);
  await file?.close();
}

/** Only for the message: it may have changed. */
const linkText = (root: string, path: string): Promise<string> =>
  readlink(`${root === '/' ? '' : root}${path}`).catch(() => '?');

const linkProblem = (what: string, link: string, target: string): UserError =>
  new UserError(`${what}: ${link} is a symbolic link (to ${target}): name the directory itself`);

function missing(error: unknown, what: string, path: string): unknown {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT') return new UserError(`${what}: there is no ${path}`);
  return code === 'ENOTDIR' ? new UserError(`${what}: ${path} is not in a directory`) : error;
}
