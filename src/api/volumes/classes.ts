// Which storage class claims and volumes have, and whether claims of a class wait for a pod.
// Upstream: component-helpers/storage/volume/helpers.go and pkg/volume/util/storageclass.go.
import type { PersistentVolume } from '../kinds/core/v1/persistent-volume.ts';
import type { PersistentVolumeClaim } from '../kinds/core/v1/persistent-volume-claim.ts';
import type { StorageClass } from '../kinds/storage/v1/storage-class.ts';
import { nameOf } from '../meta/v1/object.ts';
import { BETA_DEFAULT_CLASS, BETA_STORAGE_CLASS, DEFAULT_CLASS } from './annotations.ts';

export interface ClassLister {
  get(name: string): Readonly<StorageClass> | undefined;
}

/** Empty without a class. */
export const classOfClaim = ({ metadata, spec }: Readonly<PersistentVolumeClaim>): string =>
  metadata.annotations?.[BETA_STORAGE_CLASS] ?? spec?.storageClassName ?? '';

/** An empty class is one, too: the claim wants a volume without a class. A claim that names none gets the default class. */
export const namesClass = ({ metadata, spec }: Readonly<PersistentVolumeClaim>): boolean =>
  metadata.annotations?.[BETA_STORAGE_CLASS] !== undefined || spec?.storageClassName !== undefined;

/** Empty without a class. */
export const classOfVolume = ({ metadata, spec }: Readonly<PersistentVolume>): string =>
  metadata.annotations?.[BETA_STORAGE_CLASS] ?? spec?.storageClassName ?? '';

/** Whether the claim's volume is chosen when a pod that uses it has a node. */
export function isDelayed(claim: Readonly<PersistentVolumeClaim>, classes: ClassLister): boolean {
  const name = classOfClaim(claim);
  const found = name ? classes.get(name) : undefined;
  if (!found) return false;
  if (!found.volumeBindingMode) throw new Error(`VolumeBindingMode not set for StorageClass "${name}"`);
  return found.volumeBindingMode === 'WaitForFirstConsumer';
}

/** The class that claims without one get: of several that are marked the newest, then the first by name. */
export function defaultClass(classes: Iterable<Readonly<StorageClass>>): Readonly<StorageClass> | undefined {
  let best: Readonly<StorageClass> | undefined;
  for (const one of classes) if (isDefault(one) && (!best || isBefore(one, best))) best = one;
  return best;
}

const isDefault = ({ metadata: { annotations = {} } }: Readonly<StorageClass>): boolean =>
  annotations[DEFAULT_CLASS] === 'true' || annotations[BETA_DEFAULT_CLASS] === 'true';

function isBefore(a: Readonly<StorageClass>, b: Readonly<StorageClass>): boolean {
  const [x = '', y = ''] = [a.metadata.creationTimestamp, b.metadata.creationTimestamp];
  return x === y ? nameOf(a) < nameOf(b) : x > y;
}
