// The files of an image as something that the node can mount: a read-only snapshot of its layers, which stays while its key is
// in use, also when the image itself is removed. CRI can mount images from containerd 2.1 on; this works with every containerd.
// Part of the image service.
import type { Clock } from '../../../kit/clock.ts';
import { bool } from '../../../kit/protobuf/codec.ts';
import { message, optional, stringMap } from '../../../kit/protobuf/message.ts';
import { CriError, isCriError } from '../../error.ts';
import { array, parse } from '../../image/documents.ts';
import type { FileSystemMount, Image, ImageSpec } from '../../image-types.ts';
import type { ImageService } from '../../runtime.ts';
import type { RuntimeChannel } from '../channel.ts';
import { image } from '../messages/answer-messages.ts';
import { imageSpec } from '../messages/config-messages.ts';
import { byKey, chainIds, removeSnapshot, snapshotMounts, viewSnapshot } from './snapshots.ts';
import { unpack } from './unpack.ts';

interface Described {
  readonly image: Image | undefined;
  readonly info: Record<string, string>;
}

const imageInfo = {
  path: '/runtime.v1.ImageService/ImageStatus',
  request: message<{ image: ImageSpec; verbose: boolean }>({ image: [1, imageSpec], verbose: [2, bool] }),
  response: message<Described>({ image: [1, optional(image)], info: [2, stringMap] }),
};

const MAX_LAYERS = 500;

export function imageMounts(
  grpc: RuntimeChannel,
  clock: Clock,
): Pick<ImageService, 'imageMount' | 'releaseImageMount'> {
  return {
    async imageMount(spec, key) {
      const described = await grpc.unary(imageInfo, { image: spec, verbose: true });
      const name = described.image?.repoTags[0] ?? described.image?.repoDigests[0];
      if (name === undefined) throw new CriError('notFound', `image "${spec.image}" is not on the node`);
      const chain = chainIds(layersOf(described));
      const view = () => viewed(grpc, key, chain.at(-1) ?? '');
      return view().catch(async (error) => {
        if (!isCriError(error, 'notFound')) throw error;
        await unpack(grpc, name, chain, clock);
        return view();
      });
    },
    async releaseImageMount(key) {
      await grpc.unary(removeSnapshot, byKey(key)).catch((error) => {
        if (!isCriError(error, 'notFound')) throw error;
      });
    },
  };
}

/** The digests of what the layers contain, lowest first. */
function layersOf({ info }: Described): string[] {
  const about = parse(Buffer.from(info.info ?? '{}'), 'the status of the image') as {
    imageSpec?: { rootfs?: { diff_ids?: unknown } };
  };
  return array(about.imageSpec?.rootfs?.diff_ids ?? [], 'the layers of the image', MAX_LAYERS).map(String);
}

/** The label keeps it, and the layers below it, from the garbage collector. */
async function viewed(grpc: RuntimeChannel, key: string, parent: string): Promise<FileSystemMount> {
  const labels = { 'containerd.io/gc.root': 'image volume' };
  const { mounts } = await grpc.unary(viewSnapshot, { ...byKey(key), parent, labels }).catch((error) => {
    if (!isCriError(error, 'alreadyExists')) throw error;
    return grpc.unary(snapshotMounts, byKey(key));
  });
  const [only, ...more] = mounts;
  if (!only || more.length > 0) throw new CriError('internal', `${mounts.length} mounts for one image`);
  return only;
}
