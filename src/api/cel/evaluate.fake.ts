// For tests: compiles and evaluates an expression in the environment of Kubernetes.

import { loadPatterns } from '../schema/re2.ts';
import { CompileError, compile, type Evaluation, evaluate } from './compile.ts';
import { baseEnvironment } from './environment.ts';
import { dynType } from './types/type.ts';
import {
  CelError,
  Entries,
  Items,
  isList,
  MapValue,
  Optional,
  type Result,
  Uint,
  type Value,
} from './values/value.ts';

await loadPatterns();

export function run(expression: string, variables: Readonly<Record<string, Value>> = {}): Evaluation {
  const types = Object.fromEntries(Object.keys(variables).map((name) => [name, dynType]));
  const compiled = compile(expression, baseEnvironment.extend({ variables: types }));
  if (compiled instanceof CompileError) throw new Error(compiled.message);
  return evaluate(compiled.program, (name) => variables[name]);
}

/** The result in JavaScript's terms; an error as `error: …`. */
export const resultOf = (expression: string, variables?: Readonly<Record<string, Value>>): unknown =>
  plain(run(expression, variables).value);

export const compileMessage = (expression: string): string => {
  const compiled = compile(expression, baseEnvironment);
  return compiled instanceof CompileError ? compiled.message : '';
};

function plain(value: Result): unknown {
  if (value instanceof CelError) return `error: ${value.message}`;
  if (value === null || typeof value !== 'object') return typeof value === 'bigint' ? Number(value) : value;
  if (value instanceof Uint) return Number(value.value);
  if (isList(value)) return [...value].map(plain);
  if (value instanceof MapValue)
    return Object.fromEntries([...value.keys()].map((key) => [String(key), plain(value.get(key) as Value)]));
  if (value instanceof Optional) return { optional: value.value === undefined ? 'none' : plain(value.value) };
  return String(value);
}

/** JSON as values without a schema. */
export function dynamic(json: unknown): Value {
  if (Array.isArray(json)) return new Items(json.map(dynamic));
  if (typeof json === 'number') return Number.isInteger(json) ? BigInt(json) : json;
  if (json === null || typeof json !== 'object') return json as Value;
  return Entries.of(Object.entries(json).map(([key, value]) => [key, dynamic(value)]));
}
