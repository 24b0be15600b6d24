// Time, injected: the only place that touches the machine's clocks and timers.
// Everything else takes a Clock, so that tests and the simulation control time.

export interface Timer {
  /** Stops the timer; harmless when it has fired. */
  cancel(): void;
}

export interface Clock {
  /** Wall time in milliseconds since the epoch. */
  now(): number;
  /** Monotonic time in milliseconds (fractional), for durations only. */
  monotonic(): number;
  /** Calls `fn` once, `ms` from now. */
  after(ms: number, fn: () => void): Timer;
  /** Calls `fn` every `ms`. */
  every(ms: number, fn: () => void): Timer;
  /** Resolves after `ms`; rejects with the signal's reason when it aborts first. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** Yields to the event loop: resolves after input, output and timers that are already due have had their turn. */
  turn(): Promise<void>;
}

/** Milliseconds as the API's Time: RFC 3339 in UTC with seconds, e.g. 2026-01-02T03:04:05Z. */
export function rfc3339(ms: number): string {
  const second = Math.floor(ms / 1000);
  if (second !== last.second) last = { second, text: `${new Date(ms).toISOString().slice(0, 19)}Z` };
  return last.text;
}

/** Every write has the time on it, a hundred times a second at rest in a large cluster. */
let last = { second: Number.NaN, text: '' };

/** Milliseconds as the API's MicroTime: RFC 3339 with six decimals. */
export function rfc3339Micro(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 23)}000Z`;
}

/** Resolves after `ms` on `clock`, or rejects with the abort reason. */
export function sleepOn(clock: Pick<Clock, 'after'>, ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const onAbort = () => {
      timer.cancel();
      reject(signal?.reason);
    };
    const timer = clock.after(ms, () => {
      signal?.removeEventListener('abort', onAbort);
      resolve();
    });
    signal?.addEventListener('abort', onAbort, { once: true });
  });
}

/** How long work may hold the event loop before it rests: well below the 50 ms that no request may exceed, as one more step follows. */
const HELD_MS = 10;

/** Long work in steps, each of a few milliseconds. Between two of them the rest of the process has its turn, if the work has held
 *  the event loop for long: small work never waits. Whoever rests must expect that anything was written meanwhile. */
export class Pace {
  readonly #clock: Pick<Clock, 'monotonic' | 'turn'>;
  #since: number;

  constructor(clock: Pick<Clock, 'monotonic' | 'turn'>) {
    this.#clock = clock;
    this.#since = clock.monotonic();
  }

  /** Something to await only if a turn is due: a promise alone would cost every small request a turn of microtasks. */
  rest(): Promise<void> | undefined {
    if (this.#clock.monotonic() - this.#since < HELD_MS) return undefined;
    return this.#clock.turn().then(() => {
      this.#since = this.#clock.monotonic();
    });
  }
}

/** Work that yields where it may rest. */
export type Steps<T> = Generator<undefined, T, undefined>;

/** Does the work; a promise only if a rest was due. */
export function paced<T>(steps: Steps<T>, pace: Pace): T | Promise<T> {
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
    const rest = pace.rest();
    if (rest) return rest.then(() => paced(steps, pace));
  }
}

/** Does the work without rest. */
export function atOnce<T>(steps: Steps<T>): T {
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}

/** The next turn of the event loop. Every Clock yields with it: a turn takes no time, so stepped clocks need no other. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  after(ms, fn) {
    const handle = setTimeout(fn, ms);
    return { cancel: () => clearTimeout(handle) };
  },
  every(ms, fn) {
    const handle = setInterval(fn, ms);
    return { cancel: () => clearInterval(handle) };
  },
  sleep: (ms, signal) => sleepOn(systemClock, ms, signal),
  turn: nextTurn,
};
