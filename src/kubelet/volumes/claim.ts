// What stands behind a pod's volume: for a PersistentVolumeClaim its bound PersistentVolume, read from the API. Called by
// the volume manager before it chooses a plug-in; the claim of another pod's generic ephemeral volume is refused.
import { PersistentVolume } from '../../api/kinds/core/v1/persistent-volume.ts';
import { PersistentVolumeClaim } from '../../api/kinds/core/v1/persistent-volume-claim.ts';
import type { Volume } from '../../api/kinds/core/v1/volume.ts';
import { controllerOf } from '../../api/meta/v1/object.ts';
import type { Client } from '../../client/client.ts';
import { type Pod, podName, podNamespace, podUid } from '../pod.ts';
import type { VolumeSpec } from './plugin.ts';

export async function volumeSpec(pod: Pod, volume: Volume, client: Pick<Client, 'get'>): Promise<VolumeSpec> {
  const { persistentVolumeClaim: claim, ephemeral } = volume;
  if (claim) return claimed(pod, volume, claim.claimName, claim.readOnly ?? false, client);
  if (ephemeral) return claimed(pod, volume, `${podName(pod)}-${volume.name}`, false, client);
  return { volume, readOnly: false };
}

async function claimed(
  pod: Pod,
  volume: Volume,
  name: string,
  readOnly: boolean,
  client: Pick<Client, 'get'>,
): Promise<VolumeSpec> {
  const namespace = podNamespace(pod);
  const claim = await client.get(PersistentVolumeClaim, name, namespace);
  const owner = controllerOf(claim);
  if (volume.ephemeral && owner?.uid !== podUid(pod))
    throw new Error(
      `PVC ${namespace}/${name} was not created for pod ${namespace}/${podName(pod)} (pod is not owner)`,
    );
  const volumeName = claim.spec?.volumeName;
  if (claim.status?.phase !== 'Bound' || !volumeName)
    throw new Error(`PVC ${namespace}/${name} is not bound`);
  const persistentVolume = await client.get(PersistentVolume, volumeName);
  const spec = persistentVolume.spec ?? {};
  if (spec.claimRef?.uid !== claim.metadata.uid)
    throw new Error(`PersistentVolume "${volumeName}" is bound to another claim than ${namespace}/${name}`);
  if (spec.volumeMode === 'Block') throw new Error('block volumes are not supported');
  const modes = spec.accessModes ?? [];
  const onlyRead = modes.length > 0 && modes.every((mode) => mode === 'ReadOnlyMany');
  return { volume, persistentVolume, readOnly: readOnly || onlyRead };
}
