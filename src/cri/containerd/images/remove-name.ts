// Takes one name from an image that has others; its files stay. CRI has no call for that: it removes an image with all of its names.
import { type Clock, systemClock } from '../../../kit/clock.ts';
import { bool, string } from '../../../kit/protobuf/codec.ts';
import { message } from '../../../kit/protobuf/message.ts';
import { isCriError } from '../../error.ts';
import { openChannel } from '../channel.ts';

const deleteImage = {
  path: '/containerd.services.images.v1.Images/Delete',
  request: message<{ name: string; sync: boolean }>({ name: [1, string], sync: [2, bool] }),
  response: message<object>({}),
};

/** `name` in full. */
export async function removeName(socket: string, name: string, clock: Clock = systemClock): Promise<void> {
  const grpc = openChannel(socket, clock);
  try {
    await grpc.unary(deleteImage, { name, sync: true });
  } catch (error) {
    if (!isCriError(error, 'notFound')) throw error;
  } finally {
    grpc.close();
  }
}
