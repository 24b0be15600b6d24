// A volume that is being made, or taken down, in the background: not a failure. Its plug-in tells of failures itself, and wakes the pod's
// worker when the volume is there, or gone.
import type { VolumeSpec } from './plugin.ts';

export class VolumePending extends Error {
  /** False while the volume has yet to be attached to the node. */
  readonly isAttached: boolean;
  /** Of one that has waited for long to be attached: whether the node can take no more. */
  readonly isExhausted: () => Promise<boolean>;
  /** Upstream's name of its plug-in: the volume manager's. */
  pluginName = 'N/A';
  /** What is being made: the volume manager's. */
  spec: VolumeSpec | undefined;

  constructor(isAttached: boolean, isExhausted = async () => false) {
    super('the operation goes on in the background');
    this.isAttached = isAttached;
    this.isExhausted = isExhausted;
  }
}
