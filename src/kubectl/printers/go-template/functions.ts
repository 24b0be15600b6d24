// The functions of Go templates, and those that kubectl adds (exists, base64decode). Errors have Go's words.
// Upstream: text/template/funcs.go, and template.go of cli-runtime.

import { goText, goType, isInteger } from '../go-values/text.ts';
import { basicKind, isEqual, isLess } from '../jsonpath/compare.ts';
import { isMap } from '../printer.ts';
import { printf } from './printf.ts';

export interface TemplateFunction {
  readonly least: number;
  readonly most: number;
  /** Takes its arguments unevaluated. */
  readonly isLazy?: (givers: readonly (() => unknown)[]) => unknown;
  readonly call: (...values: readonly unknown[]) => unknown;
}

const MANY = Number.POSITIVE_INFINITY;

export function isTrue(value: unknown): boolean {
  if (Array.isArray(value)) return value.length > 0;
  if (isMap(value)) return Object.keys(value).length > 0;
  return Boolean(value);
}

/** The first value that decides, or the last one. */
const firstThatIs = (truth: boolean) => (givers: readonly (() => unknown)[]) => {
  let value: unknown;
  for (const give of givers) {
    value = give();
    if (isTrue(value) === truth) break;
  }
  return value;
};

/** Numbers in errors are mostly those of the template, which are ints. */
const typeName = (value: unknown) => (isInteger(value) ? 'int' : goType(value));

function requireAlike(left: unknown, right: unknown): void {
  if (basicKind(left) !== basicKind(right))
    throw new Error(`incompatible types for comparison: ${typeName(left)} and ${typeName(right)}`);
}

const isNil = (value: unknown) => value === undefined || value === null;

function equals(left: unknown, ...others: readonly unknown[]): boolean {
  if (others.length === 0) throw new Error('missing argument for comparison');
  return others.some((right) => {
    if (isNil(left) || isNil(right)) return isNil(left) && isNil(right);
    if (typeof left === 'object' || typeof right === 'object') {
      const [of] = [left, right].filter((value) => typeof value === 'object');
      throw new Error(`non-comparable type ${goText(of)}: ${typeName(of)}`);
    }
    requireAlike(left, right);
    return isEqual(left, right);
  });
}

function less(left: unknown, right: unknown): boolean {
  requireAlike(left, right);
  return isLess(left, right);
}

const lessOrEqual = (left: unknown, right: unknown) => less(left, right) || equals(left, right);

function lengthOf(value: unknown): number {
  if (typeof value === 'string') return Buffer.byteLength(value);
  if (Array.isArray(value)) return value.length;
  if (isMap(value)) return Object.keys(value).length;
  throw new Error(isNil(value) ? 'len of nil pointer' : `len of type ${typeName(value)}`);
}

function positionOf(index: unknown, length: number): number {
  if (isNil(index)) throw new Error('cannot index slice/array with nil');
  if (!isInteger(index)) throw new Error(`cannot index slice/array with type ${typeName(index)}`);
  const position = Number(index);
  if (position < 0 || position > length) throw new Error(`index out of range: ${position}`);
  return position;
}

function element(value: unknown, index: unknown): unknown {
  if (isNil(value)) throw new Error('index of nil pointer');
  if (isMap(value)) {
    if (typeof index !== 'string') throw new Error(`value has type ${typeName(index)}; should be string`);
    return Object.hasOwn(value, index) ? value[index] : undefined;
  }
  if (typeof value !== 'string' && !Array.isArray(value))
    throw new Error(`can't index item of type ${typeName(value)}`);
  const items: ArrayLike<unknown> = typeof value === 'string' ? Buffer.from(value) : value;
  const position = positionOf(index, items.length);
  if (position === items.length) throw new Error(`index out of range: ${position}`);
  return items[position];
}

function slice(value: unknown, ...bounds: readonly unknown[]): unknown {
  if (isNil(value)) throw new Error('slice of untyped nil');
  if (typeof value !== 'string' && !Array.isArray(value))
    throw new Error(`can't slice item of type ${typeName(value)}`);
  if (typeof value === 'string' && bounds.length === 3) throw new Error('cannot 3-index slice a string');
  const items = typeof value === 'string' ? Buffer.from(value) : value;
  const [from = 0, to = items.length] = bounds.map((bound) => positionOf(bound, items.length));
  if (from > to) throw new Error(`invalid slice index: ${from} > ${to}`);
  const part = items.slice(from, to);
  return Buffer.isBuffer(part) ? part.toString() : part;
}

