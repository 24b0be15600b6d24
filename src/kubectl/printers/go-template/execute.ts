// Runs a parsed Go template over decoded JSON. undefined is Go's invalid value, which prints as `<no value>`.
// Upstream: text/template/exec.go, its errors included.
import { messageOf } from '../../../kit/message-of.ts';
import { goText, goType, sortedKeys } from '../go-values/text.ts';
import { isMap, type Output } from '../printer.ts';
import { isTrue, type TemplateFunction } from './functions.ts';
import type { Command, Expression, Pipeline, Place, Statement } from './nodes.ts';

/** Templates that call templates. */
const DEEPEST = 1_000;
/** Rounds of all loops together: a number can be ranged over. */
const MOST_ROUNDS = 10_000_000;

export class ExecutionError extends Error {
  readonly place: Place;

  constructor(message: string, place: Place) {
    super(message);
    this.place = place;
  }
}

class LoopEnd extends Error {
  readonly isBreak: boolean;

  constructor(isBreak: boolean) {
    super('outside a loop');
    this.isBreak = isBreak;
  }
}

export interface ExecutionOptions {
  readonly functions: ReadonlyMap<string, TemplateFunction>;
  readonly named: ReadonlyMap<string, readonly Statement[]>;
  readonly missingKeyIsError: boolean;
}

interface Variable {
  readonly name: string;
  value: unknown;
}

export class Execution {
  readonly #options: ExecutionOptions;
  readonly #out: Output;
  #variables: Variable[];
  #depth = 0;
  #rounds = 0;

  constructor(options: ExecutionOptions, data: unknown, out: Output) {
    this.#options = options;
    this.#out = out;
    this.#variables = [{ name: '$', value: data }];
  }

  run(statements: readonly Statement[], dot: unknown): void {
    for (const statement of statements) this.#statement(statement, dot);
  }

