// Regular expressions in Go's RE2 syntax, which users write: matched in linear time, since a backtracking engine could be blocked by
// one. The engine is loaded on first need, to keep the start short. Called by api/cel and apiserver/crd.
import type { RE2JS } from 're2js';

export type Pattern = RE2JS;

let engine: typeof RE2JS | undefined;

/** Must have resolved before anything is compiled. */
export async function loadPatterns(): Promise<void> {
  engine ??= (await import('re2js')).RE2JS;
}

export const patternsLoaded = (): boolean => engine !== undefined;

/** The squares of the instructions of all patterns that are kept: the engine's tables have about fifteen bytes for each, and a
 *  pattern of 300 instructions takes more than a megabyte. */
const MOST_SQUARES = 8_000_000;

const squareOf = (found: Pattern | Error): number => (found instanceof Error ? 0 : found.programSize() ** 2);

/** Compiled patterns, kept for the next use. */
export class Patterns {
  readonly #compiled = new Map<string, Pattern | Error>();
  readonly #most: number;
  #squares = 0;

  /** The oldest ones are dropped when there are more than `most`, or when they take too much memory. */
  constructor(most: number) {
    this.#most = most;
  }

  /** An Error if the text is no regular expression. The caller limits its length. */
  compile(text: string): Pattern | Error {
    if (!engine) throw new Error('patterns have not been loaded');
    let found = this.#compiled.get(text);
    if (!found) {
      found = compile(engine, text);
      this.#makeRoom(squareOf(found));
      this.#compiled.set(text, found);
    }
    return found;
  }

  #makeRoom(square: number): void {
    this.#squares += square;
    for (const [oldest, one] of this.#compiled) {
      if (this.#compiled.size < this.#most && this.#squares <= MOST_SQUARES) return;
      this.#compiled.delete(oldest);
      this.#squares -= squareOf(one);
    }
  }
}

function compile(re2: typeof RE2JS, text: string): Pattern | Error {
  try {
    return re2.compile(text);
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}
