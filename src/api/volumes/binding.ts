// Whether a claim and a volume belong together, and how a volume is bound to a claim. Used by the scheduler, the persistent volume
// controller and the kubelet. Upstream: component-helpers/storage/volume/pv_helpers.go and storage/ephemeral.

import type { PersistentVolume } from '../kinds/core/v1/persistent-volume.ts';
import { PersistentVolumeClaim } from '../kinds/core/v1/persistent-volume-claim.ts';
import type { Pod } from '../kinds/core/v1/pod.ts';
import type { ObjectReference } from '../kinds/core/v1/references.ts';
import type { Volume } from '../kinds/core/v1/volume.ts';
import { controllerOf, keyOf, nameOf, namespaceOf, uidOf } from '../meta/v1/object.ts';
import { apiVersionOf } from '../meta/v1/resource.ts';
import { matchesTerm, type SelectableNode } from '../nodes/affinity.ts';
import { ephemeralClaimName } from '../pods/references.ts';
import { BIND_COMPLETED, BOUND_BY_CONTROLLER } from './annotations.ts';

type Claim = Readonly<PersistentVolumeClaim>;
type Persistent = Readonly<PersistentVolume>;

/** Whether the volume refers to the claim; a reference without a uid is a user's. */
export function isBoundTo({ spec }: Persistent, claim: Claim): boolean {
  const ref = spec?.claimRef;
  if (!ref || ref.name !== nameOf(claim) || ref.namespace !== namespaceOf(claim)) return false;
  return !ref.uid || ref.uid === uidOf(claim);
}

/** Whether the controller has finished: what the claim refers to will not change any more. */
export const isFullyBound = ({ metadata, spec }: Claim): boolean =>
  Boolean(spec?.volumeName) && metadata.annotations?.[BIND_COMPLETED] !== undefined;

/** The volume, bound to the claim; the same object when it is so already. */
export function boundTo(volume: Persistent, claim: Claim): Persistent {
  const { metadata, spec } = volume;
  const ref = spec?.claimRef;
  const annotations = metadata.annotations ?? {};
  const isNew = !isBoundTo(volume, claim);
  const marks = isNew && annotations[BOUND_BY_CONTROLLER] === undefined;
  const names =
    ref?.name !== nameOf(claim) || ref.namespace !== namespaceOf(claim) || ref.uid !== uidOf(claim);
  if (!names && !marks) return volume;
  return {
    ...volume,
    metadata: marks
      ? { ...metadata, annotations: { ...annotations, [BOUND_BY_CONTROLLER]: 'yes' } }
      : metadata,
    spec: names ? { ...spec, claimRef: referenceTo(claim) } : spec!,
  };
}

const referenceTo = (claim: Claim): ObjectReference => ({
  apiVersion: apiVersionOf(PersistentVolumeClaim.resource),
  kind: PersistentVolumeClaim.resource.kind,
  name: nameOf(claim),
  namespace: namespaceOf(claim),
  uid: uidOf(claim),
  ...(claim.metadata.resourceVersion && { resourceVersion: claim.metadata.resourceVersion }),
});

/** Whether a node with these labels can reach the volume. Its name does not count. */
export function reaches(node: Pick<SelectableNode, 'label'>, { spec }: Persistent): boolean {
  const terms = spec?.nodeAffinity?.required?.nodeSelectorTerms;
  if (!terms) return true;
  const labels: SelectableNode = { name: '', label: (key) => node.label(key) };
  return terms.some((term) => matchesTerm(term, labels));
}

/** The name of the claim that the volume of a pod uses; undefined if it uses none. */
export const claimNameOf = (pod: Readonly<Pod>, volume: Readonly<Volume>): string | undefined =>
  volume.persistentVolumeClaim?.claimName ??
  (volume.ephemeral && ephemeralClaimName(nameOf(pod), volume.name));

/** Why the claim is not the one that was made for an ephemeral volume of the pod; undefined if it is. */
export function notForPod(pod: Readonly<Pod>, claim: Claim): string | undefined {
  if (namespaceOf(pod) === namespaceOf(claim) && controllerOf(claim)?.uid === uidOf(pod)) return undefined;
  return `PVC ${keyOf(claim)} was not created for pod ${keyOf(pod)} (pod is not owner)`;
}
