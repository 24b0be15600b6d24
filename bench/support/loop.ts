// The longest block of this thread's event loop: processor time of the thread between two turns of the loop, so that neither
// waiting nor a busy machine counts. Callbacks that come in the same turn count together.

import { threadTime } from '../../src/kit/process/thread-time.ts';

export class LoopWatch {
  #longest = 0;
  #last = 0;
  #running = true;

  constructor() {
    this.reset();
    this.#turn();
  }

  #turn = (): void => {
    const now = threadTime();
    this.#longest = Math.max(this.#longest, now - this.#last);
    this.#last = now;
    if (this.#running) setImmediate(this.#turn);
  };

  reset(): void {
    this.#last = threadTime();
    this.#longest = 0;
  }

  /** Milliseconds since the last reset. */
  get longest(): number {
    return this.#longest;
  }

  stop(): void {
    this.#running = false;
  }
}
