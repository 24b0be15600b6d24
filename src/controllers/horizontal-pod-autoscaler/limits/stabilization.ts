// Fluctuating metrics must not make replicas fluctuate: recommendations of the recent past count, too. Pure.
// Upstream: stabilizeRecommendation and stabilizeRecommendationWithBehaviors in pkg/controller/podautoscaler/horizontal.go.
import type { Recommendation } from './history.ts';

export interface Stabilized {
  readonly replicas: number;
  /** With the new one, without those that no window reaches any more. */
  readonly recommendations: readonly Recommendation[];
}

/** Without a behavior: the highest recommendation within the window. */
export function stabilizedDown(
  recommendations: readonly Recommendation[],
  desired: number,
  windowMs: number,
  now: number,
): Stabilized {
  const within = recommendations.filter(({ at }) => at >= now - windowMs);
  let replicas = desired;
  for (const one of within) replicas = Math.max(replicas, one.replicas);
  return { replicas, recommendations: [...within, { replicas: desired, at: now }] };
}

export interface Windows {
  readonly upMs: number;
  readonly downMs: number;
}

/** With a behavior: replicas go up to the lowest recommendation within one window, and down to the highest within the other. */
export function stabilized(
  recommendations: readonly Recommendation[],
  current: number,
  desired: number,
  { upMs, downMs }: Windows,
  now: number,
): Stabilized {
  let lowest = desired;
  let highest = desired;
  for (const { replicas, at } of recommendations) {
    if (at > now - upMs) lowest = Math.min(lowest, replicas);
    if (at > now - downMs) highest = Math.max(highest, replicas);
  }
  const kept = recommendations.filter(({ at }) => at >= now - Math.max(upMs, downMs));
  return {
    replicas: Math.min(Math.max(current, lowest), highest),
    recommendations: [...kept, { replicas: desired, at: now }],
  };
}
