// Where a pod is in its life. Asked by controllers, scheduler, kubelet, quota and eviction.
// Follows k8s.io/kubernetes pkg/api/v1/pod and pkg/controller (IsPodTerminal, IsPodTerminating, IsPodActive).
import type { Pod } from '../kinds/core/v1/pod.ts';

type PodLike = Pick<Readonly<Pod>, 'status' | 'metadata'>;

/** Succeeded and Failed are final: no container of the pod runs again. */
export const isPodTerminal = ({ status }: PodLike): boolean =>
  status?.phase === 'Succeeded' || status?.phase === 'Failed';

/** Being deleted, and its containers may still run. */
export const isPodTerminating = (pod: PodLike): boolean =>
  pod.metadata.deletionTimestamp !== undefined && !isPodTerminal(pod);

/** Counts towards the pods that a controller wants. */
export const isPodActive = (pod: PodLike): boolean =>
  pod.metadata.deletionTimestamp === undefined && !isPodTerminal(pod);
