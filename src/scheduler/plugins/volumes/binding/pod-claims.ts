// The claims of a pod, by how far their binding is. Upstream: GetPodVolumeClaims in volumebinding/binder.go and podHasPVCs.
import type { PersistentVolumeClaim } from '../../../../api/kinds/core/v1/persistent-volume-claim.ts';
import { isBeingDeleted } from '../../../../api/meta/v1/object.ts';
import { claimNameOf, isFullyBound, notForPod } from '../../../../api/volumes/binding.ts';
import { isDelayed } from '../../../../api/volumes/classes.ts';
import type { PodInfo } from '../../../cache/pod-info.ts';
import { claimNotFound, type VolumeSources } from '../sources.ts';

type Claim = Readonly<PersistentVolumeClaim>;

export interface PodClaims {
  readonly bound: readonly Claim[];
  /** Their volumes are chosen with the node. */
  readonly delayed: readonly Claim[];
  /** Those that the persistent volume controller binds without asking for a node. */
  readonly immediate: readonly Claim[];
}

/** False without claims; a text says why the pod has to wait for one of them. */
export function claimsProblem(
  { pod, namespace }: PodInfo,
  { claims }: Pick<VolumeSources, 'claims'>,
): string | boolean {
  let hasClaims = false;
  for (const volume of pod.spec?.volumes ?? []) {
    const name = claimNameOf(pod, volume);
    if (name === undefined) continue;
    hasClaims = true;
    const claim = claims.stored(`${namespace}/${name}`);
    const quoted = JSON.stringify(name);
    if (!claim && volume.ephemeral)
      return `waiting for ephemeral volume controller to create the persistentvolumeclaim ${quoted}`;
    if (!claim) return claimNotFound(name);
    if (claim.status?.phase === 'Lost')
      return `persistentvolumeclaim ${quoted} bound to non-existent persistentvolume ${JSON.stringify(claim.spec?.volumeName ?? '')}`;
    if (isBeingDeleted(claim)) return `persistentvolumeclaim ${quoted} is being deleted`;
    const foreign = volume.ephemeral && notForPod(pod, claim);
    if (foreign) return foreign;
  }
  return hasClaims;
}

/** With what is assumed. Throws if a claim is gone. */
export function podClaims(
  { pod, namespace }: PodInfo,
  { claims, classes }: Pick<VolumeSources, 'claims' | 'classes'>,
): PodClaims {
  const found = { bound: [] as Claim[], delayed: [] as Claim[], immediate: [] as Claim[] };
  for (const volume of pod.spec?.volumes ?? []) {
    const name = claimNameOf(pod, volume);
    if (name === undefined) continue;
    const claim = claims.get(`${namespace}/${name}`);
    if (!claim) throw new Error(`error getting PVC "${namespace}/${name}": ${claimNotFound(name)}`);
    // A claim that names its volume is the controller's to bind.
    if (isFullyBound(claim)) found.bound.push(claim);
    else if (!claim.spec?.volumeName && isDelayed(claim, classes)) found.delayed.push(claim);
    else found.immediate.push(claim);
  }
  return found;
}
