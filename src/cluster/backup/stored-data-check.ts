// Reads everything on disk once a day, a little at a time, and checks it: reads are served from memory, so that damage to what the disk
// holds would be noticed by the next start only, when the memory is gone. etcd's model: --corrupt-check-time.
// Started with the store's service.
import type { Clock, Timer } from '../../kit/clock.ts';
import type { Logger } from '../../kit/log.ts';
import { messageOf } from '../../kit/message-of.ts';
import { metricText } from '../../kit/metrics.ts';

/** Opening a store checks everything, so the first check comes a day after that. */
const EVERY_MS = 24 * 3_600_000;
/** Between two steps of a millisecond each. */
const PAUSE_MS = 1_000;

const NAME = 'tiphys_store_damaged';

export interface StoredDataCheckOptions {
  /** Reads some of what is on disk; true when there is more. */
  readonly check: () => Promise<boolean>;
  readonly clock: Clock;
  readonly log: Logger;
}

export class StoredDataCheck {
  readonly #options: StoredDataCheckOptions;
  #timer: Timer;
  #stopped = false;
  #damage: string | undefined;

  constructor(options: StoredDataCheckOptions) {
    this.#options = options;
    this.#timer = this.#after(EVERY_MS);
  }

  /** What the last check found to be damaged. */
  get damage(): string | undefined {
    return this.#damage;
  }

  metrics(): string {
    const help = '1 if the last check of the stored data found damage';
    return metricText(NAME, 'gauge', help, [[{}, this.#damage ? 1 : 0]]);
  }

  stop(): void {
    this.#stopped = true;
    this.#timer.cancel();
  }

  #after(ms: number): Timer {
    return this.#options.clock.after(ms, () => void this.#step());
  }

  async #step(): Promise<void> {
    const more = await this.#check();
    if (!this.#stopped) this.#timer = this.#after(more ? PAUSE_MS : EVERY_MS);
  }

  async #check(): Promise<boolean> {
    const { check, log } = this.#options;
    try {
      const more = await check();
      if (!more) this.#damage = undefined;
      return more;
    } catch (error) {
      if (this.#stopped) return false;
      this.#damage = messageOf(error);
      log.error('the stored data are damaged on disk; tiphys snapshot save saves them from memory', {
        error,
      });
      return false;
    }
  }
}
