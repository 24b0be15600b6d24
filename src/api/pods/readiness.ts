// Whether a pod is ready, since when, and when it is available. Used by controllers, endpoints and eviction.
// Follows k8s.io/kubernetes pkg/api/v1/pod (IsPodReady, IsPodAvailable).
import type { Pod } from '../kinds/core/v1/pod.ts';
import { conditionOf } from '../meta/v1/conditions.ts';

type PodLike = Pick<Readonly<Pod>, 'status'>;

export const isPodReady = (pod: PodLike): boolean => conditionOf(pod, 'Ready')?.status === 'True';

/** When the pod last became ready, in milliseconds; undefined when it is not ready, 0 when the time is unknown. */
export function readySince(pod: PodLike): number | undefined {
  const condition = conditionOf(pod, 'Ready');
  if (condition?.status !== 'True') return undefined;
  return condition.lastTransitionTime ? Date.parse(condition.lastTransitionTime) : 0;
}

/** Milliseconds until a ready pod is available, 0 if it already is; undefined if it is not ready. */
export function msUntilAvailable(pod: PodLike, minReadySeconds: number, now: number): number | undefined {
  if (minReadySeconds <= 0) return isPodReady(pod) ? 0 : undefined;
  const since = readySince(pod);
  return since === undefined ? undefined : Math.max(0, since + minReadySeconds * 1000 - now);
}

/** True when the pod has been ready for at least `minReadySeconds`. */
export const isPodAvailable = (pod: PodLike, minReadySeconds: number, now: number): boolean =>
  msUntilAvailable(pod, minReadySeconds, now) === 0;
