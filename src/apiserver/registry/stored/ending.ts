// When an object whose deletion has begun may leave the store.
import type { KubeObject } from '../../../api/meta/v1/resource.ts';
import type { Strategy } from '../strategy.ts';

/** True when nothing holds a deleted object any more: no finalizers, no grace period, nothing its kind adds. */
export function mayLeave<T extends KubeObject>(strategy: Strategy<T>, object: T): boolean {
  const { deletionTimestamp, deletionGracePeriodSeconds, finalizers } = object.metadata;
  if (!deletionTimestamp || (finalizers && finalizers.length > 0)) return false;
  return (deletionGracePeriodSeconds ?? 0) === 0 && !strategy.isHeld?.(object);
}
