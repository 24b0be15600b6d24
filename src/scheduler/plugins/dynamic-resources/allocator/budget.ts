// How much an allocation may cost: searches are exponential in the worst case, and the event loop waits for them. Upstream limits the
// time for a node (filterTimeout, 10 s); here steps are counted, so that the same input always has the same result.

/**
 * For all nodes of one scheduling cycle together. A step is about as much work as looking at a device that is in use; 50,000 took
 * about 20 ms when this was written.
 */
export const STEPS_PER_CYCLE = 50_000;

export class OutOfSteps extends Error {
  constructor() {
    super('timed out trying to allocate devices');
  }
}

export class SearchBudget {
  #left: number;

  constructor(steps = STEPS_PER_CYCLE) {
    this.#left = steps;
  }

  spend(steps: number): void {
    this.#left -= steps;
    if (this.#left < 0) throw new OutOfSteps();
  }
}
