// Which volumes a claim may be bound to, and which of them is the best: one that names the claim, else the smallest that is large
// enough. Used by the scheduler, which also asks whether a node reaches them, and by the persistent volume controller.
// Upstream: FindMatchingVolume in component-helpers/storage/volume/pv_helpers.go.
import type { PersistentVolume } from '../kinds/core/v1/persistent-volume.ts';
import type { PersistentVolumeClaim } from '../kinds/core/v1/persistent-volume-claim.ts';
import { isBeingDeleted } from '../meta/v1/object.ts';
import { compareQuantity, parseQuantity, type Quantity, wholeValue } from '../quantity/quantity.ts';
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
  const wanted = sizeFrom(claim.spec?.resources?.requests?.storage);
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
  free.sort((a, b) => compareSizes(sizeOf(a), sizeOf(b)));
  return { free };
}

/** Whatever it is bound to or named by: a volume that another claim has is not. */
function isSuitable(claim: Claim, volume: Volume, wanted: Size): boolean {
  if (volume.spec?.claimRef && !isBoundTo(volume, claim)) return false;
  if (isBeingDeleted(volume) || isOfOtherMode(claim, volume)) return false;
  if (attributesClassOf(claim) !== attributesClassOf(volume)) return false;
  return compareSizes(sizeOf(volume), wanted) >= 0;
}

export const isOfOtherMode = (claim: Claim, volume: Volume): boolean =>
  (claim.spec?.volumeMode ?? 'Filesystem') !== (volume.spec?.volumeMode ?? 'Filesystem');

export const attributesClassOf = ({ spec }: Pick<Claim | Volume, 'spec'>): string =>
  spec?.volumeAttributesClassName ?? '';

/** Whether the volume has all access modes of the claim. */
export const hasModesOf = (claim: Claim, volume: Volume): boolean =>
  (claim.spec?.accessModes ?? []).every((mode) => volume.spec?.accessModes?.includes(mode));

export const requestOf = ({ spec }: Claim): Quantity =>
  parseQuantity(spec?.resources?.requests?.storage ?? '0');

export const capacityOf = ({ spec }: Volume): Quantity => parseQuantity(spec?.capacity?.storage ?? '0');

/** An amount of storage; most comparisons need no exact numbers. */
interface Size {
  readonly text: string;
  /** Rounded up: in order, but different amounts may have the same. */
  readonly bytes: number;
}

function compareSizes(a: Size, b: Size): number {
  if (a.text === b.text) return 0;
  return a.bytes - b.bytes || compareQuantity(parseQuantity(a.text), parseQuantity(b.text));
}

/** A volume is looked at for every claim: its capacity is parsed once. */
const sizes = new WeakMap<Volume, Size>();

function sizeOf(volume: Volume): Size {
  let size = sizes.get(volume);
  if (!size) {
    size = sizeFrom(volume.spec?.capacity?.storage);
    sizes.set(volume, size);
  }
  return size;
}

const sizeFrom = (text = '0'): Size => ({ text, bytes: wholeValue(text) });
