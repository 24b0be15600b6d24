// Repeats one probe of one container instance at its period and counts results against its thresholds. Until it succeeds for the first
// time, startup and readiness are asked in between, too, so that a container counts as ready when it is and not up to a period later:
// these checks count only when they succeed. Started and stopped by probe-manager.ts.
import type { Probe } from '../../api/kinds/core/v1/probe.ts';
import type { Clock, Timer } from '../../kit/clock.ts';
import type { ProbeOutcome } from './handlers.ts';

export type ProbeType = 'startup' | 'liveness' | 'readiness';

export interface ProbeWorkerOptions {
  readonly type: ProbeType;
  readonly probe: Probe;
  readonly clock: Clock;
  readonly startedAt: number;
  readonly run: () => Promise<ProbeOutcome>;
  /** Called for every check that did not plainly succeed. */
  readonly onUnhealthy: (outcome: ProbeOutcome) => void;
  /** A threshold was reached: the verdict is now this. */
  readonly onVerdict: (success: boolean) => void;
}

/** Milliseconds from a failed check to the first one in between; each further one waits twice as long. */
const EARLY_MS = 100;

export class ProbeWorker {
  readonly #options: ProbeWorkerOptions;
  #timer: Timer | undefined;
  #stopped = false;
  #last: boolean | undefined;
  #inRow = 0;
  #hasSucceeded = false;
  /** When the next check that counts is due, on the monotonic clock. */
  #due = 0;
  #early = EARLY_MS;

  constructor(options: ProbeWorkerOptions) {
    this.#options = options;
    const { probe, clock, startedAt } = options;
    const delay = (probe.initialDelaySeconds ?? 0) * 1000;
    // A clock that was set back must not make the wait any longer.
    this.#schedule(Math.min(delay, Math.max(0, startedAt + delay - clock.now())), true);
  }

  stop(): void {
    this.#stopped = true;
    this.#timer?.cancel();
  }

  #schedule(ms: number, counts: boolean): void {
    if (!this.#stopped) this.#timer = this.#options.clock.after(ms, () => void this.#check(counts));
  }

  async #check(counts: boolean): Promise<void> {
    const { run, probe, onUnhealthy, clock } = this.#options;
    if (counts) {
      this.#due = clock.monotonic() + (probe.periodSeconds ?? 10) * 1000;
      this.#early = EARLY_MS;
    }
    const outcome = await run().catch(
      (error: unknown): ProbeOutcome => ({ result: 'unknown', output: String((error as Error).message) }),
    );
    if (this.#stopped) return;
    const success = outcome.result === 'success' || outcome.result === 'warning';
    if (outcome.result !== 'success' && (counts || success)) onUnhealthy(outcome);
    if (success || (counts && outcome.result === 'failure')) this.#count(success);
    this.#hasSucceeded ||= success;
    this.#scheduleNext();
  }

  #scheduleNext(): void {
    const { type, clock } = this.#options;
    const left = Math.max(0, this.#due - clock.monotonic());
    const early = this.#early;
    this.#early *= 2;
    const waits = type !== 'liveness' && !this.#hasSucceeded && early < left;
    this.#schedule(waits ? early : left, !waits);
  }

  #count(success: boolean): void {
    const { probe, type, onVerdict } = this.#options;
    this.#inRow = this.#last === success ? this.#inRow + 1 : 1;
    this.#last = success;
    const needed = success ? (probe.successThreshold ?? 1) : (probe.failureThreshold ?? 3);
    if (this.#inRow < needed) return;
    // A container that will be restarted, or has started, needs no more of these checks.
    if ((type !== 'readiness' && !success) || type === 'startup') this.stop();
    onVerdict(success);
  }
}
