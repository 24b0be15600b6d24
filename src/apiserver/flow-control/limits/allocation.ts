// Divides seats among priority levels: each level gets the same fraction of its target, but no less than its lower and no more
// than its upper bound. A pure function, called by borrowing.ts.
// Upstream: computeConcurrencyAllocation in staging/src/k8s.io/apiserver/pkg/util/flowcontrol/conc_alloc.go.

import { largest } from '../../../kit/lists.ts';

export interface Claim {
  readonly target: number;
  readonly lower: number;
  readonly upper: number;
}

export interface Allocation {
  /** One per claim; their sum is the number of seats, up to rounding. */
  readonly seats: readonly number[];
  /** The fraction of its target that a level gets whose bounds do not matter. */
  readonly fraction: number;
}

/** A target of zero would get nothing at any fraction. */
const MIN_TARGET = 0.001;
/** Halvings of the interval; doubles have 53 bits. */
const ROUNDS = 60;

/** The sum of all seats grows with the fraction, so the fraction is found by bisection. Sums that the bounds make impossible
 *  give the nearest possible allocation. */
export function allocate(total: number, claims: readonly Claim[]): Allocation {
  const seatsAt = (fraction: number) =>
    claims.map(({ target, lower, upper }) =>
      Math.max(lower, Math.min(upper, fraction * Math.max(target, MIN_TARGET))),
    );
  const sumAt = (fraction: number) => seatsAt(fraction).reduce((sum, seats) => sum + seats, 0);
  let low = 0;
  let high = largest([...claims.map(({ target, upper }) => upper / Math.max(target, MIN_TARGET)), 0]);
  for (let round = 0; round < ROUNDS; round++) {
    const middle = (low + high) / 2;
    if (sumAt(middle) < total) low = middle;
    else high = middle;
  }
  return { seats: seatsAt(high), fraction: high };
}
