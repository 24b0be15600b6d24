// Writes files as one gzipped tar archive, always the same bytes for the same files: in order of their names, without times and
// owners. With it goes a list of checksums, which the installation verifies. Called by bundle.ts.
import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { TAR_END, tarHeader, tarPadding } from '../../cri/image/tar.ts';

export interface ArchivedFile {
  /** In the archive. */
  readonly path: string;
  /** A file of this machine, or the content itself. */
  readonly from: string | Buffer;
  readonly mode: number;
}

export interface Written {
  readonly bytes: number;
  readonly sha256: string;
}

export const CHECKSUMS = 'SHA256SUMS';

/** Everything lies below `top`. */
export async function writeArchive(
  output: string,
  top: string,
  files: readonly ArchivedFile[],
): Promise<Written> {
  const whole = createHash('sha256');
  let bytes = 0;
  const measure = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      whole.update(chunk);
      bytes += chunk.length;
      done(null, chunk);
    },
  });
  const archive = Readable.from(tar(top, files));
  await pipeline(archive, createGzip({ level: 6 }), measure, createWriteStream(output));
  return { bytes, sha256: whole.digest('hex') };
}

async function* tar(top: string, files: readonly ArchivedFile[]): AsyncGenerator<Uint8Array> {
  const sums: string[] = [];
  const ordered = [...files].sort((a, b) => (a.path < b.path ? -1 : 1));
  for (const file of ordered) {
    const sum = createHash('sha256');
    const size = typeof file.from === 'string' ? (await stat(file.from)).size : file.from.length;
    yield* tarHeader({ path: `${top}/${file.path}`, type: 'file', mode: file.mode }, size);
    let written = 0;
    for await (const chunk of contentOf(file.from)) {
      sum.update(chunk);
      written += chunk.length;
      yield chunk;
    }
    if (written !== size) throw new Error(`${file.path} changed while it was read`);
    yield tarPadding(size);
    sums.push(`${sum.digest('hex')}  ${file.path}\n`);
  }
  const list = Buffer.from(sums.join(''));
  yield* tarHeader({ path: `${top}/${CHECKSUMS}`, type: 'file' }, list.length);
  yield list;
  yield tarPadding(list.length);
  yield TAR_END;
}

const contentOf = (from: string | Buffer): AsyncIterable<Buffer> | Iterable<Buffer> =>
  typeof from === 'string' ? createReadStream(from) : [from];
