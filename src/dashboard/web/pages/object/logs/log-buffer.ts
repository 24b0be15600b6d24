// The newest lines of several logs in the order of their times, within limits. What the page shows, searches and downloads.
import type { LogLine } from './lines.ts';

export interface BufferLimits {
  readonly lines: number;
  /** Of all lines together. */
  readonly characters: number;
}

export const USUAL_LIMITS: BufferLimits = { lines: 100_000, characters: 40_000_000 };

/** What an addition did, for those who keep something for each line. */
export interface BufferChange {
  /** Lines that were given up at the beginning. */
  readonly dropped: number;
  /** The first line, counted after that, which is not where it was. */
  readonly from: number;
}

/** What a line costs besides its text. */
const OVERHEAD = 64;
const costOf = ({ text }: LogLine): number => text.length + OVERHEAD;

export class LogBuffer {
  readonly #limits: BufferLimits;
  #lines: LogLine[] = [];
  /** Lines before it are given up; they are removed in bulk. */
  #head = 0;
  #cost = 0;
  /** How many were ever given up. */
  #droppedInAll = 0;

  constructor(limits: BufferLimits = USUAL_LIMITS) {
    this.#limits = limits;
  }

  get length(): number {
    return this.#lines.length - this.#head;
  }

  get droppedInAll(): number {
    return this.#droppedInAll;
  }

  at(index: number): LogLine | undefined {
    return index < 0 ? undefined : this.#lines[this.#head + index];
  }

  /** From `from` to before `to`. */
  slice(from: number, to: number): LogLine[] {
    return this.#lines.slice(this.#head + Math.max(from, 0), this.#head + Math.max(to, 0));
  }

  /** In any order; lines of one log must be in theirs. Lines of the same time stay in the order in which they came. */
  add(batch: readonly LogLine[]): BufferChange {
    const [first] = batch;
    if (first === undefined) return { dropped: 0, from: this.length };
    const sorted = isSorted(batch) ? batch : [...batch].sort(byTime);
    const at = this.#placeOf(sorted[0]!.time);
    const tail = this.#lines.splice(at);
    if (tail.length === 0) for (const line of sorted) this.#lines.push(line);
    else for (const line of merged(tail, sorted)) this.#lines.push(line);
    for (const line of sorted) this.#cost += costOf(line);
    const before = at - this.#head;
    const dropped = this.#trim();
    return { dropped, from: Math.max(0, before - dropped) };
  }

  clear(): void {
    this.#lines = [];
    this.#head = 0;
    this.#cost = 0;
    this.#droppedInAll = 0;
  }

  /** Behind all lines that are not later. New lines are nearly always the latest. */
  #placeOf(time: string): number {
    let low = this.#head;
    let high = this.#lines.length;
    if (high > low && this.#lines[high - 1]!.time <= time) return high;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#lines[middle]!.time <= time) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #trim(): number {
    let dropped = 0;
    while (this.length > this.#limits.lines || (this.#cost > this.#limits.characters && this.length > 1)) {
      this.#cost -= costOf(this.#lines[this.#head]!);
      this.#head++;
      dropped++;
    }
    if (this.#head > this.#limits.lines / 4) {
      this.#lines = this.#lines.slice(this.#head);
      this.#head = 0;
    }
    this.#droppedInAll += dropped;
    return dropped;
  }
}

const byTime = (a: LogLine, b: LogLine): number => (a.time < b.time ? -1 : a.time > b.time ? 1 : 0);

function isSorted(lines: readonly LogLine[]): boolean {
  for (let i = 1; i < lines.length; i++) if (lines[i - 1]!.time > lines[i]!.time) return false;
  return true;
}

/** Of equal times those of `a` come first. */
function merged(a: readonly LogLine[], b: readonly LogLine[]): LogLine[] {
  const out: LogLine[] = [];
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    const left = a[i];
    const right = b[j];
    if (left && (!right || left.time <= right.time)) {
      out.push(left);
      i++;
    } else if (right) {
      out.push(right);
      j++;
    }
  }
  return out;
}
