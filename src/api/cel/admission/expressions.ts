// Compiles the expressions of admission policies and match conditions, with upstream's errors. One compiler serves one policy:
// its variables can be used by what is compiled after them.

import type { Steps } from '../../../kit/clock.ts';
import { loadPatterns } from '../../schema/re2.ts';
import type { Environment } from '../check/environment.ts';
import { type Compiled, CompileError, compile, compileInSteps } from '../compile.ts';
import { jsonPatchLibrary } from '../kubernetes/authorizer.ts';
import { jsonPatchType, makeMutation, mutationTypes, objectType } from '../mutation/built.ts';
import {
  boolType,
  dynType,
  formatType,
  listOf,
  nullType,
  sameType,
  stringType,
  structType,
  type Type,
} from '../types/type.ts';
import { admissionEnvironment, type Declarations } from './variables.ts';

export interface Expression {
  readonly text: string;
  readonly compiled?: Compiled;
  /** Upstream's detail, when it does not compile. */
  readonly error?: string;
  /** The error is not the text's but of making a program of it. */
  readonly internal?: boolean;
}

/** What an expression may return; undefined: anything. */
export const returns = {
  condition: [boolType],
  message: [stringType],
  annotation: [stringType, nullType],
  variable: undefined,
  'apply configuration': [objectType],
  'JSON patch': [listOf(jsonPatchType)],
} as const satisfies Record<string, readonly Type[] | undefined>;

export const ready = loadPatterns;

export class AdmissionCompiler {
  readonly #environment: Environment;
  readonly #withoutAuthorizer: Environment;
  readonly #variables = new Map<string, Type>();
  /** For mutations: with the types of objects and patches. */
  readonly #mutating: Environment;
  readonly variables = new Map<string, Expression>();

  /** Match conditions of webhooks have no variables of their own: `composed` is false for them. */
  constructor(declarations: Declarations, composed: boolean) {
    const type = structType('kubernetes.variables', (name) => this.#variables.get(name));
    const extend = (environment: Environment): Environment =>
      composed ? environment.extend({ variables: { variables: type } }) : environment;
    this.#environment = extend(admissionEnvironment(declarations));
    this.#withoutAuthorizer = extend(admissionEnvironment({ ...declarations, authorizer: false }));
    this.#mutating = this.#environment.extend({ functions: jsonPatchLibrary, types: mutationTypes });
  }

  *addVariable(name: string, text: string): Steps<Expression> {
    const expression = yield* this.compile(text, returns.variable);
    this.#variables.set(name, expression.compiled?.type ?? dynType);
    this.variables.set(name, expression);
    return expression;
  }

  *compile(text: string, types: readonly Type[] | undefined, authorizer = true): Steps<Expression> {
    const environment = authorizer ? this.#environment : this.#withoutAuthorizer;
    return this.#compiled(text, types, yield* compileInSteps(text, environment));
  }

  *compileMutation(text: string, types: readonly Type[]): Steps<Expression> {
    return this.#compiled(text, types, yield* compileInSteps(text, this.#mutating, makeMutation));
  }

  /** What is wrong with an expression, whatever it returns. */
  issuesOf(text: string): string | undefined {
    const compiled = compile(text, this.#environment);
    return compiled instanceof CompileError && compiled.kind === 'issues' ? compiled.message : undefined;
  }

  #compiled(text: string, types: readonly Type[] | undefined, compiled: Compiled | CompileError): Expression {
    if (compiled instanceof CompileError) return { text, ...failure(compiled) };
    if (types === undefined || types.some((type) => sameType(type, compiled.type))) return { text, compiled };
    const wanted = types.length === 1 ? nameOf(types[0] as Type) : `one of [${types.map(nameOf).join(' ')}]`;
    return { text, error: `must evaluate to ${wanted} but got ${nameOf(compiled.type)}` };
  }
}

const nameOf = (type: Type): string => (type.kind === 'null' ? type.name : formatType(type));

function failure({ kind, message }: CompileError): { error: string; internal?: boolean } {
  if (kind === 'issues') return { error: `compilation failed: ${message}` };
  return { error: `program instantiation failed: ${message}`, internal: true };
}
