// Which changes of claims may help a pod that waits. Pure. Upstream: isSchedulableAfterClaimChange in dynamicresources.go.
import { uidOf } from '../../../api/meta/v1/object.ts';
import type { PodInfo } from '../../cache/pod-info.ts';
import { type ClusterEvent, isSame } from '../../framework/cluster-events.ts';
import { claimsOf, type FindClaim } from './claims.ts';

export function mayFitAfter({ pod }: PodInfo, event: ClusterEvent, find: FindClaim): boolean {
  switch (event.type) {
    case 'NodeAdded':
    case 'NodeUpdated':
    case 'DeviceClassChanged':
    case 'ResourceSliceChanged':
      return true;
    case 'ResourceClaimChanged':
      break;
    default:
      return false;
  }
  const { claim, old } = event;
  const claims = claimsOf(pod, find);
  if (typeof claims === 'string') return false;
  // Devices that others may have.
  if (old?.status?.allocation && !claim.status?.allocation) return true;
  if (!claims.some((one) => uidOf(one) === uidOf(claim))) return false;
  return !old || !isSame(claim.status, old.status);
}
