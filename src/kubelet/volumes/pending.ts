// A volume that is being made, or taken down, in the background: not a failure. Its plug-in tells of failures itself, and wakes the pod's
// worker when the volume is there, or gone.

export class VolumePending extends Error {
  /** False while the volume has yet to be attached to the node. */
  readonly isAttached: boolean;
  /** Upstream's name of its plug-in. */
  readonly pluginName: string;

  constructor(isAttached: boolean, pluginName = 'N/A') {
    super('the operation goes on in the background');
    this.isAttached = isAttached;
    this.pluginName = pluginName;
  }

  of(pluginName: string): VolumePending {
    return new VolumePending(this.isAttached, pluginName);
  }
}
