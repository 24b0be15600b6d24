// Writes the files of a pod's archive below a local path. No entry leaves it; links are not made, since a later entry could follow
// one. Called by copy.ts.
import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { readTar, type TarEntry } from '../../tar/reader.ts';
import { placeOf } from './file-spec.ts';

export interface Unpacking {
  readonly archive: AsyncIterable<Buffer>;
  /** What all names must start with. */
  readonly prefix: string;
  /** As the user wrote it. */
  readonly target: string;
  readonly cwd: string;
  readonly warn: (text: string) => void;
  /** Tells the user of another way, behind the first link that is left out. */
  readonly linkAdvice: string;
}

export async function unpack(unpacking: Unpacking): Promise<void> {
  let advised = false;
  for await (const entry of readTar(unpacking.archive)) {
    if (!entry.name.startsWith(unpacking.prefix)) throw new Error('tar contents corrupted');
    const { path, outside } = placeOf(unpacking.target, unpacking.prefix, entry.name);
    if (outside) {
      unpacking.warn(`warning: file ${JSON.stringify(path)} is outside target destination, skipping\n`);
      continue;
    }
    const real = resolve(unpacking.cwd, path);
    if (entry.type === 'directory') {
      await made(real);
      continue;
    }
    await made(dirname(real));
    if (entry.type === 'file') await write(entry, real, path);
    else {
      unpacking.warn(skipped(entry, path, advised ? '' : unpacking.linkAdvice));
      advised ||= entry.type === 'symlink';
    }
  }
}

function skipped({ type, linkName }: TarEntry, path: string, advice: string): string {
  const shown = JSON.stringify(path);
  if (type === 'symlink')
    return `warning: skipping symlink: ${shown} -> ${JSON.stringify(linkName)}${advice}\n`;
  if (type === 'hardlink') return `warning: skipping hard link: ${shown} -> ${JSON.stringify(linkName)}\n`;
  return `warning: skipping ${shown}, which is not a regular file\n`;
}

async function made(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o755 }).catch((error: NodeJS.ErrnoException) => {
    throw pathError('mkdir', folder, error);
  });
}

async function write(entry: TarEntry, real: string, shown: string): Promise<void> {
  await pipeline(Readable.from(entry.content), createWriteStream(real)).catch(
    (error: NodeJS.ErrnoException) => {
      throw error.code && error.syscall ? pathError('open', shown, error) : error;
    },
  );
}

const WORDS: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EISDIR: 'is a directory',
  ENAMETOOLONG: 'file name too long',
  ENOENT: 'no such file or directory',
  ENOSPC: 'no space left on device',
  ENOTDIR: 'not a directory',
  EROFS: 'read-only file system',
};

/** As Go writes errors of files. */
const pathError = (operation: string, path: string, cause: NodeJS.ErrnoException): Error =>
  new Error(`${operation} ${path}: ${WORDS[cause.code ?? ''] ?? cause.message}`, { cause });
