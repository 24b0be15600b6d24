// For which claims a volume is to be made, and by which driver. Pure. Upstream: shouldProvision of sig-storage-lib-external-provisioner.
import type { PersistentVolume } from '../../api/kinds/core/v1/persistent-volume.ts';
import type { PersistentVolumeClaim } from '../../api/kinds/core/v1/persistent-volume-claim.ts';
import type { StorageClass } from '../../api/kinds/storage/v1/storage-class.ts';
import { isBeingDeleted, uidOf } from '../../api/meta/v1/object.ts';
import {
  BETA_STORAGE_PROVISIONER,
  PROVISIONED_BY,
  SELECTED_NODE,
  STORAGE_PROVISIONER,
} from '../../api/volumes/annotations.ts';
import { classOfClaim } from '../../api/volumes/classes.ts';

type Claim = Readonly<PersistentVolumeClaim>;

/** Always the same for a claim: the driver, too, is asked by this name. */
export const volumeNameOf = (claim: Claim): string => `pvc-${uidOf(claim)}`;

/** Undefined without a node. */
export const selectedNodeOf = ({ metadata }: Claim): string | undefined =>
  metadata.annotations?.[SELECTED_NODE] || undefined;

/**
 * The driver that is to make a volume for the claim now. Once a node is selected there is no other volume for the claim: then its class
 * says enough, and the persistent volume controller's word is not waited for.
 */
export function driverFor(claim: Claim, found: Readonly<StorageClass> | undefined): string | undefined {
  if (!found || claim.spec?.volumeName || isBeingDeleted(claim)) return undefined;
  if (found.volumeBindingMode === 'WaitForFirstConsumer')
    return selectedNodeOf(claim) === undefined ? undefined : found.provisioner;
  const annotations = claim.metadata.annotations ?? {};
  const asked = annotations[STORAGE_PROVISIONER] ?? annotations[BETA_STORAGE_PROVISIONER];
  return asked === found.provisioner ? asked : undefined;
}

/** Whether another answer is to be expected for the claim: to look again at every change would end the back-off. */
export function isNews(claim: Claim, before: Claim): boolean {
  const essence = (one: Claim) => {
    const { annotations = {}, deletionTimestamp } = one.metadata;
    const asked = annotations[STORAGE_PROVISIONER] ?? annotations[BETA_STORAGE_PROVISIONER];
    return [asked, selectedNodeOf(one), classOfClaim(one), one.spec?.volumeName, deletionTimestamp];
  };
  const old = essence(before);
  return essence(claim).some((value, i) => value !== old[i]);
}

/** On a volume whose reclaim policy is Delete: it stays until the driver has deleted it. */
export const FINALIZER = 'external-provisioner.volume.kubernetes.io/finalizer';

/** The driver that is to delete the volume when it is released; undefined if it is another's. */
export function driverOf({ metadata, spec }: Readonly<PersistentVolume>): string | undefined {
  const driver = spec?.csi?.driver;
  const by = metadata.annotations?.[PROVISIONED_BY];
  return by === undefined || by === driver ? driver : undefined;
}

export type VolumePlan = 'nothing' | 'hold' | 'let go' | 'delete';

export function planVolume(volume: Readonly<PersistentVolume>): VolumePlan {
  const { persistentVolumeReclaimPolicy: policy } = volume.spec ?? {};
  const { phase } = volume.status ?? {};
  const isHeld = volume.metadata.finalizers?.includes(FINALIZER) ?? false;
  if (policy !== 'Delete') return isHeld ? 'let go' : 'nothing';
  // One that goes without the finalizer has been deleted.
  if (phase === 'Released') return isBeingDeleted(volume) && !isHeld ? 'nothing' : 'delete';
  return phase === 'Bound' && !isHeld && !isBeingDeleted(volume) ? 'hold' : 'nothing';
}
