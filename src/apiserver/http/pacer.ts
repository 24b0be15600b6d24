// Limits what is sent of large replies in one turn of the event loop: copying and encrypting take time in which nobody else is
// served. Users take turns, a slab each, and so do the replies to one user: who has few waits for few. One for the server;
// called by flow.ts and send.ts.
import type { Clock } from '../../kit/clock.ts';

/** Bytes per turn; about two milliseconds of copying and encryption. */
const BUDGET = 1024 * 1024;

interface Waiting {
  readonly bytes: number;
  readonly go: () => void;
}

/** Undefined if so many bytes may be sent now, else a promise of the time when they may. */
export type Pace = (bytes: number) => Promise<void> | undefined;

export class Pacer {
  readonly #clock: Pick<Clock, 'turn'>;
  #left = BUDGET;
  #scheduled = false;
  /** By user, the one served last at the end. */
  readonly #waiting = new Map<string, Waiting[]>();

  constructor(clock: Pick<Clock, 'turn'>) {
    this.#clock = clock;
  }

  /** For one reply to the user. */
  for(user: string): Pace {
    return (bytes) => this.#take(bytes, user);
  }

  #take(bytes: number, user: string): Promise<void> | undefined {
    this.#schedule();
    if (this.#waiting.size === 0 && this.#left > 0) {
      this.#left -= bytes;
      return undefined;
    }
    return new Promise((go) => {
      const queue = this.#waiting.get(user);
      if (queue) queue.push({ bytes, go });
      else this.#waiting.set(user, [{ bytes, go }]);
    });
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    void this.#clock.turn().then(() => this.#turn());
  }

  #turn(): void {
    this.#scheduled = false;
    this.#left = BUDGET;
    // A user who is served is set again at the end, where this loop meets him again.
    for (const [user, queue] of this.#waiting) {
      if (this.#left <= 0) break;
      const { bytes, go } = queue.shift()!;
      this.#waiting.delete(user);
      if (queue.length > 0) this.#waiting.set(user, queue);
      this.#left -= bytes;
      go();
    }
    if (this.#left < BUDGET) this.#schedule();
  }
}
