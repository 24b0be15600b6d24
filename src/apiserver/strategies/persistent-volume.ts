// PersistentVolumes start in phase Pending; the persistent volume controller changes it.
// Upstream: pkg/registry/core/persistentvolume/strategy.go.
import type { PersistentVolume } from '../../api/kinds/core/v1/persistent-volume.ts';
import type { Strategy } from '../registry/strategy.ts';

export const persistentVolumeStrategy: Strategy<PersistentVolume> = {
  returnsDeleted: true,
  prepareCreate(volume) {
    volume.status = { phase: 'Pending' };
  },
};
