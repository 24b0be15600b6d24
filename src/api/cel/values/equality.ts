// Equality, order and hashing of values. Numbers compare across their types; everything else is equal only to its own type.

import { Duration, Timestamp } from './time.ts';
import {
  CelError,
  isList,
  type ListValue,
  MapValue,
  noSuchOverload,
  ObjectValue,
  Optional,
  type Result,
  Uint,
  type Value,
} from './value.ts';

export function equal(a: Value, b: Value): boolean {
  switch (typeof a) {
    case 'string':
    case 'boolean':
      return a === b;
    case 'bigint':
    case 'number':
      return equalNumbers(a, b);
  }
  if (a === null) return b === null;
  if (a instanceof Uint) return equalNumbers(a.value, b);
  if (a instanceof Uint8Array) return b instanceof Uint8Array && Buffer.compare(a, b) === 0;
  if (isList(a)) return isList(b) && a.equals(b, equal);
  if (a instanceof MapValue) return b instanceof MapValue && equalMaps(a, b);
  if (a instanceof Optional) return b instanceof Optional && equalOptionals(a, b);
  return a instanceof ObjectValue && a.equals(b);
}

function equalNumbers(a: number | bigint, b: Value): boolean {
  const other = b instanceof Uint ? b.value : b;
  return (typeof other === 'bigint' || typeof other === 'number') && order(a, other) === 0;
}

function equalMaps(a: MapValue, b: MapValue): boolean {
  if (a.size !== b.size) return false;
  for (const key of a.keys()) {
    const other = b.get(key);
    if (other === undefined || !equal(a.get(key) as Value, other)) return false;
  }
  return true;
}

const equalOptionals = (a: Optional, b: Optional): boolean =>
  a.value === undefined || b.value === undefined ? a.value === b.value : equal(a.value, b.value);

/** An int and a double are compared as doubles, as upstream does. */
function order(a: number | bigint, b: number | bigint): number {
  const exact = typeof a === typeof b;
  const left = exact ? a : Number(a);
  const right = exact ? b : Number(b);
  return left < right ? -1 : left > right ? 1 : left === right ? 0 : Number.NaN;
}

/** Negative, zero or positive; an error for what has no order. */
export function compare(a: Value, b: Value): number | CelError {
  const left = a instanceof Uint ? a.value : a;
  const right = b instanceof Uint ? b.value : b;
  if (typeof left === 'number' || typeof left === 'bigint') {
    if (typeof right !== 'number' && typeof right !== 'bigint') return noSuchOverload;
    if (Number.isNaN(left) || Number.isNaN(right)) return new CelError('NaN values cannot be ordered');
    return order(left, right);
  }
  if (typeof left === 'string' && typeof right === 'string') return compareStrings(left, right);
  if (typeof left === 'boolean' && typeof right === 'boolean') return Number(left) - Number(right);
  if (left instanceof Uint8Array && right instanceof Uint8Array) return Buffer.compare(left, right);
  if (left instanceof Timestamp && right instanceof Timestamp)
    return sign(left.nanoseconds - right.nanoseconds);
  if (left instanceof Duration && right instanceof Duration)
    return sign(left.nanoseconds - right.nanoseconds);
  return noSuchOverload;
}

const sign = (n: bigint): number => (n < 0n ? -1 : n > 0n ? 1 : 0);

/** By code points, as UTF-8 bytes would compare. */
export function compareStrings(a: string, b: string): number {
  if (a === b) return 0;
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const left = a.charCodeAt(i);
    const right = b.charCodeAt(i);
    if (left === right) continue;
    const leftWide = (left & 0xf800) === 0xd800;
    if (leftWide !== ((right & 0xf800) === 0xd800)) return leftWide ? 1 : -1;
    return left - right;
  }
  return a.length - b.length;
}

export function contains(list: ListValue, value: Value): boolean {
  for (let i = 0; i < list.length; i++) if (equal(value, list.at(i))) return true;
  return false;
}

/** Whether a value is its type's zero, as optional.ofNonZeroValue asks. */
export function isZero(value: Result): boolean {
  if (value === null || value === false || value === 0 || value === 0n || value === '') return true;
  if (value instanceof Uint) return value.value === 0n;
  if (value instanceof Uint8Array || (typeof value === 'object' && isList(value))) return value.length === 0;
  if (value instanceof MapValue) return value.size === 0;
  return value instanceof ObjectValue && value.isZero();
}
