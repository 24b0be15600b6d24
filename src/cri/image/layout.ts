// The image in a directory of the OCI layout, as builders write it: documents are checked, layers stay in their files until they are
// imported. Used by `tiphys dev`.
import { open, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { blobPath } from './archive-images.ts';
import { type Blob, CHUNK, digestOf, type ImageContent, imageArchitecture, memoryBlob } from './content.ts';
import { type Manifest, manifest, parse } from './documents.ts';
import { ArchiveError } from './tar-index.ts';

const LARGEST_DOCUMENT = 4 << 20;

/** Of several images the one for this machine. The directory must stay until the image is imported. */
export async function openLayout(directory: string): Promise<ImageContent> {
  const index = manifest(parse(await document(join(directory, 'index.json')), 'index.json'));
  const described = index.manifests?.find(
    ({ platform }) => !platform || platform.architecture === imageArchitecture(),
  );
  if (!described) throw new ArchiveError(`${directory}: no image for ${imageArchitecture()} in it`);
  const data = await document(join(directory, blobPath(described.digest)));
  if (digestOf(data) !== described.digest)
    throw new ArchiveError(`${described.digest} does not have the digest that it is named for`);
  const { config, layers, mediaType }: Manifest = manifest(parse(data, described.digest));
  if (!config || !layers) throw new ArchiveError(`${described.digest} is no manifest of an image`);
  const blobs = new Map<string, Blob>([[described.digest, memoryBlob(data)]]);
  for (const { digest } of [config, ...layers])
    blobs.set(digest, await fileBlob(join(directory, blobPath(digest))));
  const target = { ...described, mediaType: mediaType ?? described.mediaType, size: data.length };
  return { manifest: target, config, layers, blobs, names: [], close: async () => {} };
}

async function document(path: string): Promise<Buffer> {
  const { size } = await stat(path);
  if (size > LARGEST_DOCUMENT) throw new ArchiveError(`${path}: ${size} bytes are too many`);
  return readFile(path);
}

async function fileBlob(path: string): Promise<Blob> {
  const { size } = await stat(path);
  return {
    size,
    async *chunks() {
      const file = await open(path);
      try {
        for (let at = 0; at < size; ) {
          const { bytesRead, buffer } = await file.read(Buffer.alloc(CHUNK), 0, CHUNK, at);
          if (bytesRead === 0) throw new ArchiveError(`${path} ends early`);
          yield buffer.subarray(0, bytesRead);
          at += bytesRead;
        }
      } finally {
        await file.close();
      }
    },
  };
}
