// Collects the errors of one definition, of which a client sees a part: a schema may have thousands.

import { shown } from '../../../api/status/shown.ts';
import {
  duplicate,
  type FieldError,
  forbidden,
  invalid,
  notSupported,
  required,
  tooMany,
  typeInvalid,
} from '../../../api/validation/field.ts';
import type { Steps } from '../../../kit/clock.ts';
import { patternError } from '../patterns.ts';

/** Errors that are reported; upstream has no limit. */
const MOST_ERRORS = 100;
/** Characters of a value in a message. */
const LONGEST_VALUE = 1_024;

export class Report {
  readonly errors: FieldError[] = [];
  readonly patterns: PatternBudget;

  constructor(patterns: PatternBudget = new PatternBudget()) {
    this.patterns = patterns;
  }

  get clean(): boolean {
    return this.errors.length === 0;
  }

  get #full(): boolean {
    return this.errors.length >= MOST_ERRORS;
  }

  add(...errors: readonly FieldError[]): void {
    for (const error of errors) if (!this.#full) this.errors.push(error);
  }

  required(path: string, detail = ''): void {
    this.add(required(path, detail));
  }

  forbidden(path: string, detail: string): void {
    this.add(forbidden(path, detail));
  }

  invalid(path: string, value: unknown, detail: string): void {
    if (!this.#full) this.add(invalid(path, shortened(value), detail));
  }

  mistyped(path: string, value: unknown, wanted: string): void {
    if (!this.#full) this.add(typeInvalid(path, shortened(value), `must be of type ${wanted}`));
  }

  notSupported(path: string, value: unknown, supported: readonly string[]): void {
    this.add(notSupported(path, value, supported));
  }

  duplicate(path: string, value: unknown): void {
    this.add(duplicate(path, value));
  }

  tooMany(path: string, actual: number, most: number): void {
    this.add(tooMany(path, actual, most));
  }
}

/** Characters of all patterns of a definition: compiling one takes about ten microseconds per character. */
const MOST_PATTERN_CHARACTERS = 32_768;

/** Every pattern costs once, and is compiled once. */
export class PatternBudget {
  readonly #known = new Map<string, string | undefined>();
  #characters = 0;

  /** Why a pattern is no regular expression, or one too many. */
  errorOf(pattern: string): string | undefined {
    if (!this.#known.has(pattern)) {
      this.#characters += pattern.length;
      this.#known.set(pattern, this.#exceeded() ? undefined : patternError(pattern));
    }
    return this.#exceeded()
      ? `all patterns together must have at most ${MOST_PATTERN_CHARACTERS} characters`
      : this.#known.get(pattern);
  }

  #exceeded(): boolean {
    return this.#characters > MOST_PATTERN_CHARACTERS;
  }

  /** Compiles patterns beforehand, each a step: all together may take a third of a second. */
  *compile(patterns: Iterable<string>): Steps<void> {
    for (const pattern of patterns) {
      if (this.#exceeded()) return;
      this.errorOf(pattern);
      yield;
    }
  }
}

/** A value of a schema can be as long as the definition. */
function shortened(value: unknown): unknown {
  if (typeof value === 'number' || typeof value === 'boolean') return value;
  // Not JSON.stringify: every one of a hundred thousand keys may be wrong, and each error shows all of them.
  const text = typeof value === 'string' ? value : shown(value);
  return text.length > LONGEST_VALUE ? `${text.slice(0, LONGEST_VALUE)}…` : value;
}
