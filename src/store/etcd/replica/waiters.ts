// Who waits until the replica shows a revision, for a limited time. Called by barrier.ts, writer.ts and fence.ts.
import type { Clock } from '../../../kit/clock.ts';
import { EngineTimeoutError } from '../../failures.ts';

interface Waiter {
  readonly revision: number;
  readonly done: (shown: boolean) => void;
}

export class Waiters {
  readonly #clock: Clock;
  readonly #waiting = new Set<Waiter>();
  #revision = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Whether the replica showed `revision` within `ms`. */
  async shown(revision: number, ms: number): Promise<boolean> {
    if (revision <= this.#revision) return true;
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const waiter = { revision, done: resolve };
    this.#waiting.add(waiter);
    const timer = this.#clock.after(ms, () => resolve(false));
    try {
      return await promise;
    } finally {
      timer.cancel();
      this.#waiting.delete(waiter);
    }
  }

  /** Rejects when it did not. */
  async until(revision: number, ms: number): Promise<void> {
    if (!(await this.shown(revision, ms)))
      throw new EngineTimeoutError(new Error(`revision ${revision} has not arrived`));
  }

  reached(revision: number): void {
    this.#revision = revision;
    for (const waiter of this.#waiting) if (waiter.revision <= revision) waiter.done(true);
  }
}
