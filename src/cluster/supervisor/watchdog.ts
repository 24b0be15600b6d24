// Notices that somebody has fallen silent. Used by the supervisor on its child, and by the child on its supervisor.
import type { Clock, Timer } from '../../kit/clock.ts';
import type { Vitals } from './vitals.ts';

export interface WatchdogOptions {
  readonly clock: Pick<Clock, 'after' | 'monotonic'>;
  readonly limitMs: number;
  /** Of the process that is watched; undefined when it is gone. */
  readonly vitals: () => Vitals | undefined;
  /** Called once; heard() starts the watch again. */
  readonly onSilence: () => void;
}

/**
 * A timer that fires later than this shows that our own process was stopped or blocked (Ctrl-Z, a suspended machine):
 * messages may wait unread, so the other side gets a full limit again.
 */
const OWN_DELAY_MS = 500;
/**
 * On a machine with too much work a process may get no processor for longer than the limit. To kill it would only make more
 * work. So one that could run counts as blocked when it has also used this much processor time without a word.
 */
const BLOCKED_CPU_MS = 2_000;

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
    // What it has used until half of the limit is not counted: usually it speaks before that, and nothing is read.
    this.#wait(() => this.#judge(this.#options.vitals()?.cpuMs ?? 0));
  }

  stop(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  /** It has been silent for half of the limit, when it had used that much processor time. */
  #judge(cpuMs: number): void {
    this.#wait(() => {
      const { vitals, onSilence } = this.#options;
      const now = vitals();
      if (now?.runnable && now.cpuMs - cpuMs < BLOCKED_CPU_MS) this.#judge(cpuMs);
      else onSilence();
    });
  }

  #wait(then: () => void): void {
    const { clock } = this.#options;
    const ms = this.#limitMs / 2;
    const due = clock.monotonic() + ms;
    this.#timer = clock.after(ms, () => {
      this.#timer = undefined;
      if (clock.monotonic() - due > OWN_DELAY_MS) this.heard();
      else then();
    });
  }
}
