// Opens archive files of images, gzipped or not, and writes OCI archives. What is in an archive: archive-images.ts.
import { createReadStream, createWriteStream } from 'node:fs';
import { type FileHandle, mkdtemp, open, rm, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { blobPath, imagesIn } from './archive-images.ts';
import { type Blob, type ImageContent, imageArchitecture, MEDIA, memoryBlob } from './content.ts';
import { TAR_END, tarHeader, tarPadding } from './tar.ts';
import { ArchiveError, type ReadAt } from './tar-index.ts';

/** The images of an archive file. Close each of them. */
export async function openArchive(path: string): Promise<ImageContent[]> {
  const file = await openPlain(path);
  try {
    const images = await imagesIn(readerOf(file));
    if (images.length === 0) throw new ArchiveError(`no image for ${imageArchitecture()} in it`);
    return shareFile(images, file);
  } catch (error) {
    await file.close();
    throw error instanceof ArchiveError
      ? new ArchiveError(`${path}: ${error.message}`, { cause: error })
      : error;
  }
}

const readerOf =
  (file: FileHandle): ReadAt =>
  async (position, length) => {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(length), 0, length, position);
    return buffer.subarray(0, bytesRead);
  };

/** The file is closed with the last of its images. */
function shareFile(images: ImageContent[], file: FileHandle): ImageContent[] {
  let open = images.length;
  return images.map((image) => ({
    ...image,
    async close() {
      if (--open === 0) await file.close();
    },
  }));
}

/** A gzipped archive is unpacked beside it, into a file with an unguessable name, which is removed as soon as the file is open. */
async function openPlain(path: string): Promise<FileHandle> {
  const packed = await open(path);
  const { buffer } = await packed.read(Buffer.alloc(2), 0, 2, 0);
  if (buffer[0] !== 0x1f || buffer[1] !== 0x8b) return packed;
  await packed.close();
  const scratch = await mkdtemp(`${path}.unpacked-`);
  try {
    const plain = join(scratch, 'tar');
    const { bavail, bsize } = await statfs(scratch);
    const most = Math.floor((bavail * bsize) / 2);
    await pipeline(createReadStream(path), createGunzip(), atMost(most, path), createWriteStream(plain));
    return await open(plain);
  } finally {
    await rm(scratch, { recursive: true });
  }
}

/** gzip shrinks zeros a thousandfold, so what is unpacked may take half of what is free on the disk. */
export function atMost(bytes: number, path: string): Transform {
  let left = bytes;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      left -= chunk.length;
      if (left < 0) return done(new ArchiveError(`${path}: more than ${bytes} bytes when unpacked`));
      done(null, chunk);
    },
  });
}

/** One image as an OCI archive. */
export const writeArchive = async (image: ImageContent): Promise<Buffer> =>
  Buffer.concat(await Array.fromAsync(archiveOf([image])));

/** An OCI archive, piece by piece. Blobs that several images have are in it once. */
export async function* archiveOf(images: readonly ImageContent[]): AsyncGenerator<Uint8Array> {
  const manifests = images.flatMap(({ names, manifest }) =>
    (names.length > 0 ? names : [undefined]).map((name) => ({ ...manifest, ...(name && namesOf(name)) })),
  );
  const index = { schemaVersion: 2, mediaType: MEDIA.index, manifests };
  yield* fileOf('oci-layout', memoryBlob(Buffer.from('{"imageLayoutVersion":"1.0.0"}')));
  yield* fileOf('index.json', memoryBlob(Buffer.from(JSON.stringify(index))));
  const blobs = new Map(images.flatMap((image) => [...image.blobs]));
  for (const [digest, blob] of blobs) yield* fileOf(blobPath(digest), blob);
  yield TAR_END;
}

/** As containerd writes them: the whole name, and the tag. */
const namesOf = (name: string) => ({
  annotations: {
    'io.containerd.image.name': name,
    'org.opencontainers.image.ref.name': name.slice(name.lastIndexOf(':') + 1),
  },
});

async function* fileOf(path: string, { size, chunks }: Blob): AsyncGenerator<Uint8Array> {
  yield* tarHeader({ path, type: 'file' }, size);
  let written = 0;
  for await (const chunk of chunks()) {
    written += chunk.length;
    yield chunk;
  }
  if (written !== size) throw new ArchiveError(`${path} has ${written} bytes, not ${size}`);
  yield tarPadding(size);
}
