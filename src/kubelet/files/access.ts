// Owners and modes of files: of one that is open, and of a whole tree that is given to a group. Used by host-files.ts.
import type { Stats } from 'node:fs';
import { chmod, chown, type FileHandle, open } from 'node:fs/promises';
import { O_NOFOLLOW, O_PATH, self } from './descend.ts';
import type { Access } from './node-files.ts';
import { walkTree } from './tree-walk.ts';

/** Owner before mode: chown clears setuid and setgid. The umask has no say, since the mode is set again. */
export async function setAccess(handle: FileHandle, access: Access): Promise<void> {
  const { mode, uid, gid } = access;
  if (uid !== undefined || gid !== undefined) {
    const found = await handle.stat();
    await handle.chown(uid ?? found.uid, gid ?? found.gid);
  }
  if (mode !== undefined) await handle.chmod(mode);
}

/** The same through a path, for descriptors that were opened with O_PATH. */
export async function change(text: string, found: Stats, { mode, uid, gid }: Access): Promise<void> {
  if (uid !== undefined || gid !== undefined) await chown(text, uid ?? found.uid, gid ?? found.gid);
  if (mode !== undefined) await chmod(text, mode);
}

/** Upstream's rule for fsGroup: 0660 and, for directories, 02770 is added; links only change their group. */
export async function giveToGroup(top: FileHandle, gid: number): Promise<void> {
  const give = async (handle: FileHandle) => {
    const found = await handle.stat();
    // The descriptor's path stands for a link itself here, not for its target.
    if (found.isSymbolicLink()) return chown(self(handle), found.uid, gid);
    const mode = (found.mode & 0o7777) | (found.isDirectory() ? 0o2770 : 0o660);
    await change(self(handle), found, { gid, mode });
  };
  if (!(await top.stat()).isDirectory()) return give(top);
  const giveFile = async (path: string) => {
    const handle = await open(path, O_PATH | O_NOFOLLOW).catch(unlessGone);
    await (handle && give(handle).finally(() => handle.close()));
  };
  await walkTree(top, { enter: give, file: giveFile });
}

function unlessGone(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
}
