// How often the same thing is logged: whoever causes an error over and over, such as a client without credentials, cannot
// fill the log. Used by the logger only.

/** Milliseconds in which lines are counted. */
const WINDOW = 10_000;
/** Lines of the same text in a window. */
const SAME_TEXT = 5;
/** Lines from the same place in the program (level, component, message) in a window. */
const SAME_SOURCE = 100;
/** Texts and places that are counted; beyond that the counts begin anew. */
const MAX_COUNTED = 1_000;

export class RepeatLimit {
  readonly #counts = new Map<string, number>();
  /** Lines that were left out since the last one from the same place. */
  readonly #left = new Map<string, number>();
  #began = 0;

  /** How many lines from this place were left out before this one; undefined when this one is left out, too. */
  admit(source: string, text: string, now: number): number | undefined {
    if (now - this.#began >= WINDOW || now < this.#began || this.#counts.size >= MAX_COUNTED) {
      this.#counts.clear();
      this.#began = now;
    }
    const admitted = this.#count(source, SAME_SOURCE) && this.#count(`${source}\0${text}`, SAME_TEXT);
    const left = this.#left.get(source) ?? 0;
    if (admitted) {
      this.#left.delete(source);
      return left;
    }
    if (this.#left.size < MAX_COUNTED || left > 0) this.#left.set(source, left + 1);
    return undefined;
  }

  #count(key: string, most: number): boolean {
    const count = (this.#counts.get(key) ?? 0) + 1;
    this.#counts.set(key, count);
    return count <= most;
  }
}
