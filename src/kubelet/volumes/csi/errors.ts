// Failures of the kubelet's own part in a step, in upstream's words.
import { rpcErrorText } from '../../../kit/grpc/status.ts';

/** With words of upstream's before those of the cause. Nothing of it concerns what the driver did. */
export const failed = (what: string, cause: unknown): Error =>
  new Error(`kubernetes.io/csi: ${what}: ${rpcErrorText(cause)}`, { cause });