function exists(value: unknown, ...indices: readonly unknown[]): boolean {
  let current = value;
  for (const index of indices) {
    try {
      current = element(current, index);
    } catch {
      return false;
    }
  }
  return !isNil(current);
}

function base64decode(value: unknown): string {
  if (typeof value !== 'string')
    throw new Error(`wrong type for value; expected string; got ${typeName(value)}`);
  const plain = value.replace(/[\r\n]/g, '');
  const bad =
    /[^A-Za-z0-9+/=]/.exec(plain)?.index ?? (plain.length % 4 === 0 ? -1 : plain.length - (plain.length % 4));
  if (bad >= 0) throw new Error(`base64 decode failed: illegal base64 data at input byte ${bad}`);
  return Buffer.from(plain, 'base64').toString();
}

/** fmt.Sprint: a space between two operands of which neither is a text. */
function print(...values: readonly unknown[]): string {
  let text = '';
  for (const [i, value] of values.entries()) {
    const before = values[i - 1];
    if (i > 0 && typeof value !== 'string' && typeof before !== 'string') text += ' ';
    text += goText(value);
  }
  return text;
}

const HTML: Readonly<Record<string, string>> = {
  '"': '&#34;',
  "'": '&#39;',
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '\0': '\uFFFD',
};

const JAVASCRIPT: Readonly<Record<string, string>> = {
  '\\': '\\\\',
  "'": "\\'",
  '"': '\\"',
  '<': '\\u003C',
  '>': '\\u003E',
  '&': '\\u0026',
  '=': '\\u003D',
};

const escapeOf = (character: string) =>
  JAVASCRIPT[character] ?? `\\u${character.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}`;

const urlQuery = (text: string) =>
  encodeURIComponent(text).replace(/%20|[!'()*]/g, (found) =>
    found === '%20' ? '+' : `%${found.charCodeAt(0).toString(16).toUpperCase()}`,
  );

const exactly = (count: number, call: TemplateFunction['call']): TemplateFunction => ({
  least: count,
  most: count,
  call,
});
const atLeast = (count: number, call: TemplateFunction['call']): TemplateFunction => ({
  least: count,
  most: MANY,
  call,
});
const never = () => undefined;

export const FUNCTIONS: ReadonlyMap<string, TemplateFunction> = new Map([
  ['and', { ...atLeast(1, never), isLazy: firstThatIs(false) }],
  ['or', { ...atLeast(1, never), isLazy: firstThatIs(true) }],
  ['not', exactly(1, (value) => !isTrue(value))],
  ['len', exactly(1, lengthOf)],
  ['index', atLeast(1, (value, ...indices) => indices.reduce(element, value))],
  ['slice', atLeast(1, slice)],
  ['print', atLeast(0, print)],
  ['println', atLeast(0, (...values) => `${values.map(goText).join(' ')}\n`)],
  [
    'printf',
    atLeast(1, (format, ...values) => {
      if (typeof format !== 'string')
        throw new Error(`wrong type for value; expected string; got ${typeName(format)}`);
      return printf(format, values);
    }),
  ],
  ['html', atLeast(1, (...values) => print(...values).replace(/["'&<>\0]/g, (c) => HTML[c]!))],
  ['js', atLeast(1, (...values) => print(...values).replace(/[\\'"<>&=\p{Cc}]/gu, escapeOf))],
  ['urlquery', atLeast(1, (...values) => urlQuery(print(...values)))],
  ['eq', atLeast(1, equals)],
  ['ne', exactly(2, (left, right) => !equals(left, right))],
  ['lt', exactly(2, less)],
  ['le', exactly(2, lessOrEqual)],
  ['gt', exactly(2, (left, right) => !lessOrEqual(left, right))],
  ['ge', exactly(2, (left, right) => !less(left, right))],
  [
    'call',
    atLeast(1, () => {
      throw new Error('non-function of type interface {}');
    }),
  ],
  ['exists', atLeast(1, exists)],
  ['base64decode', exactly(1, base64decode)],
]);
