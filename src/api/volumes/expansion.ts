// Whether a claim asks for more than its volume has, and how far its expansion is. Pure. Used by the resizer, and where it is said why a
// claim does not grow.
import type { PersistentVolumeClaim } from '../kinds/core/v1/persistent-volume-claim.ts';
import { compareQuantity, parseQuantity } from '../quantity/quantity.ts';

type Claim = Readonly<PersistentVolumeClaim>;

export const requestedBy = ({ spec }: Claim): string => spec?.resources?.requests?.storage ?? '0';

export const resizeStatusOf = ({ status }: Claim): string => status?.allocatedResourceStatuses?.storage ?? '';

export function needsExpansion(claim: Claim): boolean {
  if (claim.status?.phase !== 'Bound') return false;
  const has = parseQuantity(claim.status.capacity?.storage ?? '0');
  return compareQuantity(parseQuantity(requestedBy(claim)), has) > 0;
}
