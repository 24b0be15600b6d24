// Functions of strings: charAt, indexOf, substring, replace, split, join, format and so on. Positions count code points.

import { spendWork } from '../evaluate/budget.ts';
import { CelError, Items, type ListValue, pointsIn, type Result } from '../values/value.ts';
import { globalFunction, type Library, memberFunction } from './declare.ts';
import { formatText } from './format.ts';

/** The offset in UTF-16 units of a code point. */
function offsetOf(text: string, point: number): number {
  if (pointsIn(text) === text.length) return point;
  let at = 0;
  for (let left = point; left > 0 && at < text.length; left--)
    at += (text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1;
  return at;
}

const outOfRange = (index: bigint): CelError => new CelError(`index out of range: ${index}`);

function charAt(text: string, index: bigint): Result {
  spendWork(text.length / 64);
  const length = BigInt(pointsIn(text));
  if (index < 0n || index > length) return outOfRange(index);
  return index === length ? '' : String.fromCodePoint(text.codePointAt(offsetOf(text, Number(index))) ?? 0);
}

function indexOf(text: string, part: string, from = 0n): Result {
  spendWork((text.length + part.length) / 16);
  if (part === '') return from;
  if (from < 0n) return outOfRange(from);
  if (from >= pointsIn(text)) return -1n;
  const found = text.indexOf(part, offsetOf(text, Number(from)));
  return found < 0 ? -1n : BigInt(pointsIn(text.slice(0, found)));
}

function lastIndexOf(text: string, part: string, from?: bigint): Result {
  spendWork((text.length + part.length) / 16);
  const points = pointsIn(text);
  if (part === '') return from ?? BigInt(points);
  if (from !== undefined && from < 0n) return outOfRange(from);
  if (from !== undefined && from >= points) return -1n;
  const found = text.lastIndexOf(part, from === undefined ? undefined : offsetOf(text, Number(from)));
  return found < 0 ? -1n : BigInt(pointsIn(text.slice(0, found)));
}

function substring(text: string, start: bigint, end?: bigint): Result {
  spendWork(text.length / 64);
  const length = BigInt(pointsIn(text));
  if (end !== undefined && start > end)
    return new CelError(`invalid substring range. start: ${start}, end: ${end}`);
  if (start < 0n || start > length) return outOfRange(start);
  if (end !== undefined && (end < 0n || end > length)) return outOfRange(end);
  return text.slice(
    offsetOf(text, Number(start)),
    end === undefined ? undefined : offsetOf(text, Number(end)),
  );
}

/** Work is counted before the result is made: it may be much longer than the arguments. */
function replace(text: string, from: string, to: string, limit = -1n): Result {
  const parts = from === '' ? [...text] : text.split(from);
  if (from === '') {
    parts.unshift('');
    parts.push('');
  }
  const count = limit < 0n ? parts.length - 1 : Math.min(Number(limit), parts.length - 1);
  spendWork(text.length / 16 + (count * to.length) / 4);
  return (
    parts.slice(0, count + 1).join(to) +
    parts
      .slice(count + 1)
      .map((part) => from + part)
      .join('')
  );
}

function split(text: string, separator: string, limit = -1n): Result {
  spendWork(text.length);
  const parts = separator === '' ? [...text] : text.split(separator);
  if (limit < 0n || limit >= parts.length) return new Items(parts);
  if (limit === 0n) return new Items([]);
  const kept = Number(limit);
  return new Items([...parts.slice(0, kept - 1), parts.slice(kept - 1).join(separator)]);
}

function join(list: ListValue, separator = ''): Result {
  const parts: string[] = [];
  let length = 0;
  for (const item of list) {
    if (typeof item !== 'string') return new CelError(`join: invalid input: ${String(item)}`);
    parts.push(item);
    length += item.length + separator.length;
  }
  spendWork(length / 4);
  return parts.join(separator);
}

const ascii = (text: string, letters: RegExp, change: (part: string) => string): string => {
  spendWork(text.length / 16);
  return text.replace(letters, change);
};

const quoted: Readonly<Record<string, string>> = {
  '\x07': '\\a',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\v': '\\v',
  '\\': '\\\\',
  '"': '\\"',
};

function quote(text: string): string {
  spendWork(text.length);
  let result = '"';
  for (const c of text.toWellFormed()) result += quoted[c] ?? c;
  return `${result}"`;
}

export const stringLibrary: Library = [
  memberFunction('charAt', 'string_char_at_int', 'string, int -> string', charAt),
  memberFunction('indexOf', 'string_index_of_string', 'string, string -> int', (text: string, part: string) =>
    indexOf(text, part),
  ),
  memberFunction('indexOf', 'string_index_of_string_int', 'string, string, int -> int', indexOf),
  memberFunction(
    'lastIndexOf',
    'string_last_index_of_string',
    'string, string -> int',
    (text: string, part: string) => lastIndexOf(text, part),
  ),
  memberFunction('lastIndexOf', 'string_last_index_of_string_int', 'string, string, int -> int', lastIndexOf),
  memberFunction('lowerAscii', 'string_lower_ascii', 'string -> string', (text: string) =>
    ascii(text, /[A-Z]+/g, (part) => part.toLowerCase()),
  ),
  memberFunction('upperAscii', 'string_upper_ascii', 'string -> string', (text: string) =>
    ascii(text, /[a-z]+/g, (part) => part.toUpperCase()),
  ),
  memberFunction(
    'replace',
    'string_replace_string_string',
    'string, string, string -> string',
    (text: string, from: string, to: string) => replace(text, from, to),
  ),
  memberFunction(
    'replace',
    'string_replace_string_string_int',
    'string, string, string, int -> string',
    replace,
  ),
  memberFunction(
    'split',
    'string_split_string',
    'string, string -> list(string)',
    (text: string, by: string) => split(text, by),
  ),
  memberFunction('split', 'string_split_string_int', 'string, string, int -> list(string)', split),
  memberFunction(
    'substring',
    'string_substring_int',
    'string, int -> string',
    (text: string, start: bigint) => substring(text, start),
  ),
  memberFunction('substring', 'string_substring_int_int', 'string, int, int -> string', substring),
  memberFunction('trim', 'string_trim', 'string -> string', (text: string) => {
    spendWork(text.length / 16);
    return trimmed(text);
  }),
  memberFunction('format', 'string_format', 'string, list(dyn) -> string', formatText),
  globalFunction('strings.quote', 'strings_quote', 'string -> string', quote),
  memberFunction('join', 'list_join', 'list(string) -> string', (list: ListValue) => join(list)),
  memberFunction('join', 'list_join_string', 'list(string), string -> string', join),
];

/** Unicode's white space, to which U+FEFF does not belong, unlike JavaScript's trim(). */
function trimmed(text: string): string {
  const blank = (c: string): boolean => c !== '\ufeff' && (c.trim() === '' || c === '\u0085');
  let start = 0;
  let end = text.length;
  while (start < end && blank(text.charAt(start))) start++;
  while (end > start && blank(text.charAt(end - 1))) end--;
  return text.slice(start, end);
}
