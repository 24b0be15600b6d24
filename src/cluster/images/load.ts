// Brings images into nodes: from an archive, from a directory that becomes a root file system, or from an Imagefile.
import { statSync } from 'node:fs';
import { basename } from 'node:path';
import { importImage } from '../../cri/containerd/images.ts';
import { openArchive } from '../../cri/image/archive.ts';
import { buildImage, entriesOfDirectory } from '../../cri/image/build.ts';
import type { ImageContent } from '../../cri/image/content.ts';
import { UserError } from '../progress.ts';

/** The images behind `path`; `tag` names them instead of what they bring along, and must for a directory. */
export async function imagesFrom(path: string, tag: string | undefined): Promise<ImageContent[]> {
  const facts = statSync(path, { throwIfNoEntry: false });
  if (!facts) throw new UserError(`${path}: there is no such file or directory`);
  if (!facts.isDirectory()) {
    const images = await openArchive(path);
    if (tag && images.length > 1) throw new UserError(`${path} has ${images.length} images: leave out --tag`);
    return images.map((image) => (tag ? { ...image, names: [tag] } : image));
  }
  if (!tag) throw new UserError(`${basename(path)} is a directory: name the image with --tag`);
  const config = { entrypoint: ['/bin/sh'] };
  return [buildImage({ layers: [await entriesOfDirectory(path)], config, names: [tag] })];
}

/** Imports each image through every socket; resolves with the full names. */
export async function loadInto(
  sockets: readonly string[],
  images: readonly ImageContent[],
): Promise<string[]> {
  const names: string[] = [];
  for (const image of images) {
    if (image.names.length === 0) throw new UserError('the archive does not name its image: give --tag');
    const imported = await Promise.all(sockets.map((socket) => importImage({ socket, image })));
    names.push(...(imported[0] ?? []));
    await image.close();
  }
  return names;
}
