// Unpacks the layers of an image that the runtime has not unpacked yet, as it would for a container: images that were imported
// and never run. containerd applies each layer to a snapshot itself. Called by image-mounts.ts.
import { type Clock, systemClock } from '../../../kit/clock.ts';
import { message, repeated } from '../../../kit/protobuf/message.ts';
import { type Random, systemRandom } from '../../../kit/random.ts';
import { CriError, isCriError } from '../../error.ts';
import type { Descriptor } from '../../image/content.ts';
import type { FileSystemMount } from '../../image-types.ts';
import type { RuntimeChannel } from '../channel.ts';
import { type Lease, withLease } from './lease.ts';
import { manifestOf, type Target, target } from './read-image.ts';
import { byKey, commitSnapshot, mount, prepareSnapshot, removeSnapshot, statSnapshot } from './snapshots.ts';

const applyDiff = {
  path: '/containerd.services.diff.v1.Diff/Apply',
  request: message<{ diff: Target; mounts: FileSystemMount[] }>({
    diff: [1, target],
    mounts: [2, repeated(mount)],
  }),
  response: message<object>({}),
};

/** `chain` names the stacks that are to be there, lowest first. */
export async function unpack(
  grpc: RuntimeChannel,
  name: string,
  chain: readonly string[],
  clock: Clock = systemClock,
  random: Random = systemRandom,
): Promise<void> {
  const layers = (await manifestOf(grpc, name)).layers ?? [];
  if (layers.length !== chain.length)
    throw new CriError('internal', `image ${name} has ${layers.length} layers instead of ${chain.length}`);
  await withLease(grpc, { clock, random }, async (lease) => {
    for (const [i, layer] of layers.entries()) {
      const step = { layer, name: chain[i]!, parent: chain[i - 1] ?? '', key: `${lease.id}-${i}` };
      if (!(await isThere(grpc, step.name))) await applyLayer(grpc, lease, step);
    }
  });
}

interface Step {
  readonly layer: Descriptor;
  readonly name: string;
  readonly parent: string;
  readonly key: string;
}

/** Another caller may do the same at the same time: who comes second finds it done. */
async function applyLayer(grpc: RuntimeChannel, { options }: Lease, step: Step): Promise<void> {
  const { layer, name, parent, key } = step;
  const { mounts } = await grpc.unary(prepareSnapshot, { ...byKey(key), parent }, options);
  try {
    await grpc.unary(applyDiff, { diff: layer, mounts }, { ...options, timeout: 0 });
    await grpc.unary(commitSnapshot, { ...byKey(key), name }, options);
  } catch (error) {
    await grpc.unary(removeSnapshot, byKey(key)).catch(() => {});
    if (!isCriError(error, 'alreadyExists')) throw error;
  }
}

const isThere = (grpc: RuntimeChannel, name: string): Promise<boolean> =>
  grpc.unary(statSnapshot, byKey(name)).then(
    () => true,
    (error) => {
      if (isCriError(error, 'notFound')) return false;
      throw error;
    },
  );
