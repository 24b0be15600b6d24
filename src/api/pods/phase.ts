// Predicates on the lifecycle of a pod. Used by controllers, scheduler, kubelet, quota and eviction.
// Follows k8s.io/kubernetes pkg/api/v1/pod and pkg/controller (IsPodTerminal, IsPodTerminating, IsPodActive),
// and IsPodTerminated of pkg/volume/util.
import type { Pod } from '../kinds/core/v1/pod.ts';
import { isBeingDeleted } from '../meta/v1/object.ts';

type PodLike = Pick<Readonly<Pod>, 'status' | 'metadata'>;

/** Succeeded and Failed are final: no container of the pod runs again. */
export const isPodTerminal = ({ status }: PodLike): boolean =>
  status?.phase === 'Succeeded' || status?.phase === 'Failed';

/** True while the pod is being deleted and its containers may still run. */
export const isPodTerminating = (pod: PodLike): boolean => isBeingDeleted(pod) && !isPodTerminal(pod);

/** True for pods that count towards the desired number of a controller. */
export const isPodActive = (pod: PodLike): boolean => !isBeingDeleted(pod) && !isPodTerminal(pod);

/** True when no container of the pod runs any more: it has ended, or is being deleted and its containers have been stopped. */
export const hasPodStopped = (pod: PodLike): boolean =>
  isPodTerminal(pod) ||
  (isBeingDeleted(pod) &&
    (pod.status?.containerStatuses ?? []).every(({ state }) => state?.terminated || state?.waiting));
