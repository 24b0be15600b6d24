// Which volumes a claim may be bound to, and which of them is the best: one that names the claim, else the smallest that is large
// enough. Used by the scheduler, which also asks whether a node reaches them, and by the persistent volume controller.
// Upstream: FindMatchingVolume in component-helpers/storage/volume/pv_helpers.go.
import type { PersistentVolume } from '../kinds/core/v1/persistent-volume.ts';
import type { PersistentVolumeClaim } from '../kinds/core/v1/persistent-volume-claim.ts';
import { isBeingDeleted } from '../meta/v1/object.ts';
import { compareQuantity, parseQuantity, type Quantity, quantityOf } from '../quantity/quantity.ts';
import { labelSelectorOf } from '../selectors/label-selector.ts';
import { isBoundTo } from './binding.ts';
import { classOfClaim, classOfVolume } from './classes.ts';

type Claim = Readonly<PersistentVolumeClaim>;
type Volume = Readonly<PersistentVolume>;

export interface Candidates {
  /** Names the claim: no other is considered. */
  readonly own?: Volume;
  /** The smallest first; of equal ones in the order in which they were given. */
  readonly free: readonly Volume[];
}

export function candidatesFor(claim: Claim, volumes: readonly Volume[]): Candidates {
  const wanted = requestOf(claim);
  const name = classOfClaim(claim);
  const selector = claim.spec?.selector && labelSelectorOf(claim.spec.selector);
  const free: Volume[] = [];
  for (const volume of volumes) {
    if (!isSuitable(claim, volume, wanted)) continue;
    if (isBoundTo(volume, claim)) return { own: volume, free: [] };
    // One in another phase is changed by the controller soon, so that binding it would run into conflicts.
    if (volume.status?.phase !== 'Available' || classOfVolume(volume) !== name) continue;
    if (!selector || selector.matches(volume.metadata.labels)) free.push(volume);
  }
  free.sort((a, b) => compareQuantity(capacityOf(a), capacityOf(b)));
  return { free };
}

/** Whatever it is bound to or named by: a volume that another claim has is not. */
function isSuitable(claim: Claim, volume: Volume, wanted: Quantity): boolean {
  if (volume.spec?.claimRef && !isBoundTo(volume, claim)) return false;
  if (isBeingDeleted(volume) || isOfOtherMode(claim, volume)) return false;
  if (attributesClassOf(claim) !== attributesClassOf(volume)) return false;
  return compareQuantity(capacityOf(volume), wanted) >= 0;
}

export const isOfOtherMode = (claim: Claim, volume: Volume): boolean =>
  (claim.spec?.volumeMode ?? 'Filesystem') !== (volume.spec?.volumeMode ?? 'Filesystem');

export const attributesClassOf = ({ spec }: Pick<Claim | Volume, 'spec'>): string =>
  spec?.volumeAttributesClassName ?? '';

/** Whether the volume has all access modes of the claim. */
export const hasModesOf = (claim: Claim, volume: Volume): boolean =>
  (claim.spec?.accessModes ?? []).every((mode) => volume.spec?.accessModes?.includes(mode));

export const requestOf = ({ spec }: Claim): Quantity => amountOf(spec?.resources?.requests?.storage);

/** A volume is looked at once for every claim and node: its capacity is parsed once. */
const capacities = new WeakMap<Volume, Quantity>();

export function capacityOf(volume: Volume): Quantity {
  let capacity = capacities.get(volume);
  if (!capacity) {
    capacity = amountOf(volume.spec?.capacity?.storage);
    capacities.set(volume, capacity);
  }
  return capacity;
}

const ZERO = quantityOf(0);

const amountOf = (text: string | undefined): Quantity => (text === undefined ? ZERO : parseQuantity(text));
