// Reads a directory of manifests: every .yaml, .yml and .json in it, within limits. What is wrong with one file is told of that file, and
// keeps no other from being read. Called by keeper.ts.
import { constants, type Stats } from 'node:fs';
import { lstat, open, readdir, realpath } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { parseYamlDocuments } from '../../api/codec/yaml.ts';
import type { KubeObject } from '../../api/meta/v1/resource.ts';
import { messageOf } from '../../kit/message-of.ts';

const MOST_FILES = 1_000;
const MOST_BYTES = 8 * 1024 * 1024;
const MOST_BYTES_IN_ALL = 64 * 1024 * 1024;
const MOST_OBJECTS = 5_000;

export interface KeptFile {
  readonly name: string;
  /** Of size and time: the same stamp is the same content. */
  readonly stamp: string;
  /** When it was written last; milliseconds since the epoch. */
  readonly written: number;
  /** Undefined when the file could not be read or understood. */
  readonly objects?: readonly KubeObject[];
  readonly problem?: string;
}

export const isManifest = (name: string): boolean => /\.(?:ya?ml|json)$/.test(name) && !name.startsWith('.');

/** Files in the order of their names. Those whose stamp is as in `known` are not read again. */
export async function readKeptFiles(
  directory: string,
  known: ReadonlyMap<string, KeptFile>,
): Promise<readonly KeptFile[]> {
  const names = (await readdir(directory)).filter(isManifest).sort();
  if (names.length > MOST_FILES) throw new Error(`${directory} has more than ${MOST_FILES} files`);
  const whole = await realpath(directory);
  const files: KeptFile[] = [];
  let left = MOST_BYTES_IN_ALL;
  for (const name of names) {
    const file = await readOne(directory, whole, name, known.get(name), left);
    if (file) files.push(file.file);
    left -= file?.bytes ?? 0;
  }
  return files;
}

interface Read {
  readonly file: KeptFile;
  readonly bytes: number;
}

/** Undefined when it went away meanwhile. */
async function readOne(
  directory: string,
  whole: string,
  name: string,
  known: KeptFile | undefined,
  left: number,
): Promise<Read | undefined> {
  let stats: Stats;
  let path = join(directory, name);
  try {
    if ((await lstat(path)).isSymbolicLink()) {
      path = await realpath(path);
      if (!path.startsWith(`${whole}${sep}`)) return wrong(name, 'is a link that leads out of the directory');
    }
    // What a link leads to is its last word; and no device or pipe is waited for.
    const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    try {
      stats = await file.stat();
      if (!stats.isFile()) return wrong(name, 'is no file');
      const stamp = `${stats.ino}-${stats.size}-${stats.mtimeMs}`;
      if (known?.stamp === stamp) return { file: known, bytes: stats.size };
      if (stats.size > MOST_BYTES) return wrong(name, `has more than ${MOST_BYTES} bytes`, stats);
      if (stats.size > left)
        return wrong(name, `with it there are more than ${MOST_BYTES_IN_ALL} bytes`, stats);
      // It may grow meanwhile; one byte more shows it.
      const buffer = Buffer.alloc(stats.size + 1);
      const { bytesRead } = await file.read(buffer, 0, buffer.length, 0);
      const base = { name, stamp, written: stats.mtimeMs };
      return { file: { ...base, ...understood(buffer.toString('utf8', 0, bytesRead)) }, bytes: bytesRead };
    } finally {
      await file.close();
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    return wrong(name, messageOf(error));
  }
}

const wrong = (name: string, problem: string, stats?: Stats): Read => ({
  file: { name, stamp: stats ? `${stats.ino}-${stats.size}-${stats.mtimeMs}` : problem, written: 0, problem },
  bytes: 0,
});

/** The objects of a file, those of Lists one by one. */
export function understood(text: string): Pick<KeptFile, 'objects' | 'problem'> {
  try {
    const objects = parseYamlDocuments(text).flatMap(itemsOf);
    if (objects.length > MOST_OBJECTS) return { problem: `has more than ${MOST_OBJECTS} objects` };
    return { objects: objects.map(checked) };
  } catch (error) {
    // Further lines quote the file, which may have a Secret in it; many may read what went wrong.
    return { problem: messageOf(error).split('\n', 1)[0]! };
  }
}

function itemsOf(document: unknown): unknown[] {
  if (document === null || document === undefined) return [];
  const { kind, items } = document as { kind?: string; items?: unknown };
  return kind === 'List' && Array.isArray(items) ? items : [document];
}

function checked(object: unknown): KubeObject {
  const { apiVersion, kind, metadata } = (object ?? {}) as Partial<KubeObject>;
  if (typeof apiVersion !== 'string' || typeof kind !== 'string' || typeof metadata?.name !== 'string')
    throw new Error('every document needs apiVersion, kind and metadata.name');
  return object as KubeObject;
}
