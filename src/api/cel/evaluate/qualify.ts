// Selecting fields, keys and elements: x.f, x[i], has(x.f), x.?f and x[?i]. A chain of these is one step for costs: one for each
// selection and one for the whole.

import {
  CelError,
  isList,
  MapValue,
  noSuchKey,
  ObjectValue,
  Optional,
  outOfBounds,
  type Result,
  typeOfValue,
  Uint,
  type Value,
} from '../values/value.ts';
import type { Frame, Run } from './frame.ts';

export interface Qualifier {
  /** A constant key, or how to compute it. */
  key: Value | Run;
  optional: boolean;
  test: boolean;
}

export function applyQualifiers(frame: Frame, start: Result, qualifiers: readonly Qualifier[]): Result {
  let value = start;
  let optional = false;
  if (value instanceof Optional && qualifiers.length > 0) {
    if (value.value === undefined) return value;
    value = value.value;
    optional = true;
  }
  for (const qualifier of qualifiers) {
    if (value instanceof CelError) return value;
    const key: Result = typeof qualifier.key === 'function' ? qualifier.key(frame) : qualifier.key;
    if (key instanceof CelError) return key;
    optional ||= qualifier.optional;
    if (qualifier.test) {
      const present = has(value, key);
      frame.budget.spend(1);
      return present;
    }
    const found = find(value, key);
    if (found === undefined && optional) return Optional.none;
    frame.budget.spend(1);
    value = found === undefined ? missing(value, key) : found;
  }
  return optional && !(value instanceof CelError) ? Optional.of(value) : value;
}

const missing = (value: Value, key: Value): CelError => (isList(value) ? outOfBounds(key) : noSuchKey(key));

/** Undefined: it is not there. */
export function find(value: Value, key: Value): Result | undefined {
  if (value instanceof MapValue) return value.get(key);
  if (isList(value)) {
    const index = listIndex(key);
    if (index instanceof CelError) return index;
    return index >= 0 && index < value.length ? value.at(index) : undefined;
  }
  return value instanceof ObjectValue && typeof key === 'string' ? value.get(key) : undefined;
}

export function listIndex(key: Value): number | CelError {
  if (typeof key === 'bigint') return Number(key);
  if (key instanceof Uint) return Number(key.value);
  if (typeof key !== 'number')
    return new CelError(`unsupported index type '${typeOfValue(key).name}' in list`);
  return Number.isInteger(key) ? key : new CelError(`unsupported index value ${key} in list`);
}

function has(value: Value, key: Value): boolean | CelError {
  if (value instanceof MapValue) return value.has(key);
  if (value instanceof ObjectValue && typeof key === 'string') return value.has(key) ?? false;
  const found = isList(value) ? find(value, key) : undefined;
  return found instanceof CelError ? found : found !== undefined;
}
