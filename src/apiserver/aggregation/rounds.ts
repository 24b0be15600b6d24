// Runs a task for each of some names: soon after it is asked for, again after the delay that the task gives, never twice at a time
// for one name. Without names there are no timers. Used by availability/ and documents/.
import type { Clock, Timer } from '../../kit/clock.ts';

interface State {
  running: boolean;
  again: boolean;
  timer: Timer | undefined;
}

/** Must not reject. Resolves with milliseconds until the next run; undefined means not before it is asked for. */
export type Task = (name: string) => Promise<number | undefined>;

export class Rounds {
  readonly #clock: Clock;
  readonly #task: Task;
  readonly #states = new Map<string, State>();

  constructor(clock: Clock, task: Task) {
    this.#clock = clock;
    this.#task = task;
  }

  /** What has changed since a run began is seen by another run. */
  ask(name: string): void {
    const state = this.#states.get(name) ?? { running: false, again: false, timer: undefined };
    this.#states.set(name, state);
    state.timer?.cancel();
    state.timer = undefined;
    state.again = true;
    if (state.running) return;
    state.running = true;
    void this.#clock.turn().then(() => this.#run(name, state));
  }

  forget(name: string): void {
    this.#states.get(name)?.timer?.cancel();
    this.#states.delete(name);
  }

  stop(): void {
    for (const name of this.#states.keys()) this.forget(name);
  }

  async #run(name: string, state: State): Promise<void> {
    const isKnown = () => this.#states.get(name) === state;
    let delay: number | undefined;
    while (state.again && isKnown()) {
      state.again = false;
      delay = await this.#task(name);
    }
    state.running = false;
    if (delay !== undefined && isKnown()) state.timer = this.#clock.after(delay, () => this.ask(name));
  }
}
