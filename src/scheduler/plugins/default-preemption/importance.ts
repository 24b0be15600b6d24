// Which of two pods matters more: the one of higher priority, then the one that has run longer. Preemption spares the more
// important pods where it can.
import type { PodInfo } from '../../cache/pod-info.ts';

/** When the pod started, in milliseconds; `now` while it has not. */
export const startOf = ({ startTime }: PodInfo, now: number): number => startTime ?? now;

/** Puts the most important pods first. */
export const byImportance =
  (now: number) =>
  (a: PodInfo, b: PodInfo): number =>
    b.priority - a.priority || startOf(a, now) - startOf(b, now);
