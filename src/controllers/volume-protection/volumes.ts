// Promise: a PersistentVolume has the finalizer kubernetes.io/pv-protection, and one that is deleted loses it when it is not bound.
// Upstream: pkg/controller/volume/pvprotection.
import { PersistentVolume } from '../../api/kinds/core/v1/persistent-volume.ts';
import { isBeingDeleted, keyOf } from '../../api/meta/v1/object.ts';
import { isProtectionDue, VOLUME_PROTECTION } from '../../api/volumes/finalizers.ts';
import { type Controller, type ControllerContext, watch } from '../framework/controller.ts';
import { withFinalizer } from './finalizer.ts';

export function createVolumeProtectionController({ client, informers }: ControllerContext): Controller {
  const volumes = informers.informer(PersistentVolume);
  return {
    name: 'persistentvolume-protection-controller',
    watches: [
      watch(volumes, (volume) => (isProtectionDue(volume, VOLUME_PROTECTION) ? [keyOf(volume)] : [])),
    ],
    reconcile: async (key) => {
      const volume = volumes.lister.byKey(key);
      if (!volume || !isProtectionDue(volume, VOLUME_PROTECTION)) return undefined;
      const isWanted = !isBeingDeleted(volume);
      if (!isWanted && volume.status?.phase === 'Bound') return undefined;
      const metadata = withFinalizer(volume.metadata, VOLUME_PROTECTION, isWanted);
      await client.update(PersistentVolume, { ...volume, metadata });
      return undefined;
    },
  };
}
