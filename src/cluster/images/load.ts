// Brings an image built here into nodes.

import { importImage } from '../../cri/containerd/images/images.ts';
import type { ImageContent } from '../../cri/image/content.ts';
import { addAll } from '../../kit/lists.ts';

/** Imports each image through every socket; resolves with the full names. */
export async function importInto(
  sockets: readonly string[],
  images: readonly ImageContent[],
): Promise<string[]> {
  const names: string[] = [];
  for (const image of images) {
    const imported = await Promise.all(sockets.map((socket) => importImage({ socket, image })));
    addAll(names, imported[0] ?? []);
  }
  return names;
}
