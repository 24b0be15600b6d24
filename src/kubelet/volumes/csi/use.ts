// What one pod has of a volume, and what it wants. Pure. Used by csi-volume.ts.

import { OperationError } from '../operation-error.ts';
import type { VolumeRequest } from '../plugin.ts';
import type { VolumeIdentity } from './paths.ts';

/** `perhaps`: a driver was asked and has not refused; or an earlier kubelet has done it. */
export type Done = 'no' | 'perhaps' | 'yes';

/** What one pod has of the volume, and wants. */
export interface Use {
  readonly uid: string;
  readonly id: VolumeIdentity;
  /** `unknown` from an earlier kubelet, until the pod's worker has spoken. */
  intent: 'unknown' | 'wanted' | 'released';
  request: VolumeRequest | undefined;
  /** When the pod began to want it. */
  since: number;
  published: Done;
  /** It was published once, perhaps by an earlier kubelet, and a container may have it: a refusal proves nothing. */
  isThere: boolean;
  republish: boolean;
  expand: boolean;
}

/** What has been done after a failure. */
export function after(before: Done, error: unknown, wasFound: boolean): Done {
  const leaves = error instanceof OperationError ? error.leaves : 'same';
  if (leaves === 'something') return before === 'no' ? 'perhaps' : before;
  return leaves === 'nothing' && before === 'perhaps' && !wasFound ? 'no' : before;
}

export const newUse = (uid: string, id: VolumeIdentity, since: number): Use => ({
  ...{ uid, id, intent: 'unknown', request: undefined, since },
  ...{ published: 'no', isThere: false, republish: false, expand: false },
});
