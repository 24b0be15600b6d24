// Which claims a pod uses, and which pods use a claim. Pure.
// Upstream: staging/src/k8s.io/dynamic-resource-allocation/resourceclaim.
import type { Pod } from '../../api/kinds/core/v1/pod.ts';
import type { ResourceClaim } from '../../api/kinds/resource/v1/resource-claim.ts';
import { controllerOf, namespaceOf, uidOf } from '../../api/meta/v1/object.ts';

type Claim = Readonly<ResourceClaim>;

/** The claims that the pod names, or that were made for it, and that are reserved for it. */
export function claimsOf(
  pod: Readonly<Pod>,
  find: (name: string, namespace: string) => Claim | undefined,
): Claim[] {
  return (pod.spec?.resourceClaims ?? []).flatMap((entry) => {
    const made = pod.status?.resourceClaimStatuses?.find(({ name }) => name === entry.name);
    const name = entry.resourceClaimName ?? (entry.resourceClaimTemplateName && made?.resourceClaimName);
    const claim = name ? find(name, namespaceOf(pod)) : undefined;
    if (!claim || !isReservedFor(claim, pod)) return [];
    const isOwn = entry.resourceClaimName !== undefined || controllerOf(claim)?.uid === uidOf(pod);
    return isOwn ? [claim] : [];
  });
}

const isReservedFor = ({ status }: Claim, pod: Readonly<Pod>): boolean =>
  status?.reservedFor?.some(({ uid }) => uid === uidOf(pod)) ?? false;

/** Keys of the pods for which the claim is reserved. */
export const consumersOf = (claim: Claim): string[] =>
  (claim.status?.reservedFor ?? [])
    .filter(({ apiGroup = '', resource }) => apiGroup === '' && resource === 'pods')
    .map(({ name }) => `${namespaceOf(claim)}/${name}`);
