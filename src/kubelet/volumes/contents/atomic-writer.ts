// Writes a set of files so that a reader sees all of the old or all of the new ones, as upstream's AtomicWriter does: a
// fresh directory beside the old, and one rename of the ..data link. The names that users see are links through ..data.
import { normalize } from 'node:path';
import { inside, type NodeFiles, type NodePath, parentOf } from '../../files/node-files.ts';
import type { Payload, PayloadFile } from './payload.ts';

const DATA = '..data';
const DATA_NEXT = '..data_tmp';

export interface Ownership {
  /** fsGroup of the pod. */
  readonly gid?: number;
}

/** Returns whether anything was written. `stamp` names the new directory and must not have been used before. */
export async function writeAtomically(
  files: NodeFiles,
  dir: NodePath,
  payload: Payload,
  stamp: string,
  ownership: Ownership = {},
): Promise<boolean> {
  const wanted = checked(payload);
  const isNew = await files.makeDirectory(dir);
  const old = isNew ? undefined : await files.readLink(inside(dir, DATA));
  if (old && (await holds(files, inside(dir, old), wanted, ownership))) {
    // A writer that was killed after its rename has left this undone.
    await linkNames(files, dir, wanted);
    await removeOthers(files, dir, old);
    return false;
  }
  const fresh = `..${stamp}`;
  await writeAll(files, inside(dir, fresh), wanted, ownership);
  if (isNew) {
    // Nobody reads here yet, and there is nothing of an earlier set.
    await files.link(inside(dir, DATA), fresh);
    await addNames(files, dir, namesIn(wanted));
    return true;
  }
  await files.removeTree(inside(dir, DATA_NEXT));
  await files.link(inside(dir, DATA_NEXT), fresh);
  await files.rename(inside(dir, DATA_NEXT), DATA);
  await linkNames(files, dir, wanted);
  await removeOthers(files, dir, fresh);
  return true;
}

async function writeAll(
  files: NodeFiles,
  target: NodePath,
  payload: Payload,
  { gid }: Ownership,
): Promise<void> {
  const access = gid === undefined ? { mode: 0o755 } : { mode: 0o2775, gid };
  const accessOf = (file: PayloadFile) => {
    const owned = file.uid !== undefined || gid !== undefined;
    return { mode: modeOf(file, gid), ...(owned && { uid: file.uid ?? 0, gid: gid ?? 0 }) };
  };
  const isDeep = (path: string) => path.includes('/');
  const flat = [...payload].filter(([path]) => !isDeep(path));
  const filled = new Map(flat.map(([path, file]) => [path, { data: file.data, access: accessOf(file) }]));
  await files.makeFilled(target, access, filled);
  for (const [path, file] of payload) {
    if (!isDeep(path)) continue;
    const place = inside(target, ...path.split('/'));
    await files.makeDirectory(parentOf(place));
    await files.write(place, file.data, accessOf(file));
  }
}

/** Earlier sets, and what a killed writer has begun. */
async function removeOthers(files: NodeFiles, dir: NodePath, current: string): Promise<void> {
  for (const entry of await files.list(dir))
    if (entry.startsWith('..') && entry !== DATA && entry !== current)
      await files.removeTree(inside(dir, entry));
}

function checked(payload: Payload): Payload {
  const wanted: Payload = new Map();
  for (const [path, file] of payload) {
    const clean = normalize(path);
    if (!path || path.startsWith('/') || clean.startsWith('..') || clean.split('/').includes('..'))
      throw new Error(`invalid path ${path}: must be relative and not contain '..'`);
    wanted.set(clean, file);
  }
  return wanted;
}

/** A pod's fsGroup may read everything. */
const modeOf = ({ mode }: PayloadFile, gid: number | undefined): number =>
  gid === undefined ? mode : mode | 0o440;

async function holds(
  files: NodeFiles,
  dir: NodePath,
  payload: Payload,
  { gid }: Ownership,
): Promise<boolean> {
  if ((await countFiles(files, dir)) !== payload.size) return false;
  for (const [path, file] of payload) {
    const place = inside(dir, ...path.split('/'));
    if (!(await files.read(place))?.equals(file.data)) return false;
    if (((await files.stat(place))!.mode & 0o777) !== (modeOf(file, gid) & 0o777)) return false;
  }
  return true;
}

async function countFiles(files: NodeFiles, dir: NodePath): Promise<number> {
  let count = 0;
  for (const name of await files.list(dir)) {
    const entry = inside(dir, name);
    const type = (await files.stat(entry))?.type;
    count += type === 'directory' ? await countFiles(files, entry) : 1;
  }
  return count;
}

async function linkNames(files: NodeFiles, dir: NodePath, payload: Payload): Promise<void> {
  const names = namesIn(payload);
  const present = await files.list(dir);
  for (const entry of present)
    if (!entry.startsWith('..') && !names.has(entry)) await files.removeTree(inside(dir, entry));
  await addNames(files, dir, names.difference(new Set(present)));
}

async function addNames(files: NodeFiles, dir: NodePath, names: ReadonlySet<string>): Promise<void> {
  for (const name of names) await files.link(inside(dir, name), `${DATA}/${name}`);
}

/** The first names of all paths. */
const namesIn = (payload: Payload): Set<string> =>
  new Set([...payload.keys()].map((path) => path.split('/')[0]!));
