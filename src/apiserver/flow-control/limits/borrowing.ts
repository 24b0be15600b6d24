// Lends unused seats: computes the current limits of all priority levels from their demand over the last period. Called every
// 10 seconds and after a change of the configuration, by flow-control.ts.
// Upstream: updateBorrowingLocked in staging/src/k8s.io/apiserver/pkg/util/flowcontrol/apf_controller.go.

import type { DemandStatistics } from '../levels/seat-demand.ts';
import { allocate } from './allocation.ts';
import type { Limits } from './limits.ts';

export interface Borrower {
  readonly exempt: boolean;
  readonly limits: Limits;
  readonly demand: DemandStatistics;
}

export interface Adjustment {
  /** The current limit of each borrower, in order. */
  readonly seats: readonly number[];
  /** The seats that each borrower should have, before its bounds and those of others are considered. */
  readonly targets: readonly number[];
  readonly fairFraction: number;
}

export function adjust(borrowers: readonly Borrower[]): Adjustment {
  const minimums = borrowers.map(minimumOf);
  const total = sum(borrowers.map(({ limits }) => limits.nominal));
  const forExempt = sum(borrowers.map(({ exempt }, i) => (exempt ? minimums[i]! : 0)));
  const limited = borrowers.flatMap(({ exempt, limits, demand }, i) =>
    exempt ? [] : [{ limits, minimum: minimums[i]!, target: Math.max(minimums[i]!, demand.smoothed) }],
  );
  const remaining = total - forExempt;
  const { seats, fraction } = divide(remaining, total, limited);
  const targets = limited.map(({ target }) => target);
  const next = [...seats];
  const nextTarget = [...targets];
  return {
    seats: borrowers.map(({ exempt }, i) => (exempt ? minimums[i]! : Math.round(next.shift()!))),
    targets: borrowers.map(({ exempt }, i) => (exempt ? minimums[i]! : nextTarget.shift()!)),
    fairFraction: fraction,
  };
}

/** A level keeps what it used at most in the last period, up to its nominal number; exempt levels keep what they used. */
function minimumOf({ exempt, limits, demand }: Borrower): number {
  const used = exempt ? demand.highWatermark : Math.min(limits.nominal, demand.highWatermark);
  return Math.max(limits.lower, used);
}

interface Claimant {
  readonly limits: Limits;
  readonly minimum: number;
  readonly target: number;
}

/** When exempt requests leave too little for all minimums, levels share what is left above their configured lower bounds. */
function divide(remaining: number, total: number, claimants: readonly Claimant[]) {
  const lower = sum(claimants.map(({ limits }) => limits.lower));
  const minimum = sum(claimants.map((claimant) => claimant.minimum));
  if (remaining <= lower) return { seats: claimants.map(({ limits }) => limits.lower), fraction: 0 };
  if (remaining <= minimum) {
    const part = (remaining - lower) / (minimum - lower);
    const above = ({ limits, minimum }: Claimant) => limits.lower + (minimum - limits.lower) * part;
    return { seats: claimants.map(above), fraction: 0 };
  }
  return allocate(
    total,
    claimants.map(({ limits, minimum, target }) => ({ target, lower: minimum, upper: limits.upper })),
  );
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
