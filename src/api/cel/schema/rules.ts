// Rules of custom resource definitions (x-kubernetes-validations): compiled for a node of a schema, with upstream's errors and
// estimated costs, and evaluated with `self` and `oldSelf`.

import type { Steps } from '../../../kit/clock.ts';
import type { Environment } from '../check/environment.ts';
import { type Compiled, CompileError, compileInSteps, type Evaluation, evaluate } from '../compile.ts';
import { estimateCost, type SizeOf } from '../cost/estimate.ts';
import { baseEnvironment } from '../environment.ts';
import { children, type Node } from '../syntax/tree.ts';
import { optionalOf } from '../types/type.ts';
import { Optional, type Value } from '../values/value.ts';
import { type Declared, declare, largestRequest, type Schema } from './declared.ts';
import { schemaValue } from './values.ts';

export interface Rule {
  readonly rule: string;
  readonly messageExpression?: string | undefined;
  readonly optionalOldSelf?: boolean | undefined;
}

export interface CompiledRule {
  /** Upstream's detail of the error; then nothing else is set. */
  readonly error?: string;
  readonly program?: Compiled;
  /** The most that one evaluation costs. */
  readonly maximumCost: number;
  /** It is not evaluated when there is no old value, unless that is optional. */
  readonly usesOldSelf: boolean;
  readonly optionalOldSelf: boolean;
  readonly message?: Compiled;
  readonly messageError?: string;
  readonly messageMaximumCost: number;
}

export interface RuleSet {
  readonly declared: Declared;
  /** How often a value of this schema can be in one request, if nothing else limits that. */
  readonly maximumCardinality: number;
  readonly rules: readonly CompiledRule[];
}

/** The rules at a node of a schema; `isResource` at the root and at embedded resources. Undefined: expressions may not see it. */
export function* compileRules(
  schema: Schema,
  isResource: boolean,
  rules: readonly Rule[],
): Steps<RuleSet | undefined> {
  const declared = declare(schema, isResource, 'selfType');
  if (declared === undefined) return undefined;
  const always = baseEnvironment.extend({ variables: { self: declared.type, oldSelf: declared.type } });
  const optional = baseEnvironment.extend({
    variables: { self: declared.type, oldSelf: optionalOf(declared.type) },
  });
  const compiled: CompiledRule[] = [];
  for (const rule of rules) {
    compiled.push(yield* compileRule(rule, rule.optionalOldSelf ? optional : always, sizesOf(declared)));
    yield;
  }
  return {
    declared,
    maximumCardinality: Math.floor(largestRequest / (declared.minimumSize + 1)),
    rules: compiled,
  };
}

const nothing = { maximumCost: 0, usesOldSelf: false, optionalOldSelf: false, messageMaximumCost: 0 };

function* compileRule(rule: Rule, environment: Environment, sizeOf: SizeOf): Steps<CompiledRule> {
  if (rule.rule.trim() === '') return nothing;
  const program = yield* compileInSteps(rule.rule, environment);
  if (program instanceof CompileError) return { ...nothing, error: detail('', program) };
  yield;
  if (program.type.kind !== 'bool') return { ...nothing, error: 'cel expression must evaluate to a bool' };
  const compiled = {
    ...nothing,
    program,
    maximumCost: estimateCost(program.tree, sizeOf).max,
    usesOldSelf: uses(program.tree, 'oldSelf'),
    optionalOldSelf: rule.optionalOldSelf === true,
  };
  yield;
  if (rule.messageExpression === undefined || rule.messageExpression === '') return compiled;
  const message = yield* compileInSteps(rule.messageExpression, environment);
  if (message instanceof CompileError)
    return { ...compiled, messageError: detail('messageExpression ', message) };
  yield;
  if (message.type.kind !== 'string')
    return { ...compiled, messageError: 'messageExpression must evaluate to a string' };
  return { ...compiled, message, messageMaximumCost: estimateCost(message.tree, sizeOf).max };
}

function detail(what: string, { kind, message }: CompileError): string {
  if (kind === 'issues') return `${what}compilation failed: ${message}`;
  return what === '' ? `program instantiation failed: ${message}` : `${what}instantiation failed: ${message}`;
}

function uses(tree: Node, name: string): boolean {
  const seen = new Set<Node>();
  const visit = (node: Node): boolean => {
    if (seen.has(node)) return false;
    seen.add(node);
    return (node.kind === 'identifier' && node.name === name) || children(node).some(visit);
  };
  return visit(tree);
}

/** Sizes by the bounds of the schema; every path begins with a variable. */
function sizesOf(root: Declared): SizeOf {
  return (path) => {
    if (path.length === 0) return undefined;
    let at: Declared = root;
    for (const part of path.slice(1)) {
      // Upstream takes keys for empty, whatever they are.
      if (part === '@keys') return at.type.kind === 'map' ? { min: 0, max: 0 } : undefined;
      const next: Declared | undefined =
        part === '@items' || part === '@values' ? at.element : at.fields?.get(part)?.declared;
      if (next === undefined) return undefined;
      at = next;
    }
    return { min: 0, max: at.maximumElements };
  };
}

/** Evaluates a rule or its message. `oldSelf` is undefined when there was no value before. */
export function evaluateRule(
  set: RuleSet,
  rule: CompiledRule,
  what: Compiled,
  self: unknown,
  oldSelf: unknown,
  limit?: number,
): Evaluation {
  const { declared } = set;
  const before = (): Value => (oldSelf === undefined ? null : schemaValue(oldSelf, declared));
  return evaluate(
    what.program,
    (name) => {
      if (name === 'self') return schemaValue(self, declared);
      if (name !== 'oldSelf') return undefined;
      if (!rule.optionalOldSelf) return before();
      return oldSelf === undefined ? Optional.none : Optional.of(before());
    },
    limit,
  );
}
