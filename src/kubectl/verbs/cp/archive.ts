// The archive of a local file or folder, as `cp` sends it to a container: each file under the name that it gets there. Links are sent
// as links. Called by to-pod.ts.
import { createReadStream, type Stats } from 'node:fs';
import { lstat, readdir, readlink } from 'node:fs/promises';
import { posix } from 'node:path';
import { END_OF_ARCHIVE, headerBytes, paddingOf } from '../../tar/writer.ts';

/** The bytes of the archive of `path`, in which it is called `name`. */
export async function* archiveOf(path: string, name: string): AsyncGenerator<Buffer> {
  yield* entriesOf(path, name);
  yield END_OF_ARCHIVE;
}

async function* entriesOf(path: string, name: string): AsyncGenerator<Buffer> {
  const stats = await lstat(path);
  if (stats.isDirectory()) yield* folder(path, name, stats);
  else if (stats.isSymbolicLink())
    yield headerBytes({ ...shared(stats, name), type: 'symlink', size: 0, linkName: await readlink(path) });
  else if (stats.isFile()) yield* file(path, name, stats);
  else throw new Error(`${path} is neither a file nor a directory nor a symbolic link`);
}

/** A folder has an entry of its own only if it is empty. */
async function* folder(path: string, name: string, stats: Stats): AsyncGenerator<Buffer> {
  const names = (await readdir(path)).sort();
  if (names.length === 0)
    yield headerBytes({ ...shared(stats, name), type: 'directory', size: 0, linkName: '' });
  for (const inner of names) yield* entriesOf(`${path}/${inner}`, posix.join(name, inner));
}

async function* file(path: string, name: string, stats: Stats): AsyncGenerator<Buffer> {
  yield headerBytes({ ...shared(stats, name), type: 'file', size: stats.size, linkName: '' });
  let left = stats.size;
  for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
    if (chunk.length > left) throw new Error('archive/tar: write too long');
    left -= chunk.length;
    yield chunk;
  }
  if (left > 0) throw new Error(`archive/tar: missed writing ${left} bytes`);
  yield paddingOf(stats.size);
}

const shared = ({ mode, uid, gid, mtimeMs }: Stats, name: string) => ({
  name,
  mode: mode & 0o7777,
  uid,
  gid,
  mtime: Math.floor(mtimeMs / 1000),
});
