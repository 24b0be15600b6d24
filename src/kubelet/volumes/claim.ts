// What stands behind a pod's volume: for a PersistentVolumeClaim its bound PersistentVolume, read from the API. Called by
// the volume manager before it chooses a plug-in; the claim of another pod's generic ephemeral volume is refused.
// Upstream: createVolumeSpec in pkg/kubelet/volumemanager/populator.
import { PersistentVolume } from '../../api/kinds/core/v1/persistent-volume.ts';
import { PersistentVolumeClaim } from '../../api/kinds/core/v1/persistent-volume-claim.ts';
import type { Volume } from '../../api/kinds/core/v1/volume.ts';
import { isBeingDeleted } from '../../api/meta/v1/object.ts';
import { claimNameOf, notForPod } from '../../api/volumes/binding.ts';
import { CLAIM_PROTECTION } from '../../api/volumes/finalizers.ts';
import type { Client } from '../../client/client.ts';
import { messageOf } from '../../kit/message-of.ts';
import { type Pod, podNamespace, specOf } from '../pod.ts';
import type { VolumeSpec } from './plugin.ts';

/** There is no volume to be mounted (yet), or none that can be mounted here. */
export class ClaimError extends Error {}

type Reads = Pick<Client, 'get'>;

export async function volumeSpec(pod: Pod, volume: Volume, client: Reads): Promise<VolumeSpec> {
  const name = claimNameOf(pod, volume);
  if (name === undefined) return { volume, readOnly: false };
  const where = `error processing PVC ${podNamespace(pod)}/${name}`;
  const claim = await boundClaim(podNamespace(pod), name, client).catch((error: unknown) => {
    throw new ClaimError(`${where}: ${messageOf(error)}`, { cause: error });
  });
  const foreign = volume.ephemeral && notForPod(pod, claim);
  if (foreign) throw new ClaimError(foreign);
  const persistentVolume = await volumeOf(claim, client).catch((error: unknown) => {
    throw new ClaimError(`${where}: ${messageOf(error)}`, { cause: error });
  });
  checkMode(pod, volume.name, persistentVolume);
  const modes = persistentVolume.spec?.accessModes ?? [];
  const onlyRead = modes.length > 0 && modes.every((mode) => mode === 'ReadOnlyMany');
  return {
    volume,
    persistentVolume,
    readOnly: (volume.persistentVolumeClaim?.readOnly ?? false) || onlyRead,
  };
}

async function boundClaim(namespace: string, name: string, client: Reads): Promise<PersistentVolumeClaim> {
  const claim = await client.get(PersistentVolumeClaim, name, namespace).catch((error: unknown) => {
    throw new Error(`failed to fetch PVC from API server: ${messageOf(error)}`, { cause: error });
  });
  // A claim that is protected stays until its pods are gone.
  if (isBeingDeleted(claim) && !claim.metadata.finalizers?.includes(CLAIM_PROTECTION))
    throw new Error('PVC is being deleted');
  if (claim.status?.phase !== 'Bound') throw new Error('PVC is not bound');
  if (!claim.spec?.volumeName) throw new Error('PVC has empty pvc.Spec.VolumeName');
  return claim;
}

async function volumeOf(claim: PersistentVolumeClaim, client: Reads): Promise<PersistentVolume> {
  const name = claim.spec!.volumeName!;
  const volume = await client.get(PersistentVolume, name).catch((error: unknown) => {
    throw new Error(`failed to fetch PV ${name} from API server: ${messageOf(error)}`, { cause: error });
  });
  const ref = volume.spec?.claimRef;
  if (!ref)
    throw new Error(
      `found PV object ${name} but it has a nil pv.Spec.ClaimRef indicating it is not yet bound to the claim`,
    );
  if (ref.uid !== claim.metadata.uid)
    throw new Error(
      `found PV object ${name} but its pv.Spec.ClaimRef.UID ${ref.uid ?? ''} does not point to claim.UID ${claim.metadata.uid}`,
    );
  return volume;
}

/** Containers must use the volume as what it is. */
function checkMode(pod: Pod, name: string, { spec }: PersistentVolume): void {
  const mode = spec?.volumeMode ?? 'Filesystem';
  const { containers, initContainers = [] } = specOf(pod);
  const all = [...containers, ...initContainers];
  const isMounted = all.some(({ volumeMounts }) => volumeMounts?.some((mount) => mount.name === name));
  const isDevice = all.some(({ volumeDevices }) => volumeDevices?.some((device) => device.name === name));
  const wrong = (field: string) => `volume ${name} has volumeMode ${mode}, but is specified in ${field}`;
  if (isMounted && mode === 'Block') throw new ClaimError(wrong('volumeMounts'));
  if (isDevice && mode !== 'Block') throw new ClaimError(wrong('volumeDevices'));
}
