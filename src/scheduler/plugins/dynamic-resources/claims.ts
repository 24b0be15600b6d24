// The claims of a pod as far as they can be scheduled with. Pure. Upstream: foreachPodResourceClaim in dynamicresources.go.
import { claimOfEntry, notMadeFor } from '../../../api/devices/pod-claims.ts';
import type { Pod } from '../../../api/kinds/core/v1/pod.ts';
import type { ResourceClaim } from '../../../api/kinds/resource/v1/resource-claim.ts';
import { isBeingDeleted, nameOf, namespaceOf } from '../../../api/meta/v1/object.ts';
import type { PodInfo } from '../../cache/pod-info.ts';

export type Claim = Readonly<ResourceClaim>;
export type FindClaim = (name: string, namespace: string) => Claim | undefined;

export const hasClaims = ({ pod }: PodInfo): boolean => (pod.spec?.resourceClaims?.length ?? 0) > 0;

/** In the order of the pod's entries; a text says why the pod has to wait. */
export function claimsOf(pod: Readonly<Pod>, find: FindClaim): readonly Claim[] | string {
  const claims: Claim[] = [];
  for (const entry of pod.spec?.resourceClaims ?? []) {
    const named = claimOfEntry(pod, entry);
    if (named.state === 'unneeded') continue;
    if (named.state !== 'named') return named.message;
    const claim = find(named.name, namespaceOf(pod));
    if (!claim) return `could not find ResourceClaim "${namespaceOf(pod)}/${named.name}"`;
    if (isBeingDeleted(claim)) return `resourceclaim "${nameOf(claim)}" is being deleted`;
    const foreign = named.made ? notMadeFor(pod, claim) : undefined;
    if (foreign !== undefined) return foreign;
    claims.push(claim);
  }
  return claims;
}
