// The images in an archive: an OCI layout or what `docker save` writes. Documents are read with limits and checked against
// their digests; layers stay where they are until they are imported, when containerd checks theirs. Called by archive.ts.
import { createHash } from 'node:crypto';
import { posix } from 'node:path';
import {
  type Blob,
  CHUNK,
  type Descriptor,
  describe,
  digestOf,
  type ImageContent,
  imageArchitecture,
  MEDIA,
  memoryBlob,
} from './content.ts';
import { array, type DockerManifest, dockerManifest, type Manifest, manifest, parse } from './documents.ts';
import { ArchiveError, indexTar, type ReadAt, type TarIndexEntry } from './tar-index.ts';

/** `docker save` links equal layers once; the kernel gives up after 40 links. */
const MAX_LINKS = 40;
/** Indexes within indexes: one for the archive, one for the machines of an image. */
const MAX_INDEXES = 4;
/** Manifests of one archive that are read. */
const MAX_MANIFESTS = 1_000;

export async function imagesIn(read: ReadAt): Promise<ImageContent[]> {
  const archive = new Archive(read, await indexTar(read));
  const images = archive.has('index.json') ? await archive.ociImages() : [];
  const all = images.some((i) => i.names.length > 0) || !archive.has('manifest.json');
  return all ? images : archive.dockerImages();
}

class Archive {
  readonly #readAt: ReadAt;
  readonly #entries: Map<string, TarIndexEntry>;
  #manifests = 0;

  constructor(read: ReadAt, entries: readonly TarIndexEntry[]) {
    this.#readAt = read;
    this.#entries = new Map(entries.map((e) => [e.path, e]));
  }

  has(path: string): boolean {
    return this.#entries.has(path);
  }

  async ociImages(): Promise<ImageContent[]> {
    const index = manifest(parse(await this.#read('index.json'), 'index.json'));
    const images: ImageContent[] = [];
    for (const described of index.manifests ?? []) {
      const image = await this.#ociImage(described, 1);
      if (image) images.push({ ...image, names: namesOf(described) });
    }
    return images;
  }

  /** The image that a descriptor refers to, through an index by architecture if need be. */
  async #ociImage(described: Descriptor, depth: number): Promise<ImageContent | undefined> {
    const path = blobPath(described.digest);
    if (!this.has(path)) return undefined;
    if (depth > MAX_INDEXES || ++this.#manifests > MAX_MANIFESTS)
      throw new ArchiveError('too many manifests');
    const data = await this.#read(path);
    if (digestOf(data) !== described.digest)
      throw new ArchiveError(`${path} does not have the digest that it is named for`);
    const read = manifest(parse(data, path));
    if (!read.manifests) return this.#imageOf(read, described, data);
    for (const child of read.manifests.filter(fitsMachine)) {
      const image = await this.#ociImage(child, depth + 1);
      if (image) return image;
    }
    return undefined;
  }

  #imageOf(
    { config, layers, mediaType }: Manifest,
    { digest, mediaType: described }: Descriptor,
    data: Buffer,
  ): ImageContent | undefined {
    if (!config || !layers) return undefined;
    const blobs = new Map<string, Blob>([[digest, memoryBlob(data)]]);
    for (const part of [config, ...layers]) blobs.set(part.digest, this.#blob(blobPath(part.digest)));
    const target = { mediaType: mediaType ?? described, digest, size: data.length };
    return { manifest: target, config, layers, blobs, names: [], close: async () => {} };
  }

  async dockerImages(): Promise<ImageContent[]> {
    const list = array(
      parse(await this.#read('manifest.json'), 'manifest.json'),
      'manifest.json',
      MAX_MANIFESTS,
    );
    const images: ImageContent[] = [];
    for (const one of list) images.push(await this.#dockerImage(dockerManifest(one)));
    return images;
  }

  async #dockerImage({ config: configPath, names, layers: paths }: DockerManifest): Promise<ImageContent> {
    const blobs = new Map<string, Blob>();
    const layers: Descriptor[] = [];
    for (const path of paths) {
      const blob = this.#blob(path);
      const { digest, gzip } = await inspect(blob);
      layers.push({ mediaType: gzip ? MEDIA.layerGzip : MEDIA.layer, digest, size: blob.size });
      blobs.set(digest, blob);
    }
    const configData = await this.#read(configPath);
    const config = describe(MEDIA.config, configData);
    const data = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: MEDIA.manifest, config, layers }));
    const made = describe(MEDIA.manifest, data);
    blobs.set(config.digest, memoryBlob(configData));
    blobs.set(made.digest, memoryBlob(data));
    return { manifest: made, config, layers, blobs, names: [...names], close: async () => {} };
  }

  /** An entry's place; older `docker save` links equal layers to one another. */
  #entry(path: string): TarIndexEntry {
    let name = path;
    for (let links = 0; links <= MAX_LINKS; links++) {
      const entry = this.#entries.get(name);
      if (!entry) throw new ArchiveError(`the archive does not contain ${name}`);
      if (entry.type === 'symlink') name = posix.join(posix.dirname(name), entry.target ?? '');
      else if (entry.type === 'hardlink') name = entry.target ?? '';
      else return entry;
    }
    throw new ArchiveError(`${path}: too many levels of symbolic links`);
  }

  #blob(path: string): Blob {
    const { offset, size } = this.#entry(path);
    const read = this.#readAt;
    return {
      size,
      async *chunks() {
        for (let at = 0; at < size; ) {
          const piece = await read(offset + at, Math.min(CHUNK, size - at));
          if (piece.length === 0) throw new ArchiveError(`the archive ends within ${path}`);
          yield piece;
          at += piece.length;
        }
      },
    };
  }

  async #read(path: string): Promise<Buffer> {
    const blob = this.#blob(path);
    if (blob.size > MAX_DOCUMENT) throw new ArchiveError(`${path}: ${blob.size} bytes are too many`);
    return Buffer.concat(await Array.fromAsync(blob.chunks()));
  }
}

/** Bytes of a manifest, an index or a config: what the OCI distribution specification asks registries to take. */
const MAX_DOCUMENT = 4 << 20;

async function inspect(blob: Blob): Promise<{ digest: string; gzip: boolean }> {
  const hash = createHash('sha256');
  let gzip: boolean | undefined;
  for await (const chunk of blob.chunks()) {
    gzip ??= chunk[0] === 0x1f && chunk[1] === 0x8b;
    hash.update(chunk);
  }
  return { digest: `sha256:${hash.digest('hex')}`, gzip: gzip ?? false };
}

export const blobPath = (digest: string): string => `blobs/${digest.replace(':', '/')}`;

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
