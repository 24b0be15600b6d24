// Builds images from files without external tools: layers of tar entries, a config, a manifest. Used for the pause image,
// by `image load` of a directory, by tests and examples.

import { lstat, readdir, readFile, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { addAll } from '../../kit/lists.ts';
import {
  type Blob,
  type Descriptor,
  describe,
  digestOf,
  type ImageContent,
  imageArchitecture,
  MEDIA,
  memoryBlob,
} from './content.ts';
import { type TarEntry, writeTar } from './tar.ts';

export interface ImageConfig {
  entrypoint?: readonly string[];
  cmd?: readonly string[];
  /** NAME=value. */
  env?: readonly string[];
  /** uid, uid:gid or a name from the image's passwd. */
  user?: string;
  workingDir?: string;
  labels?: Record<string, string>;
  /** Such as 8080/tcp. */
  exposedPorts?: readonly string[];
  stopSignal?: string;
  volumes?: readonly string[];
}

export interface BuildOptions {
  config?: ImageConfig;
  /** Lowest first. */
  layers: readonly (readonly TarEntry[])[];
  /** Compresses layers: smaller, slower. Default false. */
  gzip?: boolean;
  architecture?: string;
  names?: string[];
}

/** A layer that is ready: its bytes, and what manifest and config say of it. */
export interface BuiltLayer {
  readonly descriptor: Descriptor;
  /** Of the bytes before compression. */
  readonly diffId: string;
  readonly blob: Blob;
}

export function buildImage(options: BuildOptions): ImageContent {
  return imageOfLayers({
    ...options,
    layers: options.layers.map((entries) => buildLayer(entries, options.gzip)),
  });
}

export function buildLayer(entries: readonly TarEntry[], gzip = false): BuiltLayer {
  const tar = writeTar(entries);
  const data = gzip ? gzipSync(tar, { level: 1 }) : tar;
  const descriptor = describe(gzip ? MEDIA.layerGzip : MEDIA.layer, data);
  return { descriptor, diffId: gzip ? digestOf(tar) : descriptor.digest, blob: memoryBlob(data) };
}

export interface LayeredImage extends Omit<BuildOptions, 'layers' | 'gzip'> {
  /** Lowest first. */
  readonly layers: readonly BuiltLayer[];
}

export function imageOfLayers(options: LayeredImage): ImageContent {
  const blobs = new Map(options.layers.map(({ descriptor, blob }) => [descriptor.digest, blob]));
  const add = (mediaType: string, data: Buffer): Descriptor => {
    const descriptor = describe(mediaType, data);
    blobs.set(descriptor.digest, memoryBlob(data));
    return descriptor;
  };
  const layers = options.layers.map(({ descriptor }) => descriptor);
  const diffIds = options.layers.map(({ diffId }) => diffId);
  const config = add(MEDIA.config, json(configOf(options, diffIds)));
  const manifest = add(MEDIA.manifest, json({ schemaVersion: 2, mediaType: MEDIA.manifest, config, layers }));
  return { manifest, config, layers, blobs, names: options.names ?? [], close: async () => {} };
}

function configOf({ config = {}, architecture }: Omit<LayeredImage, 'layers'>, diffIds: string[]): object {
  const set = (items: readonly string[] | undefined) =>
    items && Object.fromEntries(items.map((item) => [item, {}]));
  return {
    architecture: architecture ?? imageArchitecture(),
    os: 'linux',
    config: {
      User: config.user,
      ExposedPorts: set(config.exposedPorts),
      Env: config.env ?? ['PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'],
      Entrypoint: config.entrypoint,
      Cmd: config.cmd,
      Volumes: set(config.volumes),
      WorkingDir: config.workingDir,
      Labels: config.labels,
      StopSignal: config.stopSignal,
    },
    rootfs: { type: 'layers', diff_ids: diffIds },
    history: diffIds.map(() => ({ created_by: 'tiphys' })),
  };
}

function json(value: object): Buffer {
  return Buffer.from(JSON.stringify(value));
}

/** Tar entries for a directory's content (not the directory itself), sorted; owners become root. */
export async function entriesOfDirectory(directory: string, below = ''): Promise<TarEntry[]> {
  const entries: TarEntry[] = [];
  for (const name of (await readdir(join(directory, below))).sort()) {
    const path = join(below, name);
    const full = join(directory, path);
    const facts = await lstat(full);
    const mode = facts.mode & 0o7777;
    if (facts.isDirectory()) {
      addAll(entries, [{ path, type: 'directory', mode }, ...(await entriesOfDirectory(directory, path))]);
    } else if (facts.isSymbolicLink()) {
      entries.push({ path, type: 'symlink', mode: 0o777, target: await readlink(full) });
    } else if (facts.isFile()) {
      entries.push({ path, type: 'file', mode, content: await readFile(full) });
    }
  }
  return entries;
}
