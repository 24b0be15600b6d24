// One validation of one object: the errors it has found, and the work it may still do. A schema may test every value in many
// ways (anyOf, allOf, patterns), so the work is limited by the product of schema and object; nesting makes it no worse than
// that, because a schema is a tree and contains no references. Used by validate.ts.
import { type FieldError, relocated } from '../../../api/validation/field.ts';

/** Steps: a schema applied to a value, one of its members, sixteen characters. About 50 ms; upstream has no limit but for CEL. */
const MOST_STEPS = 500_000;
/** Characters of text that cost as much as a step, when they are compared or written into a message. */
const CHARACTERS_OF_STEP = 16;
/** Instructions of a pattern, applied to one character, that cost as much as a step. */
const INSTRUCTIONS_OF_STEP = 2;
/** Errors that are reported. */
export const MOST_ERRORS = 100;

/** Ends the validation. */
export class WorkExceeded extends Error {}

export class ValidationRun {
  readonly errors: FieldError[] = [];
  readonly #prefix: string;
  #steps = MOST_STEPS;

  /** `prefix` is the path of the value that is validated. */
  constructor(prefix = '') {
    this.#prefix = prefix;
  }

  spend(steps: number): void {
    this.#steps -= steps;
    if (this.#steps < 0) throw new WorkExceeded();
  }

  spendText(characters: number): void {
    this.spend(characters / CHARACTERS_OF_STEP);
  }

  readonly spendMatch = (cost: number): void => this.spend(cost / INSTRUCTIONS_OF_STEP);

  add(error: FieldError): void {
    if (this.errors.length >= MOST_ERRORS) return;
    const { field } = error;
    const path = this.#prefix && field ? `${this.#prefix}.${field}` : this.#prefix || field || '<nil>';
    // The message is written here, once.
    const found = relocated(error, path);
    // Parts of a combination may find the same fault.
    if (this.errors.some((other) => other.message === found.message && other.field === path)) return;
    this.errors.push(found);
  }
}
