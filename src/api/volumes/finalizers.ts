// Finalizers that keep claims, volumes and classes while they are used: StorageObjectInUseProtection sets them, controllers remove them.
import { PersistentVolume } from '../kinds/core/v1/persistent-volume.ts';
import { PersistentVolumeClaim } from '../kinds/core/v1/persistent-volume-claim.ts';
import { VolumeAttributesClass } from '../kinds/storage/v1/volume-attributes-class.ts';
import { type HasMetadata, isBeingDeleted } from '../meta/v1/object.ts';
import type { AnyResource } from '../meta/v1/resource.ts';

export const CLAIM_PROTECTION = 'kubernetes.io/pvc-protection';
export const VOLUME_PROTECTION = 'kubernetes.io/pv-protection';
export const ATTRIBUTES_PROTECTION = 'kubernetes.io/vac-protection';

/** The kinds that are protected, each with its finalizer. */
export const PROTECTED: readonly (readonly [kind: AnyResource, finalizer: string])[] = [
  [PersistentVolumeClaim, CLAIM_PROTECTION],
  [PersistentVolume, VOLUME_PROTECTION],
  [VolumeAttributesClass, ATTRIBUTES_PROTECTION],
];

/** Set of an object that is not being deleted, or kept by one that is: then its controller has something to do. */
export function isProtectionDue(object: HasMetadata, finalizer: string): boolean {
  const has = object.metadata?.finalizers?.includes(finalizer) ?? false;
  return has === isBeingDeleted(object);
}
