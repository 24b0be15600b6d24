// What is left of the counters that devices of a pool share: a device that is allocated consumes from them, and so do those that are
// being allocated. Upstream: checkAvailableCounters in allocator_incubating.go.
import {
  addQuantity,
  compareQuantity,
  type Quantity,
  subtractQuantity,
} from '../../../../api/quantity/quantity.ts';
import type { SearchBudget } from './budget.ts';
import { amountsOf, type Candidate, type Pool } from './pools.ts';

type Amounts = Map<string, Map<string, Quantity>>;

/** What allocated devices leave, by pool; the same for all nodes of a cycle. */
export class AvailableCounters {
  readonly #isAllocated: (key: string) => boolean;
  readonly #left = new Map<string, Amounts>();

  constructor(isAllocated: (key: string) => boolean) {
    this.#isAllocated = isAllocated;
  }

  of(pool: Pool, budget: SearchBudget): Amounts {
    const known = this.#left.get(pool.key);
    if (known) return known;
    const left: Amounts = new Map([...pool.counters].map(([name, set]) => [name, new Map(set)]));
    for (const candidate of [...pool.candidates, ...pool.elsewhere]) {
      budget.spend(1);
      if (!this.#isAllocated(candidate.key)) continue;
      each(candidate, (set, name, amount) => {
        const counters = left.get(set);
        const before = counters?.get(name);
        if (counters && before) counters.set(name, subtractQuantity(before, amount));
      });
    }
    this.#left.set(pool.key, left);
    return left;
  }
}

/** What the devices of one search consume, by pool. */
export class ConsumedCounters {
  readonly #available: AvailableCounters;
  readonly #budget: SearchBudget;
  readonly #consumed = new Map<string, Amounts>();

  constructor(available: AvailableCounters, budget: SearchBudget) {
    this.#available = available;
    this.#budget = budget;
  }

  /** False: there is not enough. */
  take(candidate: Candidate): boolean {
    const available = this.#available.of(candidate.pool, this.#budget);
    let isEnough = true;
    each(candidate, (set, name, amount) => {
      this.#budget.spend(3);
      const left = available.get(set)?.get(name);
      const sum = this.#change(candidate.pool, set, name, amount, addQuantity);
      if (!left || compareQuantity(sum, left) > 0) isEnough = false;
    });
    if (!isEnough) this.giveBack(candidate);
    return isEnough;
  }

  giveBack(candidate: Candidate): void {
    each(candidate, (set, name, amount) => {
      this.#change(candidate.pool, set, name, amount, subtractQuantity);
    });
  }

  #change(
    { key }: Pool,
    set: string,
    name: string,
    amount: Quantity,
    change: (a: Quantity, b: Quantity) => Quantity,
  ): Quantity {
    const sets = this.#consumed.get(key) ?? new Map<string, Map<string, Quantity>>();
    this.#consumed.set(key, sets);
    const counters = sets.get(set) ?? new Map<string, Quantity>();
    sets.set(set, counters);
    const before = counters.get(name);
    const after = before ? change(before, amount) : amount;
    counters.set(name, after);
    return after;
  }
}

function each({ device }: Candidate, run: (set: string, name: string, amount: Quantity) => void): void {
  for (const { counterSet, counters } of device.consumesCounters ?? [])
    for (const [name, amount] of amountsOf(counters)) run(counterSet, name, amount);
}
