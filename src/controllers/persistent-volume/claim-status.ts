// The status of a claim in a phase, with the volume that it is bound to. Pure. Upstream: updateClaimStatus of pv_controller.go.
import type { PersistentVolume } from '../../api/kinds/core/v1/persistent-volume.ts';
import type {
  PersistentVolumeClaim,
  PersistentVolumeClaimStatus,
} from '../../api/kinds/core/v1/persistent-volume-claim.ts';
import { nameOf } from '../../api/meta/v1/object.ts';
import { compareQuantity, parseQuantity } from '../../api/quantity/quantity.ts';
import { PRE_RESIZE_CAPACITY } from '../../api/volumes/annotations.ts';

type Phase = NonNullable<PersistentVolumeClaimStatus['phase']>;

export function claimStatus(
  { status = {} }: Readonly<PersistentVolumeClaim>,
  phase: Phase,
  volume?: Readonly<PersistentVolume>,
): PersistentVolumeClaimStatus {
  const { accessModes: _, capacity: __, currentVolumeAttributesClassName: ___, ...others } = status;
  if (!volume) return { ...others, phase };
  const { accessModes, volumeAttributesClassName } = volume.spec ?? {};
  const capacity = status.phase === phase ? status.capacity : capacityWith(status, volume);
  // Later changes of the class are a driver's to report.
  const isNew = status.phase === 'Pending' && phase === 'Bound';
  const current = isNew ? volumeAttributesClassName : status.currentVolumeAttributesClassName;
  return {
    ...others,
    phase,
    ...(accessModes && { accessModes }),
    ...(capacity && { capacity }),
    ...(current !== undefined && { currentVolumeAttributesClassName: current }),
  };
}

function capacityWith(
  { capacity }: PersistentVolumeClaimStatus,
  volume: Readonly<PersistentVolume>,
): Record<string, string> | undefined {
  const size = volume.spec?.capacity?.storage;
  if (size === undefined)
    throw new Error(`PersistentVolume "${nameOf(volume)}" is without a storage capacity`);
  // The file system has not been enlarged yet.
  const before = volume.metadata.annotations?.[PRE_RESIZE_CAPACITY];
  if (before !== undefined) return { ...capacity, storage: before };
  const known = capacity?.storage;
  if (known !== undefined && compareQuantity(parseQuantity(known), parseQuantity(size)) === 0)
    return capacity;
  return volume.spec?.capacity;
}
