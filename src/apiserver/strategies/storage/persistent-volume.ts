// PersistentVolumes start in phase Pending; the persistent volume controller changes it. The time of the change is the server's,
// unless the client names another one.
// Upstream: pkg/registry/core/persistentvolume/strategy.go.
import type { PersistentVolume } from '../../../api/kinds/core/v1/persistent-volume.ts';
import type { Strategy } from '../../registry/strategy.ts';

export const persistentVolumeStrategy: Strategy<PersistentVolume> = {
  returnsDeleted: true,
  prepareCreate(volume, { now }) {
    volume.status = { phase: 'Pending', lastPhaseTransitionTime: now };
  },
  prepareStatus(volume, old, { now }) {
    const [after, before] = [volume.status ?? {}, old.status ?? {}];
    const given = after.lastPhaseTransitionTime;
    const known = before.lastPhaseTransitionTime;
    if (after.phase === before.phase) volume.status = { ...after, lastPhaseTransitionTime: given ?? known };
    else if (given === undefined || given === known)
      volume.status = { ...after, lastPhaseTransitionTime: now };
  },
};
