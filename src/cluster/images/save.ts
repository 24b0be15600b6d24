// Writes images of a node into one OCI archive. Called by `image save`, in the command's own process.
import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { exportImage } from '../../cri/containerd/images/export-image.ts';
import { isCriError } from '../../cri/error.ts';
import { archiveOf } from '../../cri/image/archive.ts';
import type { ImageContent } from '../../cri/image/content.ts';
import { UserError } from '../progress.ts';

export interface SaveOptions {
  readonly names: readonly string[];
  readonly nodes: readonly { readonly node: string; readonly socket: string }[];
  /** The whole archive is there, or nothing. */
  readonly path: string;
}

export async function saveImages({ names, nodes, path }: SaveOptions): Promise<void> {
  const images: ImageContent[] = [];
  const draft = `${path}.${process.pid}`;
  try {
    for (const name of names) images.push(await found(name, nodes));
    await pipeline(Readable.from(archiveOf(images)), createWriteStream(draft, { flags: 'wx' }));
    await rename(draft, path);
  } catch (error) {
    if (isCriError(error, 'notFound'))
      throw new UserError(
        `the node no longer has the layers of the image as they were pulled: pull or load it again (${error.message})`,
      );
    throw error;
  } finally {
    await rm(draft, { force: true });
    for (const image of images) await image.close();
  }
}

/** On the first node that has it. */
async function found(name: string, nodes: SaveOptions['nodes']): Promise<ImageContent> {
  for (const { socket } of nodes) {
    try {
      return await exportImage(socket, name);
    } catch (error) {
      if (!isCriError(error, 'notFound')) throw error;
    }
  }
  throw new UserError(`no node has an image ${name}`);
}
