// Evaluates the expressions of a policy or of match conditions for one request, within a budget that all share. The policy's
// variables are computed when they are first used, and kept. When that has taken long, the expression is left, and evaluated anew after
// a rest; what it had cost itself is not counted then.

import type { Steps } from '../../../kit/clock.ts';
import { evaluate } from '../compile.ts';
import type { Variables } from '../evaluate/frame.ts';
import { structType } from '../types/type.ts';
import { CelError, ObjectValue, type Result, type Value } from '../values/value.ts';
import type { Expression } from './expressions.ts';

/** All further expressions of the policy are not evaluated. */
export class OutOfBudget extends Error {
  constructor() {
    super('validation failed due to running out of cost budget, no further validation rules will be run');
  }
}

export interface Outcome {
  readonly value?: Value;
  readonly error?: string;
}

/** Cost of variables that are computed in one turn: a few milliseconds. The budget of a policy allows a hundred times as much. */
const COST_OF_TURN = 100_000;

/** Thrown through the evaluation of an expression whose variables have taken long. */
class RestDue extends Error {}

const variablesType = structType('kubernetes.variables');

export class Activation {
  readonly #given: Variables;
  readonly #variables: VariablesValue;
  #left: number;
  /** Since the last rest, by variables that have been computed. */
  #spent = 0;

  constructor(given: Variables, variables: ReadonlyMap<string, Expression>, budget: number) {
    this.#given = given;
    this.#left = budget;
    this.#variables = new VariablesValue(
      variables,
      (expression) => this.#run(expression),
      () => {
        if (this.#spent > COST_OF_TURN) throw new RestDue();
      },
    );
  }

  get left(): number {
    return this.#left;
  }

  /** Ends with a rest. */
  *evaluate(expression: Expression): Steps<Outcome> {
    for (;;) {
      this.#spent = 0;
      try {
        const outcome = this.#evaluate(expression);
        yield;
        return outcome;
      } catch (due) {
        if (!(due instanceof RestDue)) throw due;
        if (this.#left < 0) throw new OutOfBudget();
        yield;
      }
    }
  }

  #evaluate(expression: Expression): Outcome {
    if (expression.error !== undefined) return { error: `compilation error: ${expression.error}` };
    const value = this.#run(expression);
    if (this.#left < 0) throw new OutOfBudget();
    if (value instanceof CelError)
      return { error: `expression '${expression.text}' resulted in error: ${value.message}` };
    return { value };
  }

  #run(expression: Expression): Result {
    if (expression.compiled === undefined) return new CelError(expression.error ?? '');
    const { value, cost } = evaluate(expression.compiled.program, (name) =>
      name === 'variables' ? this.#variables : this.#given(name),
    );
    this.#left -= cost;
    this.#spent += cost;
    return value;
  }
}

class VariablesValue extends ObjectValue {
  readonly #expressions: ReadonlyMap<string, Expression>;
  readonly #run: (expression: Expression) => Result;
  /** Called when another value is kept. May throw: then it is there when the evaluation begins anew. */
  readonly #kept: () => void;
  readonly #known = new Map<string, Result>();

  constructor(
    expressions: ReadonlyMap<string, Expression>,
    run: (expression: Expression) => Result,
    kept: () => void,
  ) {
    super();
    this.#expressions = expressions;
    this.#run = run;
    this.#kept = kept;
  }

  get type(): typeof variablesType {
    return variablesType;
  }

  equals(other: Value): boolean {
    return this === other;
  }

  override has(name: string): boolean {
    return this.#expressions.has(name);
  }

  override get(name: string): Result | undefined {
    const known = this.#known.get(name);
    if (known !== undefined) return known;
    const expression = this.#expressions.get(name);
    if (expression === undefined) return undefined;
    const value = this.#compute(name, expression);
    this.#known.set(name, value);
    this.#kept();
    return value;
  }

  #compute(name: string, expression: Expression): Result {
    if (expression.error !== undefined)
      return new CelError(`composited variable "${name}" fails to compile: ${expression.error}`);
    const value = this.#run(expression);
    return value instanceof CelError
      ? new CelError(`composited variable "${name}" fails to evaluate: ${value.message}`)
      : value;
  }
}
