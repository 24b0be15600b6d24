// Questions about a pod that several controllers ask, answered as upstream's pod utilities answer them.
import type { Pod } from '../../api/kinds/core/v1/pod.ts';
import type { PodCondition } from '../../api/kinds/core/v1/pod-status.ts';

export function podCondition(pod: Readonly<Pod>, type: string): PodCondition | undefined {
  return pod.status?.conditions?.find((condition) => condition.type === type);
}

export const isPodReady = (pod: Readonly<Pod>): boolean => podCondition(pod, 'Ready')?.status === 'True';

/** Succeeded and Failed are final. */
export const isPodTerminal = (pod: Readonly<Pod>): boolean =>
  pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed';

export const isPodTerminating = (pod: Readonly<Pod>): boolean =>
  !isPodTerminal(pod) && pod.metadata.deletionTimestamp !== undefined;

/** Counts towards what a controller wants: neither ended nor on its way out. */
export const isPodActive = (pod: Readonly<Pod>): boolean =>
  !isPodTerminal(pod) && pod.metadata.deletionTimestamp === undefined;

/** When the pod last became ready, in milliseconds; undefined when it is not ready. */
export function readySince(pod: Readonly<Pod>): number | undefined {
  const condition = podCondition(pod, 'Ready');
  if (condition?.status !== 'True') return undefined;
  return condition.lastTransitionTime ? Date.parse(condition.lastTransitionTime) : 0;
}

/**
 * How long until a ready pod counts as available: 0 when it does already, undefined when it is not ready.
 */
export function msUntilAvailable(
  pod: Readonly<Pod>,
  minReadySeconds: number,
  now: number,
): number | undefined {
  const since = readySince(pod);
  if (since === undefined) return undefined;
  if (minReadySeconds <= 0) return 0;
  return Math.max(0, since + minReadySeconds * 1000 - now);
}

export const isPodAvailable = (pod: Readonly<Pod>, minReadySeconds: number, now: number): boolean =>
  msUntilAvailable(pod, minReadySeconds, now) === 0;
