// Promise: a claim has the finalizer kubernetes.io/pvc-protection, and one that is deleted loses it when no pod that has a node uses it.
// Upstream: pkg/controller/volume/pvcprotection.
import { PersistentVolumeClaim } from '../../api/kinds/core/v1/persistent-volume-claim.ts';
import { Pod } from '../../api/kinds/core/v1/pod.ts';
import { isBeingDeleted, keyOf, namespaceOf } from '../../api/meta/v1/object.ts';
import { isPodTerminal } from '../../api/pods/phase.ts';
import { CLAIM_PROTECTION, isProtectionDue } from '../../api/volumes/finalizers.ts';
import { holdsClaim } from '../../api/volumes/users.ts';
import { BY_CLAIM, claimKeysOf, indexByClaim } from '../../client/informer/indices.ts';
import { type Controller, type ControllerContext, watch } from '../framework/controller.ts';
import { withFinalizer } from './finalizer.ts';

type Claim = Readonly<PersistentVolumeClaim>;

export function createClaimProtectionController({ client, informers }: ControllerContext): Controller {
  const claims = informers.informer(PersistentVolumeClaim);
  const pods = informers.informer(Pod);
  indexByClaim(pods);
  /** The cache may not show a pod yet; upstream lists them, too. */
  const isUsed = async (claim: Claim): Promise<boolean> => {
    if (pods.lister.byIndex(BY_CLAIM, keyOf(claim)).some((pod) => holdsClaim(pod, claim))) return true;
    const { items } = await client.list(Pod, { namespace: namespaceOf(claim) });
    return items.some((pod) => holdsClaim(pod, claim));
  };
  return {
    name: 'persistentvolumeclaim-protection-controller',
    watches: [
      watch(claims, (claim) => (isProtectionDue(claim, CLAIM_PROTECTION) ? [keyOf(claim)] : [])),
      watch(pods, {
        onAdd: claimsLetGoBy,
        onUpdate: (pod, old) => [
          ...claimsLetGoBy(pod),
          ...(pod.metadata.uid === old.metadata.uid ? [] : claimKeysOf(old)),
        ],
        onDelete: claimKeysOf,
      }),
    ],
    reconcile: async (key) => {
      const claim = claims.lister.byKey(key);
      if (!claim || !isProtectionDue(claim, CLAIM_PROTECTION)) return undefined;
      const isWanted = !isBeingDeleted(claim);
      if (!isWanted && (await isUsed(claim))) return undefined;
      const metadata = withFinalizer(claim.metadata, CLAIM_PROTECTION, isWanted);
      await client.update(PersistentVolumeClaim, { ...claim, metadata });
      return undefined;
    },
  };
}

/** A pod that runs keeps its claims: then nothing is to be done. */
const claimsLetGoBy = (pod: Readonly<Pod>): string[] =>
  pod.spec?.nodeName && !isPodTerminal(pod) ? [] : claimKeysOf(pod);
