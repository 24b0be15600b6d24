// What is to be done for a pod with claims and for a claim with consumers. Pure. Upstream: pkg/controller/resourceclaim.
import {
  CLAIM_FINALIZER,
  claimOfEntry,
  isReservedFor,
  notMadeFor,
  POD_CLAIM_ANNOTATION,
} from '../../api/devices/pod-claims.ts';
import { Pod } from '../../api/kinds/core/v1/pod.ts';
import type { PodResourceClaim } from '../../api/kinds/core/v1/pod-spec.ts';
import type { ResourceClaim } from '../../api/kinds/resource/v1/resource-claim.ts';
import type { ResourceClaimTemplate } from '../../api/kinds/resource/v1/resource-claim-template.ts';
import {
  controllerOf,
  controllerReference,
  isBeingDeleted,
  nameOf,
  namespaceOf,
} from '../../api/meta/v1/object.ts';
import { isPodTerminal } from '../../api/pods/phase.ts';

type Claim = Readonly<ResourceClaim>;
export type FindClaim = (name: string, namespace: string) => Claim | undefined;

export const hasClaims = ({ spec, status }: Readonly<Pod>): boolean =>
  (spec?.resourceClaims?.length ?? 0) > 0 || status?.extendedResourceClaimStatus !== undefined;

/** None of the pod's containers runs, and none will. */
export const isPodDone = (pod: Readonly<Pod>): boolean =>
  isPodTerminal(pod) || (isBeingDeleted(pod) && !pod.spec?.nodeName);

/** Upstream looks at deletion only, and so makes the claims of a pod that has ended again after they were deleted. */
export const needsNoClaims = (pod: Readonly<Pod>): boolean => isBeingDeleted(pod) || isPodTerminal(pod);

/** An entry whose claim has to be made from its template. */
export function mustMake(pod: Readonly<Pod>, entry: Readonly<PodResourceClaim>, find: FindClaim): boolean {
  const named = claimOfEntry(pod, entry);
  if (named.state !== 'named') return named.state === 'missing';
  const claim = find(named.name, namespaceOf(pod));
  // A claim of that name that belongs to somebody else does not become the pod's, so another one is made.
  if (claim) return named.made && notMadeFor(pod, claim) !== undefined;
  return entry.resourceClaimTemplateName !== undefined;
}

/** Allocated claims of a pod that has a node but that the scheduler has not reserved for it. */
export function toReserve(pod: Readonly<Pod>, find: FindClaim): Claim[] {
  if (!pod.spec?.nodeName) return [];
  return (pod.spec.resourceClaims ?? []).flatMap((entry) => {
    const named = claimOfEntry(pod, entry);
    const claim = named.state === 'named' ? find(named.name, namespaceOf(pod)) : undefined;
    if (named.state !== 'named' || !claim?.status?.allocation || isReservedFor(claim, pod)) return [];
    return named.made && notMadeFor(pod, claim) ? [] : [claim];
  });
}

/**
 * A pod's state in the caches asks for work. That the claim in its status belongs to somebody else does not: nothing is done before
 * that claim is deleted or the pod is looked at for another reason.
 */
export function needsWork(pod: Readonly<Pod>, find: FindClaim): boolean {
  if (needsNoClaims(pod)) return false;
  const isToBeMade = (entry: PodResourceClaim): boolean => {
    const named = claimOfEntry(pod, entry);
    if (named.state === 'missing' || named.state === 'unsupported') return true;
    return named.state === 'named' && !find(named.name, namespaceOf(pod)) && mustMake(pod, entry, find);
  };
  return (pod.spec?.resourceClaims ?? []).some(isToBeMade) || toReserve(pod, find).length > 0;
}

/** Room for a hyphen and the five characters that are added, in a name of 63. */
const MAX_BASE = 57;

/** Both names are shortened in proportion, so that something is left of the second when the first is long. */
export function generateNameOf(pod: string, entry: string): string {
  const whole = `${pod}-${entry}-`;
  if (whole.length <= MAX_BASE) return whole;
  const share = (name: string) => name.slice(0, Math.floor((name.length * MAX_BASE) / whole.length));
  return `${share(pod)}-${share(entry)}`;
}

export function claimFrom(
  template: Readonly<ResourceClaimTemplate>,
  pod: Readonly<Pod>,
  entry: string,
): ResourceClaim {
  const { metadata = {}, spec } = template.spec;
  const { blockOwnerDeletion: _, ...owner } = controllerReference(Pod, pod);
  return {
    apiVersion: 'resource.k8s.io/v1',
    kind: 'ResourceClaim',
    metadata: {
      generateName: generateNameOf(nameOf(pod), entry),
      namespace: namespaceOf(pod),
      ...(metadata.labels && { labels: { ...metadata.labels } }),
      annotations: { ...metadata.annotations, [POD_CLAIM_ANNOTATION]: entry },
      ownerReferences: [owner],
    },
    spec,
  };
}

/** Among the claims that the pod owns, the one that was made for this entry. */
export const madeFor = (entry: string, owned: readonly Claim[]): Claim | undefined =>
  owned.find(({ metadata }) => metadata.annotations?.[POD_CLAIM_ANNOTATION] === entry);

/** The pod for which the claim was made. */
export function owningPod(claim: Claim): { readonly name: string; readonly uid: string } | undefined {
  const owner = controllerOf(claim);
  return owner?.apiVersion === 'v1' && owner.kind === 'Pod' ? owner : undefined;
}

/** Alternatives of a request cannot ask for it. */
export const wantsAdminAccess = ({ spec }: Claim): boolean =>
  (spec.devices?.requests ?? []).some(({ exactly }) => exactly?.adminAccess === true);

export const isProtected = ({ metadata }: Claim): boolean =>
  metadata.finalizers?.includes(CLAIM_FINALIZER) ?? false;

export function withoutAllocation(claim: Claim): ResourceClaim {
  const { allocation: _, ...status } = claim.status ?? {};
  return { ...claim, status };
}

export const withoutFinalizer = (claim: Claim): ResourceClaim => ({
  ...claim,
  metadata: {
    ...claim.metadata,
    finalizers: (claim.metadata.finalizers ?? []).filter((one) => one !== CLAIM_FINALIZER),
  },
});
