// Imports images into a node's containerd without a registry: writes the blobs into the content store under a lease (so
// that they are not garbage collected meanwhile), then creates the image, which makes CRI list it. Used for the pause image,
// by `image load` and by tests.
import { type Clock, systemClock } from '../../../kit/clock.ts';
import type { Method } from '../../../kit/grpc/client.ts';
import { bytes, enumeration, int64, string } from '../../../kit/protobuf/codec.ts';
import { message, stringMap } from '../../../kit/protobuf/message.ts';
import { type Random, systemRandom } from '../../../kit/random.ts';
import { CriError, isCriError } from '../../error.ts';
import type { Descriptor, ImageContent } from '../../image/content.ts';
import { normalizeReference } from '../../image/reference.ts';
import { openChannel, type RuntimeChannel } from '../channel.ts';
import { type Lease, withLease } from './lease.ts';

type StringMap = Record<string, string>;

interface WriteRequest {
  action: 'stat' | 'write' | 'commit';
  ref: string;
  total?: number;
  expected?: string;
  offset?: number;
  data?: Buffer;
  labels?: StringMap;
}

const service = (name: string, method: string) => `/containerd.services.${name}/${method}`;
const nothing = message<object>({});

const write: Method<WriteRequest, { offset: number }> = {
  path: service('content.v1.Content', 'Write'),
  request: message<WriteRequest>({
    action: [1, enumeration('stat', 'write', 'commit')],
    ref: [2, string],
    total: [3, int64],
    expected: [4, string],
    offset: [5, int64],
    data: [6, bytes],
    labels: [7, stringMap],
  }),
  response: message<{ offset: number }>({ offset: [4, int64] }),
};

const info: Method<{ digest: string }, object> = {
  path: service('content.v1.Content', 'Info'),
  request: message<{ digest: string }>({ digest: [1, string] }),
  response: nothing,
};

interface StoredImage {
  name: string;
  labels: StringMap;
  target: { mediaType: string; digest: string; size: number };
}

const named = message<{ image: StoredImage }>({
  image: [
    1,
    message<StoredImage>({
      name: [1, string],
      labels: [2, stringMap],
      target: [
        3,
        message<StoredImage['target']>({ mediaType: [1, string], digest: [2, string], size: [3, int64] }),
      ],
    }),
  ],
});
const createImage = { path: service('images.v1.Images', 'Create'), request: named, response: nothing };
const updateImage = { path: service('images.v1.Images', 'Update'), request: named, response: nothing };
const deleteImage = {
  path: service('images.v1.Images', 'Delete'),
  request: message<{ name: string }>({ name: [1, string] }),
  response: nothing,
};

export interface ImportOptions {
  socket: string;
  image: ImageContent;
  /** Instead of the names in the image. */
  names?: readonly string[];
  /** Exempt from image garbage collection, which containerd supports from 1.7 on. */
  pinned?: boolean;
  clock?: Clock;
  random?: Random;
}

/** Resolves with the full names under which the image is now on the node. */
export async function importImage(options: ImportOptions): Promise<string[]> {
  const { image, socket, clock = systemClock, random = systemRandom } = options;
  const names = (options.names ?? image.names).map(normalizeReference);
  if (names.length === 0) throw new CriError('invalidArgument', 'the image has no name');
  const grpc = openChannel(socket, clock);
  try {
    await withLease(grpc, { clock, random }, async (lease) => {
      const writer = new ContentWriter(grpc, lease);
      const parts = new Map([image.config, ...image.layers].map((d) => [d.digest, d]));
      await Promise.all([...parts.values()].map((d) => writer.write(image, d, {})));
      await writer.write(image, image.manifest, collectionLabels(image));
      for (const name of names) await nameImage(grpc, name, image.manifest, options.pinned ?? false);
    });
    return names;
  } finally {
    grpc.close();
  }
}

/** Removes one name of an image; what no name and no container needs goes with it. A name that is not there is no error. */
export async function removeImageName(
  socket: string,
  name: string,
  clock: Clock = systemClock,
): Promise<void> {
  const grpc = openChannel(socket, clock);
  try {
    await grpc.unary(deleteImage, { name: normalizeReference(name) });
  } catch (error) {
    if (!isCriError(error, 'notFound')) throw error;
  } finally {
    grpc.close();
  }
}

/** The blobs that the manifest refers to, for containerd's garbage collector. */
function collectionLabels(image: ImageContent): StringMap {
  const labels: StringMap = { 'containerd.io/gc.ref.content.config': image.config.digest };
  for (const [i, layer] of image.layers.entries()) {
    labels[`containerd.io/gc.ref.content.l.${i}`] = layer.digest;
  }
  return labels;
}

class ContentWriter {
  readonly #grpc: RuntimeChannel;
  readonly #lease: Lease;

  constructor(grpc: RuntimeChannel, lease: Lease) {
    this.#grpc = grpc;
    this.#lease = lease;
  }

  async write(image: ImageContent, descriptor: Descriptor, labels: StringMap): Promise<void> {
    if (await this.#exists(descriptor.digest)) return;
    try {
      const requests = this.#requests(image, descriptor, labels);
      for await (const _ of this.#grpc.stream(write, requests, this.#lease.options));
    } catch (error) {
      if (!isCriError(error, 'alreadyExists')) throw error;
    }
  }

  async #exists(digest: string): Promise<boolean> {
    try {
      await this.#grpc.unary(info, { digest });
      return true;
    } catch (error) {
      if (isCriError(error, 'notFound')) return false;
      throw error;
    }
  }

  async *#requests(
    image: ImageContent,
    { digest }: Descriptor,
    labels: StringMap,
  ): AsyncGenerator<WriteRequest> {
    const blob = image.blobs.get(digest);
    if (!blob) throw new CriError('notFound', `the image lacks its blob ${digest}`);
    const ref = `${this.#lease.id}-${digest}`;
    let offset = 0;
    for await (const data of blob.chunks()) {
      yield { action: 'write', ref, total: blob.size, offset, data };
      offset += data.length;
    }
    yield { action: 'commit', ref, total: blob.size, expected: digest, offset, labels };
  }
}

async function nameImage(
  grpc: RuntimeChannel,
  name: string,
  target: Descriptor,
  pinned: boolean,
): Promise<void> {
  const labels: StringMap = { 'io.cri-containerd.image': 'managed' };
  if (pinned) labels['io.cri-containerd.pinned'] = 'pinned';
  const image = { name, labels, target };
  try {
    await grpc.unary(createImage, { image });
  } catch (error) {
    if (!isCriError(error, 'alreadyExists')) throw error;
    await grpc.unary(updateImage, { image });
  }
}
