// A lease keeps what is written under it from containerd's garbage collector until it ends. Used by images.ts and unpack.ts.
import type { Clock } from '../../../kit/clock.ts';
import type { CallOptions } from '../../../kit/grpc/client.ts';
import { string } from '../../../kit/protobuf/codec.ts';
import { message, stringMap } from '../../../kit/protobuf/message.ts';
import type { Random } from '../../../kit/random.ts';
import type { RuntimeChannel } from '../channel.ts';

export interface Lease {
  readonly id: string;
  /** For calls that write under it. */
  readonly options: CallOptions;
}

const path = (name: string) => `/containerd.services.leases.v1.Leases/${name}`;
const nothing = message<object>({});
const createLease = {
  path: path('Create'),
  request: message<{ id: string; labels?: Record<string, string> }>({
    id: [1, string],
    labels: [3, stringMap],
  }),
  response: nothing,
};
const deleteLease = {
  path: path('Delete'),
  request: message<{ id: string }>({ id: [1, string] }),
  response: nothing,
};

/** After this time it ends in any case. */
const EXPIRES_MS = 3_600_000;

export async function withLease<T>(
  grpc: RuntimeChannel,
  { clock, random }: { readonly clock: Clock; readonly random: Random },
  use: (lease: Lease) => Promise<T>,
): Promise<T> {
  const id = `tiphys-import-${random.uuid()}`;
  const expire = new Date(clock.now() + EXPIRES_MS).toISOString();
  await grpc.unary(createLease, { id, labels: { 'containerd.io/gc.expire': expire } });
  const result = await use({ id, options: { metadata: { 'containerd-lease': id } } });
  await grpc.unary(deleteLease, { id });
  return result;
}
