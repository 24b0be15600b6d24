// Who owns the claim of a stateful set's pod, by persistentVolumeClaimRetentionPolicy: the garbage collector deletes it with
// its owner. With whenDeleted Delete that is the set; with whenScaled Delete, of a pod beyond the wanted ordinals, the pod.
// Follows stateful_set_utils.go (pkg/controller/statefulset). Pure.
import { StatefulSet } from '../../api/kinds/apps/v1/stateful-set.ts';
import type { PersistentVolumeClaim } from '../../api/kinds/core/v1/persistent-volume-claim.ts';
import { Pod } from '../../api/kinds/core/v1/pod.ts';
import { controllerReference, type HasMetadata, nameOf, uidOf } from '../../api/meta/v1/object.ts';
import type { OwnerReference } from '../../api/meta/v1/object-meta.ts';
import { type AnyResource, apiVersionOf } from '../../api/meta/v1/resource.ts';
import { isWanted } from './identity.ts';

interface Policy {
  readonly whenDeleted: boolean;
  readonly whenScaled: boolean;
}

/** What is to be deleted. */
function policyOf({ spec }: Readonly<StatefulSet>): Policy {
  const { whenDeleted, whenScaled } = spec?.persistentVolumeClaimRetentionPolicy ?? {};
  return { whenDeleted: whenDeleted === 'Delete', whenScaled: whenScaled === 'Delete' };
}

/** True for a reference to the object or to another of its name. */
const names = (kind: AnyResource, object: HasMetadata, one: OwnerReference): boolean =>
  one.apiVersion === apiVersionOf(kind.resource) &&
  one.kind === kind.resource.kind &&
  one.name === nameOf(object);

export interface Ownership {
  /** To be written; undefined when the claim's are right, or not to be touched. */
  readonly references?: readonly OwnerReference[];
  /** Another controller owns the claim, so that the policy is not applied to it. */
  readonly conflict: boolean;
}

export function ownershipOf(
  set: Readonly<StatefulSet>,
  pod: Readonly<Pod>,
  claim: Readonly<PersistentVolumeClaim>,
): Ownership {
  const present = claim.metadata.ownerReferences ?? [];
  const isNamed = (one: OwnerReference) => names(StatefulSet, set, one) || names(Pod, pod, one);
  const isOurs = ({ uid }: OwnerReference) => uid === uidOf(set) || uid === uidOf(pod);
  const others = present.filter((one) => !isNamed(one));
  // Of an earlier set or pod of the name: the claim is deleted with that, or was left behind on purpose.
  const isStale = present.some((one) => isNamed(one) && !isOurs(one));
  const { whenDeleted, whenScaled } = policyOf(set);
  const isForeign = isStale || others.some(({ controller }) => controller === true);
  const conflict = isForeign && (whenDeleted || whenScaled);
  if (isStale) return { conflict };
  const owner = conflict ? undefined : ownerFor(set, pod);
  const ours = present.filter(isOurs);
  const right = owner
    ? ours.length === 1 && ours[0]!.uid === owner.uid && ours[0]!.controller === true
    : ours.length === 0;
  return right ? { conflict } : { conflict, references: [...others, ...(owner ? [owner] : [])] };
}

function ownerFor(set: Readonly<StatefulSet>, pod: Readonly<Pod>): OwnerReference | undefined {
  const { whenDeleted, whenScaled } = policyOf(set);
  if (whenScaled && !isWanted(set, pod)) return controllerReference(Pod, pod);
  return whenDeleted ? controllerReference(StatefulSet, set) : undefined;
}

/**
 * True for a claim that is about to be deleted with an earlier pod of the name: the next pod must not use it. `pod` does not
 * exist yet.
 */
export function isStaleFor(
  set: Readonly<StatefulSet>,
  pod: HasMetadata,
  claim: Readonly<PersistentVolumeClaim>,
): boolean {
  return (
    policyOf(set).whenScaled && (claim.metadata.ownerReferences ?? []).some((one) => names(Pod, pod, one))
  );
}
