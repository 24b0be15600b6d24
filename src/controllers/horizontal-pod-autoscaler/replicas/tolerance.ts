// By how much a metric may differ from its target before replicas are changed. Pure.
import { approximate } from '../../../api/quantity/quantity.ts';
import type { AutoscalerSettings } from '../settings.ts';
import type { Behavior } from '../types.ts';

export interface Tolerances {
  readonly up: number;
  readonly down: number;
}

export const isWithin = ({ up, down }: Tolerances, ratio: number): boolean =>
  1 - down <= ratio && ratio <= 1 + up;

export function tolerancesOf(
  { tolerance, ownTolerances }: Pick<AutoscalerSettings, 'tolerance' | 'ownTolerances'>,
  behavior: Readonly<Behavior> | undefined,
): Tolerances {
  const own = ownTolerances ? behavior : undefined;
  const { scaleUp, scaleDown } = own ?? {};
  return {
    up: scaleUp?.tolerance === undefined ? tolerance : approximate(scaleUp.tolerance),
    down: scaleDown?.tolerance === undefined ? tolerance : approximate(scaleDown.tolerance),
  };
}
