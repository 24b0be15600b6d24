// Lets a volume go that is being deleted and that no attachment uses any more. Upstream: SyncNewOrUpdatedPersistentVolume.
import { PersistentVolume } from '../../api/kinds/core/v1/persistent-volume.ts';
import { isBeingDeleted, nameOf } from '../../api/meta/v1/object.ts';
import { isNotFound } from '../../api/status/status-error.ts';
import type { Client } from '../../client/client.ts';
import type { Drivers } from '../csi/drivers.ts';
import { hasFinalizer, removeFinalizer } from '../csi/finalizers.ts';
import { finalizerOf } from './finalizer.ts';

export async function releaseVolume(
  client: Client,
  drivers: Drivers,
  volume: Readonly<PersistentVolume> | undefined,
): Promise<void> {
  const driver = volume?.spec?.csi?.driver;
  if (!volume || !driver || !isBeingDeleted(volume)) return;
  const finalizer = finalizerOf(driver);
  if (!hasFinalizer(volume, finalizer) || !(await drivers.ours(driver))) return;
  try {
    await client.patch(
      PersistentVolume,
      nameOf(volume),
      undefined,
      'json',
      removeFinalizer(volume, finalizer),
    );
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
}
