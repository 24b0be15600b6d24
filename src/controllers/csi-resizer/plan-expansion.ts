// To what size a volume is to be expanded now. What was begun is finished before another size is tried, unless it is known to have
// failed: then a user may ask for less. Pure. Upstream: expandAndRecover of external-resizer.
import type { PersistentVolume } from '../../api/kinds/core/v1/persistent-volume.ts';
import type { PersistentVolumeClaim } from '../../api/kinds/core/v1/persistent-volume-claim.ts';
import { namespaceOf, uidOf } from '../../api/meta/v1/object.ts';
import { compareQuantity, parseQuantity } from '../../api/quantity/quantity.ts';
import { needsExpansion, requestedBy, resizeStatusOf } from '../../api/volumes/expansion.ts';
import { hasCondition } from './conditions.ts';

type Claim = Readonly<PersistentVolumeClaim>;
type Amounts = Readonly<Record<string, string>> | undefined;

export interface Expansion {
  readonly size: string;
  /** Not the size that was tried last. */
  readonly isNew: boolean;
}

const compare = (a: string, b: string): number => compareQuantity(parseQuantity(a), parseQuantity(b));
const storageIn = (amounts: Amounts): string => amounts?.storage ?? '0';

/** `isFinal`: the last attempt is known to have left nothing behind. Undefined when there is nothing to do. */
export function planExpansion(
  claim: Claim,
  { spec }: Readonly<PersistentVolume>,
  isFinal: boolean,
): Expansion | undefined {
  if (!needsExpansion(claim)) return undefined;
  if (spec?.claimRef?.uid !== uidOf(claim) || spec.claimRef.namespace !== namespaceOf(claim))
    return undefined;
  const present = storageIn(spec.capacity);
  const tried = claim.status?.allocatedResources?.storage;
  const size =
    compare(present, requestedBy(claim)) < 0
      ? sizeOfSmaller(claim, present, tried, isFinal)
      : sizeOfLargeEnough(claim, tried);
  return size === undefined ? undefined : { size, isNew: tried === undefined || compare(tried, size) !== 0 };
}

function sizeOfSmaller(
  claim: Claim,
  present: string,
  tried: string | undefined,
  isFinal: boolean,
): string | undefined {
  const asked = requestedBy(claim);
  switch (resizeStatusOf(claim)) {
    case 'NodeResizeInfeasible':
      return tried ?? asked;
    case 'NodeResizePending':
    case 'NodeResizeInProgress':
      // The node has not finished yet.
      return compare(present, tried ?? asked) >= 0 ? undefined : (tried ?? asked);
    case 'ControllerResizeInProgress':
      return isFinal ? asked : (tried ?? asked);
    default:
      return asked;
  }
}

/** The volume has been expanded, but the claim does not say so. */
function sizeOfLargeEnough(claim: Claim, tried: string | undefined): string | undefined {
  const asked = requestedBy(claim);
  switch (resizeStatusOf(claim)) {
    case 'NodeResizePending':
    case 'NodeResizeInProgress':
      return undefined;
    case 'NodeResizeInfeasible':
    case 'ControllerResizeInProgress':
    case 'ControllerResizeInfeasible':
      return tried ?? asked;
    default:
      if (tried !== undefined) return tried;
      return hasCondition(claim.status?.conditions, 'FileSystemResizePending') ? undefined : asked;
  }
}
