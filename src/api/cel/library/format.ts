// "%s and %d".format([...]): the clauses of upstream's format, with the errors it gives.

import { spendWork } from '../evaluate/budget.ts';
import { toDouble, toText } from '../values/convert.ts';
import { compareStrings } from '../values/equality.ts';
import {
  CelError,
  isList,
  type ListValue,
  MapValue,
  type Result,
  TypeValue,
  typeOfValue,
  Uint,
  type Value,
} from '../values/value.ts';

class FormatProblem extends Error {}

export function formatText(pattern: string, args: ListValue): Result {
  try {
    return format(pattern, args);
  } catch (problem) {
    if (problem instanceof FormatProblem) return new CelError(problem.message);
    throw problem;
  }
}

function format(pattern: string, args: ListValue): string {
  let built = '';
  let next = 0;
  for (let at = 0; at < pattern.length; at++) {
    if (pattern.charAt(at) !== '%') {
      built += pattern.charAt(at);
      continue;
    }
    at++;
    if (at >= pattern.length) throw new FormatProblem('unexpected end of string');
    if (pattern.charAt(at) === '%') {
      built += '%';
      continue;
    }
    if (next >= args.length) throw new FormatProblem(`index ${next} out of range`);
    const clause = /^(?:\.(\d{0,5}))?(.?)/su.exec(pattern.slice(at, at + 10));
    at += (clause?.[0].length ?? 1) - 1;
    const shown = show(args.at(next++), clause?.[2] ?? '', clause?.[1]);
    spendWork(shown.length);
    built += shown;
  }
  return built;
}

function show(value: Value, clause: string, digits: string | undefined): string {
  const precision = digits === undefined || digits === '' ? 6 : Math.min(Number(digits), 100);
  switch (clause) {
    case 's':
      return showString(value);
    case 'd':
      return decimal(value);
    case 'f':
      return fixed(float(value, 'fixed-point'), precision);
    case 'e':
      return scientific(float(value, 'scientific'), precision);
    case 'b':
      return typeof value === 'boolean'
        ? String(Number(value))
        : whole(value, 'only integers and bools can be formatted as binary').toString(2);
    case 'o':
      return whole(value, 'octal clause can only be used on integers').toString(8);
    case 'x':
      return hex(value);
    case 'X':
      return hex(value).toUpperCase();
    default:
      throw new FormatProblem(
        `could not parse formatting clause: unrecognized formatting clause "${clause}"`,
      );
  }
}

const problem = (message: string, value: Value): FormatProblem =>
  new FormatProblem(`error during formatting: ${message}, was given ${typeOfValue(value).name}`);

function whole(value: Value, message: string): bigint {
  if (typeof value === 'bigint') return value;
  if (value instanceof Uint) return value.value;
  throw problem(message, value);
}

const decimal = (value: Value): string =>
  whole(value, 'decimal clause can only be used on integers').toString();

function float(value: Value, name: string): number {
  const special = value === 'NaN' || value === 'Infinity' || value === '-Infinity';
  if (typeof value !== 'number' && !special)
    throw problem(`${name} clause can only be used on doubles`, value);
  return Number(toDouble(value));
}

const infinite = (n: number): string => (Number.isNaN(n) ? 'NaN' : n > 0 ? '∞' : '-∞');

/** As American English writes it. */
function fixed(n: number, precision: number): string {
  if (!Number.isFinite(n)) return infinite(n);
  const [whole = '', decimals] = n.toFixed(precision).split('.');
  const grouped = whole.replace(/\d(?=(?:\d\d\d)+$)/g, '$&,');
  return decimals === undefined ? grouped : `${grouped}.${decimals}`;
}

const superscripts = '⁰¹²³⁴⁵⁶⁷⁸⁹';

function scientific(n: number, precision: number): string {
  if (!Number.isFinite(n)) return infinite(n);
  const [mantissa, exponent = '0'] = n.toExponential(precision).split('e');
  const power = Number(exponent);
  const raised = String(Math.abs(power))
    .padStart(2, '0')
    .replace(/\d/g, (digit) => superscripts.charAt(Number(digit)));
  return `${mantissa}\u202f×\u202f10${power < 0 ? '⁻' : ''}${raised}`;
}

function hex(value: Value): string {
  if (typeof value === 'string' || value instanceof Uint8Array)
    return Buffer.from(value as string).toString('hex');
  return whole(value, 'only integers, byte buffers, and strings can be formatted as hex').toString(16);
}

function showString(value: Value): string {
  if (value === null) return 'null';
  if (isList(value)) return `[${[...value].map(member).join(', ')}]`;
  if (value instanceof MapValue) return showMap(value);
  if (value instanceof TypeValue) return value.of.name;
  const text = toText(value);
  if (typeof text === 'string') return text;
  throw problem(
    'string clause can only be used on strings, bools, bytes, ints, doubles, maps, lists, types, durations, and timestamps',
    value,
  );
}

function member(value: Value): string {
  spendWork(8);
  if (typeof value === 'number')
    return Number.isFinite(value) ? value.toFixed(6) : JSON.stringify(String(value));
  if (value instanceof TypeValue) return `type(${value.of.name})`;
  const shown = showString(value);
  if (typeof value === 'string') return JSON.stringify(shown);
  return value instanceof Uint8Array ? `b${JSON.stringify(shown)}` : shown;
}

function showMap(map: MapValue): string {
  const entries: [string, string][] = [];
  for (const key of map.keys()) {
    if (typeof key === 'number') throw new FormatProblem('no formatting function for map key of type double');
    entries.push([member(key), member(map.get(key) as Value)]);
  }
  entries.sort(([a], [b]) => compareStrings(a, b));
  return `{${entries.map(([key, value]) => `${key}:${value}`).join(', ')}}`;
}
