// Which pods use a claim, and which of them keep it from being deleted. Pure. Shared by the claim protection controller and `tiphys why`.
// Upstream: podUsesPVC of pkg/controller/volume/pvcprotection.
import type { PersistentVolumeClaim } from '../kinds/core/v1/persistent-volume-claim.ts';
import type { Pod } from '../kinds/core/v1/pod.ts';
import { isBeingDeleted, nameOf, namespaceOf } from '../meta/v1/object.ts';
import { ephemeralClaimName } from '../pods/references.ts';
import { claimNameOf, notForPod } from './binding.ts';

type Claim = Readonly<PersistentVolumeClaim>;

/** Whether the pod names the claim, wherever it runs, if at all. */
export const usesClaim = (pod: Readonly<Pod>, claim: Claim): boolean =>
  namespaceOf(pod) === namespaceOf(claim) &&
  (pod.spec?.volumes ?? []).some((volume) => claimNameOf(pod, volume) === nameOf(claim));

/** A pod that has ended still holds its claims; the one made for it only until it is shut down. */
export function holdsClaim(pod: Readonly<Pod>, claim: Claim): boolean {
  if (!pod.spec?.nodeName) return false;
  const { deletionGracePeriodSeconds } = pod.metadata;
  const isShutDown = isBeingDeleted(pod) && deletionGracePeriodSeconds === 0;
  const name = nameOf(claim);
  return (pod.spec.volumes ?? []).some(
    ({ name: volume, persistentVolumeClaim, ephemeral }) =>
      persistentVolumeClaim?.claimName === name ||
      (!isShutDown &&
        ephemeral !== undefined &&
        ephemeralClaimName(nameOf(pod), volume) === name &&
        notForPod(pod, claim) === undefined),
  );
}
