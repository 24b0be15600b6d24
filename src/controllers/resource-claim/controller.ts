// Promise: a pod whose claims come from templates gets them, and their names are in its status; a claim is reserved for no pod that is
// gone or done, is deallocated when nobody uses it any more, and is deleted with the end of the pod for which it was made.
// Upstream: pkg/controller/resourceclaim.
import { claimNamesOf } from '../../api/devices/pod-claims.ts';
import type { Pod } from '../../api/kinds/core/v1/pod.ts';
import type { ResourceClaim } from '../../api/kinds/resource/v1/resource-claim.ts';
import { keyOf, namespaceOf, uidOf } from '../../api/meta/v1/object.ts';
import { type Controller, type ControllerContext, watch } from '../framework/controller.ts';
import { Consumers } from './consumers.ts';
import { DeletedPods } from './deleted-pods.ts';
import { IndexOfClaims } from './index-of-claims.ts';
import { ClaimInstruments } from './instruments.ts';
import { hasClaims, isPodDone, needsWork, owningPod } from './plan.ts';
import { PodClaims } from './pod-claims.ts';

const POD = 'pod:';
const CLAIM = 'claim:';

export function createResourceClaimController(context: ControllerContext): Controller {
  const index = new IndexOfClaims(context.informers);
  const deleted = new DeletedPods();
  const instruments = new ClaimInstruments(context.metrics, () => index.claims.lister.list());
  const pods = new PodClaims(context, index, instruments);
  const consumers = new Consumers(context.client, index, deleted);
  const work = (pod: Readonly<Pod>): string[] => (needsWork(pod, index.claim) ? [POD + keyOf(pod)] : []);
  const claimKeys = (pod: Readonly<Pod>): string[] =>
    claimNamesOf(pod).map((name) => `${CLAIM}${namespaceOf(pod)}/${name}`);
  const changed = (pod: Readonly<Pod>): string[] => {
    if (!hasClaims(pod)) return [];
    return isPodDone(pod) ? [...claimKeys(pod), ...work(pod)] : work(pod);
  };
  /** The claim may be the one that a pod's round waits for, though the pod's status does not name it yet. */
  const users = (claim: Readonly<ResourceClaim>): string[] => {
    const owner = owningPod(claim);
    const own = owner && index.pods.lister.get(owner.name, namespaceOf(claim));
    return [...new Set([...index.podsUsing(claim), ...(own ? [own] : [])].flatMap(work))];
  };
  const claimChanged = (claim: Readonly<ResourceClaim>) => [CLAIM + keyOf(claim), ...users(claim)];
  return {
    name: 'resourceclaim-controller',
    watches: [
      watch(index.pods, {
        onAdd: changed,
        onUpdate: changed,
        onDelete: (pod) => {
          if (!hasClaims(pod)) return [];
          deleted.add(uidOf(pod));
          return claimKeys(pod);
        },
      }),
      watch(index.claims, { onAdd: claimChanged, onUpdate: claimChanged, onDelete: users }),
      watch(index.templates, {
        onAdd: (template) => index.podsWith(template).flatMap(work),
        onUpdate: (template) => index.podsWith(template).flatMap(work),
        onDelete: () => [],
      }),
    ],
    reconcile: (key) =>
      key.startsWith(POD)
        ? pods.reconcile(key.slice(POD.length))
        : consumers.reconcile(key.slice(CLAIM.length)),
  };
}
