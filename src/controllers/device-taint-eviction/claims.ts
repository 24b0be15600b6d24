// Which claims a pod uses in fact. Pure.
import { claimOfEntry, isReservedFor, notMadeFor } from '../../api/devices/pod-claims.ts';
import type { Pod } from '../../api/kinds/core/v1/pod.ts';
import type { ResourceClaim } from '../../api/kinds/resource/v1/resource-claim.ts';
import { namespaceOf } from '../../api/meta/v1/object.ts';

type Claim = Readonly<ResourceClaim>;

/** The claims that the pod names, or that were made for it, and that are reserved for it. */
export function claimsOf(
  pod: Readonly<Pod>,
  find: (name: string, namespace: string) => Claim | undefined,
): Claim[] {
  return (pod.spec?.resourceClaims ?? []).flatMap((entry) => {
    const named = claimOfEntry(pod, entry);
    const claim = named.state === 'named' ? find(named.name, namespaceOf(pod)) : undefined;
    if (named.state !== 'named' || !claim || !isReservedFor(claim, pod)) return [];
    return named.made && notMadeFor(pod, claim) ? [] : [claim];
  });
}
