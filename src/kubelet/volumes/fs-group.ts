// Gives a volume's files to the pod's fsGroup: group, group bits, and setgid on directories.
import { chmod, lchown, lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';

export async function applyFsGroup(
  dir: string,
  gid: number,
  policy: 'Always' | 'OnRootMismatch' = 'Always',
): Promise<void> {
  if (policy === 'OnRootMismatch') {
    const root = await lstat(dir);
    if (root.gid === gid && (root.mode & 0o2770) === 0o2770) return;
  }
  await walk(dir, gid);
}

async function walk(path: string, gid: number): Promise<void> {
  const found = await lstat(path);
  await lchown(path, found.uid, gid);
  if (found.isSymbolicLink()) return;
  if (!found.isDirectory()) {
    await chmod(path, (found.mode & 0o7777) | 0o660);
    return;
  }
  await chmod(path, (found.mode & 0o7777) | 0o2770);
  for (const name of await readdir(path)) await walk(join(path, name), gid);
}
