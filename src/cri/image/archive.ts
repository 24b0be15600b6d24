// Reads images from tar archives: OCI layouts and what `docker save` writes, gzipped or not.
// Layers stay in the file until they are imported. Also writes OCI archives.
import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { type FileHandle, mkdtemp, open, rm } from 'node:fs/promises';
import { join, posix } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import {
  type Blob,
  CHUNK,
  type Descriptor,
  describe,
  type ImageContent,
  imageArchitecture,
  MEDIA,
  memoryBlob,
} from './content.ts';
import { indexTar, type TarIndexEntry, writeTar } from './tar.ts';

/** The images of an archive file. Close each of them. */
export async function openArchive(path: string): Promise<ImageContent[]> {
  const file = await openPlain(path);
  try {
    return shareFile(await imagesIn(path, file), file);
  } catch (error) {
    await file.close();
    throw error;
  }
}

async function imagesIn(path: string, file: FileHandle): Promise<ImageContent[]> {
  const archive = new Archive(file, await indexTar(file));
  const images = archive.has('index.json') ? await archive.ociImages() : [];
  const all = images.some((i) => i.names.length > 0) || !archive.has('manifest.json');
  const found = all ? images : await archive.dockerImages();
  if (found.length === 0) throw new Error(`${path}: no image for ${imageArchitecture()} in it`);
  return found;
}

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
    await pipeline(createReadStream(path), createGunzip(), createWriteStream(plain));
    return await open(plain);
  } finally {
    await rm(scratch, { recursive: true });
  }
}

interface Manifest {
  mediaType?: string;
  config?: Descriptor;
  layers?: Descriptor[];
  manifests?: Descriptor[];
}

interface DockerManifest {
  Config: string;
  RepoTags: string[] | null;
  Layers: string[];
}

class Archive {
  readonly #file: FileHandle;
  readonly #entries: Map<string, TarIndexEntry>;

  constructor(file: FileHandle, entries: readonly TarIndexEntry[]) {
    this.#file = file;
    this.#entries = new Map(entries.map((e) => [e.path, e]));
  }

  has(path: string): boolean {
    return this.#entries.has(path);
  }