  #statement(statement: Statement, dot: unknown): void {
    switch (statement.kind) {
      case 'text':
        this.#out.write(statement.text);
        break;
      case 'action': {
        const value = this.#pipeline(statement.pipeline, dot);
        if (statement.pipeline.variables.length === 0) this.#out.write(printed(value));
        break;
      }
      case 'break':
      case 'continue':
        throw new LoopEnd(statement.kind === 'break');
      case 'template':
        this.#template(statement, dot);
        break;
      default:
        this.#scoped(() => this.#control(statement, dot));
    }
  }

  #scoped(run: () => void): void {
    const { length } = this.#variables;
    try {
      run();
    } finally {
      this.#variables.length = length;
    }
  }

  #control(statement: Statement & { kind: 'if' | 'with' | 'range' }, dot: unknown): void {
    const { pipeline, body, otherwise } = statement;
    if (statement.kind === 'range') return this.#range(statement, dot);
    const value = this.#pipeline(pipeline, dot);
    if (isTrue(value)) this.run(body, statement.kind === 'with' ? value : dot);
    else this.run(otherwise, dot);
  }

  #range({ pipeline, body, otherwise }: Statement & { kind: 'if' | 'with' | 'range' }, dot: unknown): void {
    const start = this.#variables.length;
    const value = this.#pipeline(pipeline, dot);
    let rounds = 0;
    for (const [key, item] of this.#entries(value, pipeline)) {
      rounds++;
      if (++this.#rounds > MOST_ROUNDS) throw new ExecutionError('too many rounds', pipeline);
      this.#setLoopVariables(pipeline, start, key, item);
      let ends = false;
      this.#scoped(() => {
        try {
          this.run(body, item);
        } catch (error) {
          if (!(error instanceof LoopEnd)) throw error;
          ends = error.isBreak;
        }
      });
      if (ends) break;
    }
    if (rounds === 0) this.run(otherwise, dot);
  }

  #setLoopVariables({ variables, assigns }: Pipeline, start: number, key: unknown, item: unknown): void {
    const values = variables.length === 1 ? [item] : [key, item];
    for (const [i, name] of variables.entries()) {
      if (assigns) this.#variable(name).value = values[i];
      else this.#variables[start + i] = { name, value: values[i] };
    }
  }

  #entries(value: unknown, place: Place): Iterable<readonly [unknown, unknown]> {
    if (value === undefined || value === null) return [];
    if (Array.isArray(value)) return value.entries();
    if (isMap(value)) return sortedKeys(value).map((key) => [key, value[key]] as const);
    if (typeof value === 'number' && Number.isInteger(value)) return upTo(value);
    if (typeof value === 'string')
      return [...value].map((character, i) => [i, character.codePointAt(0)] as const);
    throw new ExecutionError(`range can't iterate over ${goText(value)}`, place);
  }

  #template(statement: Statement & { kind: 'template' }, dot: unknown): void {
    const body = this.#options.named.get(statement.name);
    if (!body) throw new ExecutionError(`template ${JSON.stringify(statement.name)} not defined`, statement);
    if (++this.#depth > DEEPEST)
      throw new ExecutionError(`exceeded maximum template depth (${DEEPEST})`, statement);
    const data = statement.pipeline ? this.#pipeline(statement.pipeline, dot) : undefined;
    const outer = this.#variables;
    this.#variables = [{ name: '$', value: data }];
    this.run(body, data);
    this.#variables = outer;
    this.#depth--;
  }

  #variable(name: string): Variable {
    return this.#variables.findLast((variable) => variable.name === name)!;
  }

  #pipeline(pipeline: Pipeline, dot: unknown): unknown {
    let value: unknown;
    for (const [i, command] of pipeline.commands.entries())
      value = this.#command(command, dot, i > 0 ? [value] : []);
    for (const name of pipeline.variables) {
      if (pipeline.assigns) this.#variable(name).value = value;
      else this.#variables.push({ name, value });
    }
    return value;
  }

  /** `piped` is the value of the command before, which comes last. */
  #command(command: Command, dot: unknown, piped: readonly unknown[]): unknown {
    const [first, ...rest] = command.operands as [Expression, ...Expression[]];
    if (first.kind === 'function') return this.#call(first, rest, dot, piped, command);
    if (first.kind === 'nil') throw new ExecutionError('nil is not a command', first);
    if (rest.length > 0 || piped.length > 0) {
      const has = first.kind === 'field' || first.kind === 'chain' || first.kind === 'variable';
      const name = has
        ? `${first.names.at(-1) ?? first.source} is not a method but has arguments`
        : undefined;
      throw new ExecutionError(name ?? `can't give argument to non-function ${first.source}`, first);
    }
    return this.#value(first, dot);
  }

  #call(
    { name, ...place }: Expression & { kind: 'function' },
    operands: readonly Expression[],
    dot: unknown,
    piped: readonly unknown[],
    whole: Place,
  ): unknown {
    const { least, most, isLazy, call } = this.#options.functions.get(name)!;
    const count = operands.length + piped.length;
    if (count < least || count > most) {
      const want = most > least ? `at least ${least}` : String(least);
      throw new ExecutionError(`wrong number of args for ${name}: want ${want} got ${count}`, place);
    }
    const givers = [
      ...operands.map((operand) => () => this.#value(operand, dot)),
      ...piped.map((value) => () => value),
    ];
    // What an argument throws names its own place.
    const given = isLazy ? [] : givers.map((give) => give());
    try {
      return isLazy ? isLazy(givers) : call(...given);
    } catch (error) {
      if (error instanceof ExecutionError) throw error;
      throw new ExecutionError(`error calling ${name}: ${messageOf(error)}`, {
        ...place,
        source: whole.source,
      });
    }
  }

  #value(expression: Expression, dot: unknown): unknown {
    switch (expression.kind) {
      case 'dot':
        return dot;
      case 'nil':
        return null;
      case 'literal':
        return expression.value;
      case 'field':
        return this.#fields(dot, expression.names, expression);
      case 'variable':
        return this.#fields(this.#variable(expression.name).value, expression.names, expression);
      case 'chain':
        return this.#fields(this.#value(expression.base, dot), expression.names, expression);
      case 'pipeline':
        return this.#pipeline(expression.pipeline, dot);
      case 'function':
        return this.#call(expression, [], dot, [], expression);
    }
  }

  #fields(base: unknown, names: readonly string[], place: Place): unknown {
    return names.reduce((value, name) => this.#field(value, name, place), base);
  }

  #field(value: unknown, name: string, place: Place): unknown {
    const { missingKeyIsError } = this.#options;
    if (value === undefined) {
      if (missingKeyIsError)
        throw new ExecutionError(`nil data; no entry for key ${JSON.stringify(name)}`, place);
      return undefined;
    }
    if (value === null) throw new ExecutionError(`nil pointer evaluating interface {}.${name}`, place);
    if (!isMap(value))
      throw new ExecutionError(`can't evaluate field ${name} in type ${nameOfType(value)}`, place);
    if (Object.hasOwn(value, name)) return value[name];
    if (missingKeyIsError)
      throw new ExecutionError(`map has no entry for key ${JSON.stringify(name)}`, place);
    return undefined;
  }
}

const nameOfType = (value: unknown): string => (Array.isArray(value) ? goType(value) : 'interface {}');

function* upTo(end: number): Generator<readonly [number, number]> {
  for (let i = 0; i < end; i++) yield [i, i];
}

const printed = (value: unknown): string =>
  value === undefined || value === null ? '<no value>' : goText(value);
