// Notices that somebody has fallen silent. Used by the supervisor on its child, and by the child on its supervisor.
import type { Clock, Timer } from '../../kit/clock.ts';

export interface WatchdogOptions {
  readonly clock: Pick<Clock, 'after' | 'monotonic'>;
  readonly limitMs: number;
  /** Called once; heard() starts the watch again. */
  readonly onSilence: () => void;
}

/**
 * A timer that fires later than this shows that our own process was stopped or blocked (Ctrl-Z, a suspended machine):
 * messages may wait unread, so the other side gets a full limit again.
 */
const OWN_DELAY_MS = 500;

export class Watchdog {
  readonly #options: WatchdogOptions;
  #limitMs: number;
  #timer: Timer | undefined;

  constructor(options: WatchdogOptions) {
    this.#options = options;
    this.#limitMs = options.limitMs;
  }

  /** Starts the watch, or starts it anew, from now on with another limit if one is given. */
  heard(limitMs = this.#limitMs): void {
    this.#limitMs = limitMs;
    this.stop();
    const { clock, onSilence } = this.#options;
    const due = clock.monotonic() + limitMs;
    this.#timer = clock.after(limitMs, () => {
      this.#timer = undefined;
      if (clock.monotonic() - due > OWN_DELAY_MS) this.heard();
      else onSilence();
    });
  }

  stop(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }
}