  async ociImages(): Promise<ImageContent[]> {
    const index = JSON.parse((await this.#read('index.json')).toString()) as Manifest;
    const images: ImageContent[] = [];
    for (const descriptor of index.manifests ?? []) {
      const image = await this.#ociImage(descriptor);
      if (image) images.push({ ...image, names: namesOf(descriptor) });
    }
    return images;
  }

  /** The image that a descriptor refers to, through an index by architecture if need be. */
  async #ociImage(descriptor: Descriptor): Promise<ImageContent | undefined> {
    const path = blobPath(descriptor.digest);
    if (!this.has(path)) return undefined;
    const data = await this.#read(path);
    const manifest = JSON.parse(data.toString()) as Manifest;
    if (manifest.manifests) {
      const mine = manifest.manifests.filter(fitsMachine);
      for (const child of mine) {
        const image = await this.#ociImage(child);
        if (image) return image;
      }
      return undefined;
    }
    if (!manifest.config || !manifest.layers) return undefined;
    const blobs = new Map<string, Blob>([[descriptor.digest, memoryBlob(data)]]);
    for (const { digest } of [manifest.config, ...manifest.layers])
      blobs.set(digest, this.#blob(blobPath(digest)));
    const mediaType = manifest.mediaType ?? descriptor.mediaType;
    const { config, layers } = manifest;
    const target = { mediaType, digest: descriptor.digest, size: data.length };
    return { manifest: target, config, layers, blobs, names: [], close: async () => {} };
  }

  async dockerImages(): Promise<ImageContent[]> {
    const list = JSON.parse((await this.#read('manifest.json')).toString()) as DockerManifest[];
    return Promise.all(list.map((manifest) => this.#dockerImage(manifest)));
  }

  async #dockerImage({ Config, RepoTags, Layers }: DockerManifest): Promise<ImageContent> {
    const blobs = new Map<string, Blob>();
    const layers: Descriptor[] = [];
    for (const path of Layers) {
      const blob = this.#blob(path);
      const { digest, gzip } = await inspect(blob);
      layers.push({ mediaType: gzip ? MEDIA.layerGzip : MEDIA.layer, digest, size: blob.size });
      blobs.set(digest, blob);
    }
    const configData = await this.#read(Config);
    const config = describe(MEDIA.config, configData);
    const data = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: MEDIA.manifest, config, layers }));
    const manifest = describe(MEDIA.manifest, data);
    blobs.set(config.digest, memoryBlob(configData));
    blobs.set(manifest.digest, memoryBlob(data));
    return { manifest, config, layers, blobs, names: RepoTags ?? [], close: async () => {} };
  }

  /** An entry's place; older `docker save` links equal layers to one another. */
  #entry(path: string): TarIndexEntry {
    const entry = this.#entries.get(path);
    if (!entry) throw new Error(`the archive does not contain ${path}`);
    if (entry.type === 'symlink') return this.#entry(posix.join(posix.dirname(path), entry.target ?? ''));
    if (entry.type === 'hardlink') return this.#entry(entry.target ?? '');
    return entry;
  }

  #blob(path: string): Blob {
    const { offset, size } = this.#entry(path);
    const file = this.#file;
    return {
      size,
      async *chunks() {
        for (let at = 0; at < size; ) {
          const length = Math.min(CHUNK, size - at);
          const { bytesRead, buffer } = await file.read(Buffer.alloc(length), 0, length, offset + at);
          if (bytesRead === 0) throw new Error(`the archive ends within ${path}`);
          yield buffer.subarray(0, bytesRead);
          at += bytesRead;
        }
      },
    };
  }

  async #read(path: string): Promise<Buffer> {
    return Buffer.concat(await Array.fromAsync(this.#blob(path).chunks()));
  }
}

async function inspect(blob: Blob): Promise<{ digest: string; gzip: boolean }> {
  const hash = createHash('sha256');
  let gzip: boolean | undefined;
  for await (const chunk of blob.chunks()) {
    gzip ??= chunk[0] === 0x1f && chunk[1] === 0x8b;
    hash.update(chunk);
  }
  return { digest: `sha256:${hash.digest('hex')}`, gzip: gzip ?? false };
}

function blobPath(digest: string): string {
  return `blobs/${digest.replace(':', '/')}`;
}

function namesOf({ annotations = {} }: Descriptor): string[] {
  const full = annotations['io.containerd.image.name'];
  const short = annotations['org.opencontainers.image.ref.name'];
  if (full) return [full];
  // A reference name that is only a tag says nothing about the image's name.
  return short && /[:/]/.test(short) ? [short] : [];
}

function fitsMachine({ platform }: Descriptor): boolean {
  return !platform || (platform.os === 'linux' && platform.architecture === imageArchitecture());
}

/** One image as an OCI archive. */
export async function writeArchive(image: ImageContent): Promise<Buffer> {
  const [name] = image.names;
  const annotations = name ? { 'io.containerd.image.name': name } : undefined;
  const index = { schemaVersion: 2, mediaType: MEDIA.index, manifests: [{ ...image.manifest, annotations }] };
  const file = (path: string, content: Buffer) => ({ path, type: 'file' as const, content });
  const blobs = await Promise.all(
    [...image.blobs].map(async ([digest, blob]) =>
      file(blobPath(digest), Buffer.concat(await Array.fromAsync(blob.chunks()))),
    ),
  );
  return writeTar([
    file('oci-layout', Buffer.from('{"imageLayoutVersion":"1.0.0"}')),
    file('index.json', Buffer.from(JSON.stringify(index))),
    ...blobs,
  ]);
}
