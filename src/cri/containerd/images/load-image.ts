// Loads an image from a path onto nodes: an archive (OCI or docker save, gzipped or not), or a directory that becomes
// the image's whole file system. Called by `image load`.

import { stat } from 'node:fs/promises';
import { addAll } from '../../../kit/lists.ts';
import { openArchive } from '../../image/archive.ts';
import { buildImage, entriesOfDirectory, type ImageConfig } from '../../image/build.ts';
import type { ImageContent } from '../../image/content.ts';
import { importImage } from './images.ts';

export interface LoadOptions {
  path: string;
  /** Sockets of the containerds to load it into. */
  sockets: readonly string[];
  /** Name of the image: required for a directory; for an archive instead of the names in it. */
  name?: string;
  /** Command, user and environment of a directory's image. */
  config?: ImageConfig;
}

/** Resolves with the names under which the images can be used. */
export async function loadImages(options: LoadOptions): Promise<string[]> {
  const images = await imagesAt(options);
  const names: string[] = [];
  try {
    for (const image of images) {
      const chosen = options.name ? [options.name] : image.names;
      if (chosen.length === 0) throw new Error(`${options.path}: the image in it has no name: choose one`);
      const loaded = await Promise.all(
        options.sockets.map((socket) => importImage({ socket, image, names: chosen })),
      );
      addAll(names, loaded[0] ?? []);
    }
  } finally {
    for (const image of images) await image.close();
  }
  return names;
}

async function imagesAt({ path, name, config }: LoadOptions): Promise<ImageContent[]> {
  if (!(await stat(path)).isDirectory()) return openArchive(path);
  if (!name) throw new Error(`${path} is a directory: an image made of it needs a name`);
  return [buildImage({ layers: [await entriesOfDirectory(path)], config, names: [name], gzip: true })];
}
