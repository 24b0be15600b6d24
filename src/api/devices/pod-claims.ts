// Which ResourceClaims a pod uses, which of them are its own, and for whom a claim is reserved. Pure. Called by controllers,
// scheduler and kubelet. Upstream: staging/src/k8s.io/dynamic-resource-allocation/resourceclaim.
import type { Pod } from '../kinds/core/v1/pod.ts';
import type { PodResourceClaim } from '../kinds/core/v1/pod-spec.ts';
import type { ResourceClaim, ResourceClaimConsumerReference } from '../kinds/resource/v1/resource-claim.ts';
import { controllerOf, keyOf, nameOf, namespaceOf, uidOf } from '../meta/v1/object.ts';

/** On claims that were made from a template: the name of the pod's entry. */
export const POD_CLAIM_ANNOTATION = 'resource.kubernetes.io/pod-claim-name';
/** On claims that the scheduler made for the extended resources of a pod. */
export const EXTENDED_RESOURCE_ANNOTATION = 'resource.kubernetes.io/extended-resource-claim';
/** On allocated claims, so that a claim in use stays. */
export const CLAIM_FINALIZER = 'resource.kubernetes.io/delete-protection';
/** How many consumers a claim can have at once. */
export const MAX_RESERVATIONS = 256;

/** What is known of the claim of an entry in spec.resourceClaims. */
export type EntryClaim =
  /** `made`: it comes from a template and has to be owned by the pod. */
  | { readonly state: 'named'; readonly name: string; readonly made: boolean }
  /** The controller found that none is needed. */
  | { readonly state: 'unneeded' }
  | { readonly state: 'missing' | 'unsupported'; readonly message: string };

export function claimOfEntry(pod: Readonly<Pod>, entry: Readonly<PodResourceClaim>): EntryClaim {
  if (entry.resourceClaimName !== undefined)
    return { state: 'named', name: entry.resourceClaimName, made: false };
  const message = `pod "${keyOf(pod)}"`;
  if (entry.resourceClaimTemplateName === undefined)
    return {
      state: 'unsupported',
      message: `${message}, spec.resourceClaim "${entry.name}": none of the supported fields are set`,
    };
  const made = pod.status?.resourceClaimStatuses?.find(({ name }) => name === entry.name);
  if (!made) return { state: 'missing', message: `${message}: ResourceClaim not created yet` };
  return made.resourceClaimName === undefined
    ? { state: 'unneeded' }
    : { state: 'named', name: made.resourceClaimName, made: true };
}

/** Names of all claims that the pod uses, as far as they are known; also that for its extended resources. */
export function claimNamesOf(pod: Readonly<Pod>): string[] {
  const names = (pod.spec?.resourceClaims ?? []).flatMap((entry) => {
    const claim = claimOfEntry(pod, entry);
    return claim.state === 'named' ? [claim.name] : [];
  });
  const extended = pod.status?.extendedResourceClaimStatus?.resourceClaimName;
  return [...new Set(extended ? [...names, extended] : names)];
}

/** Why a claim that was made from a template is not that of the pod; undefined if it is. */
export function notMadeFor(pod: Readonly<Pod>, claim: Readonly<ResourceClaim>): string | undefined {
  if (controllerOf(claim)?.uid === uidOf(pod)) return undefined;
  return `ResourceClaim ${keyOf(claim)} was not created for Pod ${keyOf(pod)} (Pod is not owner)`;
}

export const isReservedFor = ({ status }: Readonly<ResourceClaim>, pod: Readonly<Pod>): boolean =>
  status?.reservedFor?.some(({ uid }) => uid === uidOf(pod)) ?? false;

export const consumerOf = (pod: Readonly<Pod>): ResourceClaimConsumerReference => ({
  resource: 'pods',
  name: nameOf(pod),
  uid: uidOf(pod),
});

/** True for consumers that are pods. */
export const isPodReference = ({
  apiGroup = '',
  resource,
}: Readonly<ResourceClaimConsumerReference>): boolean => apiGroup === '' && resource === 'pods';

/** Keys of the pods for which the claim is reserved. */
export const consumersOf = (claim: Readonly<ResourceClaim>): string[] =>
  (claim.status?.reservedFor ?? []).filter(isPodReference).map(({ name }) => `${namespaceOf(claim)}/${name}`);
