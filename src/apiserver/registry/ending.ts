// When an object whose deletion has begun may leave the store.
import type { Served } from './served.ts';
import type { AnyObject } from './strategy.ts';

/** True when nothing holds a deleted object any more: no finalizers, no grace period, nothing of its kind's own. */
export function endsWith({ strategy }: Served, object: AnyObject): boolean {
  const { deletionTimestamp, deletionGracePeriodSeconds, finalizers } = object.metadata;
  if (!deletionTimestamp || (finalizers && finalizers.length > 0)) return false;
  return (deletionGracePeriodSeconds ?? 0) === 0 && !strategy.held?.(object);
}
