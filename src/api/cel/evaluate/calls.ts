// Calls of functions and the logical operators. Arguments are checked against the overloads at run time, because what was dyn
// when the expression was checked may be anything.

import type { Environment } from '../check/environment.ts';
import type { CallCost } from '../cost/actual.ts';
import type { Overload } from '../library/declare.ts';
import { CelError, fits, noSuchOverload, type Result, typeOfValue, type Value } from '../values/value.ts';
import type { Frame, Run } from './frame.ts';

export function logicalAnd(terms: readonly Run[]): Run {
  return (frame) => absorbing(frame, terms, false);
}

export function logicalOr(terms: readonly Run[]): Run {
  return (frame) => absorbing(frame, terms, true);
}

/** One term that decides hides the errors of others; else the first error counts. */
function absorbing(frame: Frame, terms: readonly Run[], decisive: boolean): Result {
  let error: CelError | undefined;
  for (let i = 0; i < terms.length; i++) {
    const value = (terms[i] as Run)(frame);
    if (value === decisive) return decisive;
    if (value !== !decisive) error ??= value instanceof CelError ? value : noSuchOverload;
  }
  return error ?? !decisive;
}

const conversions = new Set([
  'bool',
  'bytes',
  'double',
  'duration',
  'dyn',
  'int',
  'string',
  'timestamp',
  'type',
  'uint',
]);

/** The value of a conversion of a constant; undefined: it is no such call. */
export function constantCall(
  name: string,
  id: string,
  args: readonly (Value | undefined)[],
  environment: Environment,
): Result | undefined {
  const [arg] = args;
  if (args.length !== 1 || arg === undefined || !conversions.has(name)) return undefined;
  const overloads = (environment.function(name) ?? []).filter((overload) => id === '' || overload.id === id);
  return invoke(name, overloads, [arg]);
}

export function planCall(
  name: string,
  args: readonly Run[],
  constants: readonly (Value | undefined)[],
  overloads: readonly Overload[],
  cost: CallCost,
): Run {
  const candidates = overloads.filter((overload) => overload.parameters.length === args.length);
  const isLenient = candidates.some((overload) => overload.lenient);
  const one = args.length <= 2 && candidates.length === 1 && !isLenient ? candidates[0] : undefined;
  if (one !== undefined && args.length === 1) return planUnary(name, one, args[0] as Run, cost);
  if (one !== undefined && args.length === 2)
    return planBinary(name, one, args as [Run, Run], constants, cost);
  return (frame) => {
    const values: Value[] = [];
    let error: CelError | undefined;
    for (let i = 0; i < args.length; i++) {
      const value = (args[i] as Run)(frame);
      if (value instanceof CelError && !isLenient) error ??= value;
      if (args.length > 2 && error !== undefined) return error;
      values.push(value as Value);
    }
    const result = error ?? invoke(name, candidates, values);
    frame.budget.spend(typeof cost === 'number' ? cost : cost(values, result));
    return result;
  };
}

function planUnary(name: string, overload: Overload, arg: Run, cost: CallCost): Run {
  const [type] = overload.parameters;
  const { run } = overload;
  return (frame) => {
    const value = arg(frame);
    const result =
      value instanceof CelError
        ? value
        : type !== undefined && fits(value, type)
          ? run(value)
          : mismatch(name, [value]);
    frame.budget.spend(typeof cost === 'number' ? cost : cost([value], result));
    return result;
  };
}

function planBinary(
  name: string,
  overload: Overload,
  [left, right]: [Run, Run],
  constants: readonly (Value | undefined)[],
  cost: CallCost,
): Run {
  const [leftType, rightType] = overload.parameters as [Overload['result'], Overload['result']];
  const { run } = overload;
  const rightFits = constants[1] !== undefined && fits(constants[1], rightType);
  return (frame) => {
    const a = left(frame);
    const b = right(frame);
    let result: Result;
    if (a instanceof CelError) result = a;
    else if (b instanceof CelError) result = b;
    else if (fits(a, leftType) && (rightFits || fits(b, rightType))) result = run(a, b);
    else result = mismatch(name, [a, b]);
    frame.budget.spend(typeof cost === 'number' ? cost : cost([a, b], result));
    return result;
  };
}

function invoke(name: string, candidates: readonly Overload[], values: Value[]): Result {
  for (const overload of candidates) {
    if (overload.parameters.length !== values.length) continue;
    if (overload.lenient || overload.parameters.every((type, i) => fits(values[i] as Value, type)))
      return overload.run(...values);
  }
  return mismatch(name, values);
}

function mismatch(name: string, values: readonly Value[]): CelError {
  if (!/^[a-zA-Z]/.test(name)) return noSuchOverload;
  return new CelError(
    `no such overload: ${name}(${values.map((value) => typeOfValue(value).name).join(', ')})`,
  );
}
