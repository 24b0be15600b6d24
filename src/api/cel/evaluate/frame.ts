// The variables of one evaluation, in numbered slots, and its budget.

import { CelError, type Result } from '../values/value.ts';
import type { Budget } from './budget.ts';

/** The value of a variable; undefined: there is none. Asked at first use only. */
export type Variables = (name: string) => Result | undefined;

export class Frame {
  readonly slots: (Result | undefined)[];
  readonly budget: Budget;
  readonly #names: readonly string[];
  readonly #variables: Variables;

  constructor(size: number, names: readonly string[], variables: Variables, budget: Budget) {
    this.slots = new Array(size).fill(undefined);
    this.#names = names;
    this.#variables = variables;
    this.budget = budget;
  }

  /** A variable from outside. */
  load(slot: number): Result {
    const known = this.slots[slot];
    if (known !== undefined) return known;
    const name = this.#names[slot] as string;
    const value = this.#variables(name);
    const found = value === undefined ? new CelError(`no such attribute(s): ${name}`) : value;
    this.slots[slot] = found;
    return found;
  }
}

/** A compiled expression. */
export type Run = (frame: Frame) => Result;
