// What an autoscaler remembers: its recommendations, and by how much it scaled. Not in the API: after a restart of the controllers it
// begins anew, as upstream. Pure.
import { largest } from '../../../kit/lists.ts';
import type { Behavior, Rules } from '../types.ts';

/** Times are in milliseconds since the epoch. */
export interface Recommendation {
  readonly replicas: number;
  readonly at: number;
}

export interface ScaleEvent {
  /** How many replicas were added or taken away. */
  readonly change: number;
  readonly at: number;
}

export interface History {
  /** Before stabilization. */
  readonly recommendations: readonly Recommendation[];
  readonly ups: readonly ScaleEvent[];
  readonly downs: readonly ScaleEvent[];
}

/** The number of replicas at the beginning counts as a recommendation, so that nothing is scaled down at once. */
export const newHistory = (replicas: number, at: number): History => ({
  recommendations: [{ replicas, at }],
  ups: [],
  downs: [],
});

/** Events are remembered as long as the longest policy needs them. */
export function withScaling(
  history: History,
  behavior: Readonly<Behavior>,
  from: number,
  to: number,
  now: number,
): History {
  const event = { change: Math.abs(to - from), at: now };
  if (to > from) return { ...history, ups: [...recent(history.ups, behavior.scaleUp, now), event] };
  return { ...history, downs: [...recent(history.downs, behavior.scaleDown, now), event] };
}

function recent(events: readonly ScaleEvent[], rules: Rules | undefined, now: number): ScaleEvent[] {
  const longest = largest((rules?.policies ?? []).map(({ periodSeconds }) => periodSeconds));
  return events.filter(({ at }) => at >= now - longest * 1000);
}

/** The sum of the changes within a period. */
export function changesWithin(events: readonly ScaleEvent[], periodSeconds: number, now: number): number {
  let sum = 0;
  for (const { change, at } of events) if (at > now - periodSeconds * 1000) sum += change;
  return sum;
}
