// An image of a node as content to be written into an archive. Blobs are read from containerd when they are written. Called by
// `image save`.
import { type Clock, systemClock } from '../../../kit/clock.ts';
import { CriError } from '../../error.ts';
import { type Blob, type ImageContent, memoryBlob } from '../../image/content.ts';
import { normalizeReference } from '../../image/reference.ts';
import { openChannel } from '../channel.ts';
import { contentOf, manifestOf } from './read-image.ts';

/** Close it when it is written. Fails with notFound where the node does not have it, or has only what it unpacked of it. */
export async function exportImage(
  socket: string,
  name: string,
  clock: Clock = systemClock,
): Promise<ImageContent> {
  const full = normalizeReference(name);
  const grpc = openChannel(socket, clock);
  try {
    const { target, data, config, layers } = await manifestOf(grpc, full);
    if (!config || !layers) throw new CriError('notFound', `${full} is no image with layers`);
    const blobs = new Map<string, Blob>([[target.digest, memoryBlob(data)]]);
    for (const { digest, size } of [config, ...layers])
      blobs.set(digest, { size, chunks: () => contentOf(grpc, digest) });
    const close = async () => grpc.close();
    return { manifest: target, config, layers, blobs, names: [full], close };
  } catch (error) {
    grpc.close();
    throw error;
  }
}
