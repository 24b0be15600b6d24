// Compiles and evaluates the expressions of the configuration of authentication and authorization, with upstream's errors: over
// `claims`, `user` or `request`. loadPatterns() has to have ended before.
// Upstream: compile.go in staging/src/k8s.io/apiserver/pkg/{authentication,authorization}/cel.

import type { Environment } from '../check/environment.ts';
import { type Compiled, CompileError, compile, evaluate } from '../compile.ts';
import { baseEnvironment } from '../environment.ts';
import { strings, struct, texts, userInfoType } from '../types/structs.ts';
import { anyType, boolType, formatType, listOf, mapOf, sameType, stringType } from '../types/type.ts';
import { CelError, type Result, type Value } from '../values/value.ts';

export { loadPatterns } from '../../schema/re2.ts';

export interface Expression {
  readonly text: string;
  readonly compiled: Compiled;
  readonly variable: string;
}

export interface Problem {
  readonly error: string;
  /** The error is not the text's but of making a program of it. */
  readonly internal: boolean;
}

const requirements = listOf(
  struct('kubernetes.SelectorRequirement', { ...texts('key', 'operator'), values: strings }),
);

const requestType = struct('kubernetes.SubjectAccessReviewSpec', {
  ...texts('user', 'uid'),
  groups: strings,
  extra: mapOf(stringType, strings),
  resourceAttributes: struct('kubernetes.ResourceAttributes', {
    ...texts('namespace', 'verb', 'group', 'version', 'resource', 'subresource', 'name'),
    fieldSelector: struct('kubernetes.FieldSelectorAttributes', { ...texts('rawSelector'), requirements }),
    labelSelector: struct('kubernetes.LabelSelectorAttributes', { ...texts('rawSelector'), requirements }),
  }),
  nonResourceAttributes: struct('kubernetes.NonResourceAttributes', texts('path', 'verb')),
});

const environments: Readonly<Record<'claims' | 'user' | 'request', Environment>> = {
  claims: baseEnvironment.extend({ variables: { claims: mapOf(stringType, anyType) } }),
  user: baseEnvironment.extend({ variables: { user: userInfoType } }),
  request: baseEnvironment.extend({ variables: { request: requestType } }),
};

/** With `condition`, the expression must be a boolean. */
export function compileOver(
  variable: 'claims' | 'user' | 'request',
  text: string,
  condition: boolean,
): Expression | Problem {
  const compiled = compile(text, environments[variable]);
  if (compiled instanceof CompileError)
    return compiled.kind === 'issues'
      ? { error: `compilation failed: ${compiled.message}`, internal: false }
      : { error: `program instantiation failed: ${compiled.message}`, internal: true };
  if (condition && !sameType(boolType, compiled.type)) {
    const got = variable === 'request' ? ` but got ${formatType(compiled.type)}` : '';
    return { error: `must evaluate to bool${got}`, internal: false };
  }
  return { text, compiled, variable };
}

export const isProblem = (made: Expression | Problem): made is Problem => 'error' in made;

/** The value, or upstream's error. */
export function evaluateOver({ compiled, variable }: Expression, given: Value): Result {
  return evaluate(compiled.program, (name) => (name === variable ? given : undefined)).value;
}

export { CelError };
