// What an earlier start gave its nodes by tiphys.yaml, so that a later one takes back what is not in the file any more, and so that `tiphys
// down` removes the mount points that were made. In the data directory; written before anything of it is done.
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { lstat, rmdir, unlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { child } from '../../kubelet/files/descend.ts';
import type { NodeConfiguration, NodeMount } from '../config/nodes.ts';
import { openPlain } from '../nodes/host-directories/open-plain.ts';

/** The part of a configuration that is in the Node. */
export type NodeMarks = Pick<NodeConfiguration, 'labels' | 'annotations' | 'taints'>;

export interface Note {
  readonly nodes: Readonly<Record<string, NodeMarks>>;
  readonly mounts: Readonly<Record<string, readonly NodeMount[]>>;
  /** Files and directories that were made to mount on, the outermost first. */
  readonly mountPoints: readonly string[];
}

const EMPTY: Note = { nodes: {}, mounts: {}, mountPoints: [] };

export const noteFile = (dataDir: string): string => join(dataDir, 'configured-nodes.json');

export function readNote(dataDir: string): Note {
  try {
    return { ...EMPTY, ...(JSON.parse(readFileSync(noteFile(dataDir), 'utf8')) as Partial<Note>) };
  } catch {
    return EMPTY;
  }
}

export function writeNote(dataDir: string, note: Note): void {
  const path = noteFile(dataDir);
  writeFileSync(`${path}.tmp`, `${JSON.stringify(note)}\n`, { mode: 0o600 });
  renameSync(`${path}.tmp`, path);
}

/** Call when nothing is mounted on them any more. What is not empty is somebody's and stays. */
export async function removeMountPoints(dataDir: string): Promise<void> {
  const note = readNote(dataDir);
  if (note.mountPoints.length === 0) return;
  for (const path of note.mountPoints.toReversed()) await removeEmpty(path).catch(() => {});
  writeNote(dataDir, { ...note, mounts: {}, mountPoints: [] });
}

/** No link is followed: pods may write in what is on the way. */
async function removeEmpty(path: string): Promise<void> {
  const parent = await openPlain({ root: '/', path: dirname(path), what: `mount at ${path}` });
  try {
    const place = child(parent, basename(path));
    const found = await lstat(place);
    if (found.isDirectory()) await rmdir(place);
    else if (found.isFile() && found.size === 0) await unlink(place);
  } finally {
    await parent.close();
  }
}

/** Nothing is configured any more. */
export function removeNote(dataDir: string): void {
  rmSync(noteFile(dataDir), { force: true });
}
