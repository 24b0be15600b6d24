// What an evaluation may cost. `cost` is upstream's measure, exact, and limits are compared with it. `work` counts what that
// measure does not see (steps of regular expressions, characters of long results, comparisons in sorting): it has a limit of its
// own, so that no expression, whatever it is given, holds up the process.

import { CelError } from '../values/value.ts';

/** Upstream's limits: of one evaluation, of all for one object and policy or definition, and of match conditions. */
export const costLimitPerExpression = 1_000_000;
export const runtimeCostBudget = 10_000_000;
export const matchConditionsCostBudget = 2_500_000;
const workLimit = 4_000_000;

export class CostLimitExceeded extends CelError {
  constructor() {
    super('operation cancelled: actual cost limit exceeded');
  }
}

const exceeded = new CostLimitExceeded();

export class Budget {
  spent = 0;
  #work = 0;
  readonly limit: number;
  constructor(limit = costLimitPerExpression) {
    this.limit = limit;
  }

  spend(cost: number): void {
    this.spent += cost;
    if (this.spent > this.limit) throw exceeded;
  }

  work(steps: number): void {
    this.#work += steps;
    if (this.#work > workLimit) throw exceeded;
  }
}

// Evaluations do not nest in time: one runs to its end before another begins, or is resumed when the inner one (of a variable
// that is computed when first used) has ended.
let running: Budget | undefined;

export function withBudget<T>(budget: Budget, evaluate: () => T): T {
  const outer = running;
  running = budget;
  try {
    return evaluate();
  } finally {
    running = outer;
  }
}

/** Called by functions before they do what the cost measure does not see. */
export function spendWork(steps: number): void {
  running?.work(steps);
}
