// Writes a set of files so that a reader sees all of the old or all of the new ones: a fresh directory beside the old,
// and one rename of the ..data link. User-visible names are links through ..data.
import {
  chmod,
  chown,
  lstat,
  mkdir,
  readdir,
  readFile,
  readlink,
  rename,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { dirname, join, normalize } from 'node:path';
import type { Payload } from './payload.ts';

const DATA = '..data';

export interface Ownership {
  /** fsGroup of the pod. */
  readonly gid?: number;
}

/** Returns whether anything was written. `stamp` names the new directory and must not have been used before. */
export async function writeAtomically(
  dir: string,
  payload: Payload,
  stamp: string,
  { gid }: Ownership = {},
): Promise<boolean> {
  const files = checked(payload);
  await mkdir(dir, { recursive: true });
  const old = await readlink(join(dir, DATA)).catch(() => undefined);
  const names = new Set([...files.keys()].map((path) => path.split('/')[0]!));
  if (old && (await holds(join(dir, old), files, gid))) {
    // A writer that was killed after its rename has left this undone.
    await linkNames(dir, names);
    await removeOthers(dir, old);
    return false;
  }
  const fresh = `..${stamp}`;
  const target = join(dir, fresh);
  await mkdir(target);
  await chmod(target, gid === undefined ? 0o755 : 0o2775);
  if (gid !== undefined) await chown(target, -1 >>> 0, gid);
  for (const [path, file] of files) await place(target, path, file, gid);
  await symlink(fresh, join(dir, `${DATA}_tmp`)).catch(async () => {
    await rm(join(dir, `${DATA}_tmp`), { force: true });
    await symlink(fresh, join(dir, `${DATA}_tmp`));
  });
  await rename(join(dir, `${DATA}_tmp`), join(dir, DATA));
  await linkNames(dir, names);
  await removeOthers(dir, fresh);
  return true;
}

/** Earlier sets, and what a killed writer has begun. */
async function removeOthers(dir: string, current: string): Promise<void> {
  for (const entry of await readdir(dir))
    if (entry.startsWith('..') && entry !== DATA && entry !== current)
      await rm(join(dir, entry), { recursive: true, force: true });
}

function checked(payload: Payload): Payload {
  const files: Payload = new Map();
  for (const [path, file] of payload) {
    const clean = normalize(path);
    if (!path || path.startsWith('/') || clean.split('/').includes('..') || clean.startsWith('..'))
      throw new Error(`invalid path ${path}: must be relative and not contain '..'`);
    files.set(clean, file);
  }
  return files;
}

async function place(
  target: string,
  path: string,
  file: { data: Buffer; mode: number; uid?: number },
  gid: number | undefined,
): Promise<void> {
  const full = join(target, path);
  await mkdir(dirname(full), { recursive: true });
  await writeFile(full, file.data, { mode: 0o600 });
  await chmod(full, modeOf(file.mode, gid));
  if (file.uid !== undefined || gid !== undefined) await chown(full, file.uid ?? 0, gid ?? 0);
}

/** A pod's fsGroup may read everything. */
const modeOf = (mode: number, gid: number | undefined): number => (gid === undefined ? mode : mode | 0o440);

async function holds(dir: string, files: Payload, gid: number | undefined): Promise<boolean> {
  const present = await listFiles(dir);
  if (present.length !== files.size) return false;
  for (const [path, { data, mode }] of files) {
    const full = join(dir, path);
    const bytes = await readFile(full).catch(() => undefined);
    if (!bytes?.equals(data)) return false;
    if (((await stat(full)).mode & 0o777) !== (modeOf(mode, gid) & 0o777)) return false;
  }
  return true;
}

async function listFiles(dir: string): Promise<string[]> {
  const entries = await readdir(dir, { withFileTypes: true, recursive: true }).catch(() => []);
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

async function linkNames(dir: string, names: ReadonlySet<string>): Promise<void> {
  for (const entry of await readdir(dir)) {
    if (entry.startsWith('..') || names.has(entry)) continue;
    await rm(join(dir, entry), { recursive: true, force: true });
  }
  for (const name of names) {
    const exists = await lstat(join(dir, name)).then(
      () => true,
      () => false,
    );
    if (!exists) await symlink(join(DATA, name), join(dir, name));
  }
}
