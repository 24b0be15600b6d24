// How well a node serves requests that name alternatives: the earlier the chosen one, the better. Pure.
// Upstream: computeScore in dynamicresources.go.
import type { AllocationResult } from '../../../api/kinds/resource/v1/resource-claim.ts';
import type { Claim } from './claims.ts';

/** The most alternatives of a request. */
const MOST_ALTERNATIVES = 8;

export const hasAlternatives = ({ spec }: Claim): boolean =>
  (spec.devices?.requests ?? []).some(({ firstAvailable = [] }) => firstAvailable.length > 0);

export function scoreOf(claim: Claim, allocation: Readonly<AllocationResult>): number {
  const chosen = new Set((allocation.devices?.results ?? []).map(({ request }) => request));
  let score = 0;
  for (const { name, firstAvailable = [] } of claim.spec.devices?.requests ?? [])
    for (const [i, alternative] of firstAvailable.entries())
      if (chosen.has(`${name}/${alternative.name}`)) score += MOST_ALTERNATIVES - i;
  return score;
}
