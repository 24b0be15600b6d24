// A clock that only step() moves. Timers fire in order of their due time, ties in order of creation.
import { type Clock, nextTurn, sleepOn, type Timer } from './clock.ts';

interface Pending {
  due: number;
  fn: () => void;
  period?: number;
}

export class SteppedClock implements Clock {
  #now: number;
  /** By how much somebody has set the wall clock since the start. */
  #set = 0;
  readonly #start: number;
  readonly #pending = new Set<Pending>();

  constructor(start: number = Date.UTC(2026, 0, 1)) {
    this.#now = start;
    this.#start = start;
  }

  now(): number {
    return this.#now + this.#set;
  }

  monotonic(): number {
    return this.#now - this.#start;
  }

  after(ms: number, fn: () => void): Timer {
    return this.#add({ due: this.#now + Math.max(0, ms), fn });
  }

  every(ms: number, fn: () => void): Timer {
    return this.#add({ due: this.#now + ms, fn, period: ms });
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return sleepOn(this, ms, signal);
  }

  /** Turns come in the order in which they were asked for, and step() waits for them. */
  turn(): Promise<void> {
    return nextTurn();
  }

  /** Sets the wall clock, forward or back; no time passes. */
  setBy(ms: number): void {
    this.#set += ms;
  }

  /** Moves time on by `ms`, firing what falls due and letting promises settle between timers. */
  async step(ms: number): Promise<void> {
    const end = this.#now + ms;
    await settle();
    for (let next = this.#next(end); next; next = this.#next(end)) {
      this.#now = Math.max(this.#now, next.due);
      if (next.period) next.due += next.period;
      else this.#pending.delete(next);
      next.fn();
      await settle();
    }
    this.#now = end;
    await settle();
  }

  #add(pending: Pending): Timer {
    this.#pending.add(pending);
    return { cancel: () => void this.#pending.delete(pending) };
  }

  #next(end: number): Pending | undefined {
    let first: Pending | undefined;
    for (const p of this.#pending) if (p.due <= end && (!first || p.due < first.due)) first = p;
    return first;
  }
}

/** Time passes between any two looks at it: work in steps rests wherever it may. */
export class BusyClock extends SteppedClock {
  turns = 0;
  /** Done in the turn of this number. */
  meanwhile: { readonly turn: number; readonly work: () => Promise<unknown> } | undefined;
  #looks = 0;

  override monotonic(): number {
    return super.monotonic() + ++this.#looks * 100;
  }

  override turn(): Promise<void> {
    this.turns++;
    const { turn, work } = this.meanwhile ?? {};
    return turn === this.turns ? super.turn().then(async () => void (await work!())) : super.turn();
  }
}

/** Lets every promise job and immediate that is ready run. */
export async function settle(): Promise<void> {
  for (let i = 0; i < 5; i++) await new Promise((resolve) => setImmediate(resolve));
}
