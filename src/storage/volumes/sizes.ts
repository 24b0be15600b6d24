// How large a volume becomes. Pure.
import type { CapacityRange } from '../../csi/messages/volume.ts';
import { GrpcError } from '../../kit/grpc/status.ts';

export const MIB = 1 << 20;
export const GIB = 1 << 30;
const DEFAULT_BYTES = GIB;

const roundUp = (bytes: number): number => Math.ceil(bytes / MIB) * MIB;

/** At least `least`; whole mebibytes. Throws when the range does not allow that. */
export function chooseBytes(range: CapacityRange | undefined, least: number): number {
  const { requiredBytes = 0, limitBytes = 0 } = range ?? {};
  if (requiredBytes < 0 || limitBytes < 0 || (limitBytes > 0 && requiredBytes > limitBytes))
    throw new GrpcError('invalidArgument', `sizes ${requiredBytes} to ${limitBytes} are not a range`);
  const wanted = requiredBytes || Math.min(DEFAULT_BYTES, limitBytes || DEFAULT_BYTES);
  const bytes = roundUp(Math.max(wanted, least));
  if (limitBytes > 0 && bytes > limitBytes)
    throw new GrpcError('outOfRange', `${bytes} bytes are the least, more than the limit of ${limitBytes}`);
  return bytes;
}

/** A volume that is there already does what was asked for. */
export const suits = (bytes: number, range: CapacityRange | undefined): boolean =>
  bytes >= (range?.requiredBytes ?? 0) && (!range?.limitBytes || bytes <= range.limitBytes);

/** Of a disk of which so much is available, and with what is promised but shared still: what new volumes may have. Logs and images
 *  of the node need the rest. */
export function offered(
  disk: { readonly totalBytes: number; readonly availableBytes: number },
  owed: number,
): number {
  const kept = Math.min(disk.totalBytes / 20, 5 * GIB);
  return Math.max(0, Math.floor((disk.availableBytes - kept - owed) / MIB) * MIB);
}
