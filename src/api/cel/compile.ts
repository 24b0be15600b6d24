// From the text of an expression to a program, and running it. Called by everybody who has expressions: custom resources'
// rules, admission policies, match conditions of webhooks.

import { atOnce, type Steps } from '../../kit/clock.ts';
import { check } from './check/checker.ts';
import type { Environment } from './check/environment.ts';
import { validateLiterals } from './check/literals.ts';
import { Budget, CostLimitExceeded, withBudget } from './evaluate/budget.ts';
import { Frame, type Variables } from './evaluate/frame.ts';
import { type MakeObject, type Program, plan } from './evaluate/planner.ts';
import { parse } from './syntax/parser.ts';
import { type Issue, showIssues } from './syntax/source.ts';
import type { Node } from './syntax/tree.ts';
import type { Type } from './types/type.ts';
import { CelError, type Result } from './values/value.ts';

export interface Compiled {
  readonly tree: Node;
  readonly type: Type;
  readonly program: Program;
}

/** Why an expression does not compile: the issues as upstream shows them, or that constants in it cannot be computed. */
export class CompileError {
  readonly kind: 'issues' | 'program';
  readonly message: string;
  constructor(kind: 'issues' | 'program', message: string) {
    this.kind = kind;
    this.message = message;
  }
}

const noObjects: MakeObject = (name) => new CelError(`unknown type '${name}'`);

/** Each pass over the longest expressions takes tens of milliseconds: they are steps. */
export function* compileInSteps(
  text: string,
  environment: Environment,
  makeObject: MakeObject = noObjects,
): Steps<Compiled | CompileError> {
  const issues: Issue[] = [];
  const tree = parse(text, issues, environment.hasBind);
  yield;
  const type = tree === undefined ? undefined : check(tree, environment, issues);
  yield;
  if (tree !== undefined && issues.length === 0) validateLiterals(tree, issues);
  if (tree === undefined || type === undefined || issues.length > 0)
    return new CompileError('issues', showIssues(text, issues));
  yield;
  const program = plan(tree, environment, makeObject);
  return program instanceof CelError ? new CompileError('program', program.message) : { tree, type, program };
}

export const compile = (
  text: string,
  environment: Environment,
  makeObject?: MakeObject,
): Compiled | CompileError => atOnce(compileInSteps(text, environment, makeObject));

export interface Evaluation {
  value: Result;
  cost: number;
}

/** The cost is at most a step above the limit; then the value is a CostLimitExceeded. */
export function evaluate(program: Program, variables: Variables, limit?: number): Evaluation {
  const budget = new Budget(limit);
  const frame = new Frame(program.slots, program.names, variables, budget);
  try {
    return { value: withBudget(budget, () => program.run(frame)), cost: budget.spent };
  } catch (problem) {
    if (problem instanceof CostLimitExceeded) return { value: problem, cost: budget.spent };
    throw problem;
  }
}
