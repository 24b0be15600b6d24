// Repeats one probe of one container instance at its period and counts results against its thresholds. Started and
// stopped by probe-manager.ts.
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

export class ProbeWorker {
  readonly #options: ProbeWorkerOptions;
  #timer: Timer | undefined;
  #stopped = false;
  #last: boolean | undefined;
  #inRow = 0;

  constructor(options: ProbeWorkerOptions) {
    this.#options = options;
    const { probe, clock, startedAt } = options;
    const delay = (probe.initialDelaySeconds ?? 0) * 1000;
    // A clock that was set back must not make the wait any longer.
    this.#schedule(Math.min(delay, Math.max(0, startedAt + delay - clock.now())));
  }

  stop(): void {
    this.#stopped = true;
    this.#timer?.cancel();
  }

  #schedule(ms: number): void {
    if (!this.#stopped) this.#timer = this.#options.clock.after(ms, () => void this.#check());
  }

  async #check(): Promise<void> {
    const { run, probe, onUnhealthy, clock } = this.#options;
    const started = clock.monotonic();
    const outcome = await run().catch(
      (error: unknown): ProbeOutcome => ({ result: 'unknown', output: String((error as Error).message) }),
    );
    if (this.#stopped) return;
    if (outcome.result !== 'success') onUnhealthy(outcome);
    if (outcome.result !== 'unknown') this.#count(outcome.result !== 'failure');
    const period = (probe.periodSeconds ?? 10) * 1000;
    this.#schedule(Math.max(0, period - (clock.monotonic() - started)));
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
