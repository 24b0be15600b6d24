// Reads what containerd has of an image: what its name stands for, its manifest for this machine, and contents by digest. Used by
// unpack.ts and export-image.ts.
import { bytes, int64, string } from '../../../kit/protobuf/codec.ts';
import { message } from '../../../kit/protobuf/message.ts';
import { CriError } from '../../error.ts';
import { type Descriptor, imageArchitecture } from '../../image/content.ts';
import { type Manifest, manifest, parse } from '../../image/documents.ts';
import type { RuntimeChannel } from '../channel.ts';

export type Target = Pick<Descriptor, 'mediaType' | 'digest' | 'size'>;
export const target = message<Target>({ mediaType: [1, string], digest: [2, string], size: [3, int64] });

const getImage = {
  path: '/containerd.services.images.v1.Images/Get',
  request: message<{ name: string }>({ name: [1, string] }),
  response: message<{ image: { target: Target } }>({
    image: [1, message<{ target: Target }>({ target: [3, target] })],
  }),
};
const readContent = {
  path: '/containerd.services.content.v1.Content/Read',
  request: message<{ digest: string }>({ digest: [1, string] }),
  response: message<{ data: Buffer }>({ data: [2, bytes] }),
};

const MAX_MANIFEST_BYTES = 4 << 20;

export interface FoundManifest extends Manifest {
  /** Of the manifest itself. */
  readonly target: Target;
  readonly data: Buffer;
}

/** The manifest for this machine, through an index if need be. */
export async function manifestOf(grpc: RuntimeChannel, name: string): Promise<FoundManifest> {
  const found = await readManifest(grpc, (await grpc.unary(getImage, { name })).image.target);
  if (!found.manifests) return found;
  const fits = found.manifests.find(
    ({ platform }) => platform?.os === 'linux' && platform.architecture === imageArchitecture(),
  );
  if (!fits) throw new CriError('notFound', `image ${name} is not for this machine`);
  return readManifest(grpc, fits);
}

async function readManifest(grpc: RuntimeChannel, found: Target): Promise<FoundManifest> {
  const { mediaType, digest, size } = found;
  if (size > MAX_MANIFEST_BYTES) throw new CriError('invalidArgument', `the manifest ${digest} is too large`);
  const data = Buffer.concat(await Array.fromAsync(contentOf(grpc, digest)));
  return { ...manifest(parse(data, digest)), target: { mediaType, digest, size }, data };
}

export async function* contentOf(grpc: RuntimeChannel, digest: string): AsyncGenerator<Buffer> {
  for await (const { data } of grpc.stream(readContent, [{ digest }])) yield data;
}
