// When an object with a deletionTimestamp is removed from the store. Called by delete.ts, and by update.ts for the update
// that removes the last finalizer (ShouldDeleteDuringUpdate upstream).
import type { KubeObject } from '../../../api/meta/v1/resource.ts';
import type { Strategy } from '../strategy.ts';

/** True if the object has a deletionTimestamp, no finalizers, no grace period left, and Strategy.isHeld is false. */
export function mayLeave<T extends KubeObject>(strategy: Strategy<T>, object: T): boolean {
  const { deletionTimestamp, deletionGracePeriodSeconds, finalizers } = object.metadata;
  if (!deletionTimestamp || (finalizers && finalizers.length > 0)) return false;
  return (deletionGracePeriodSeconds ?? 0) === 0 && !strategy.isHeld?.(object);
}
