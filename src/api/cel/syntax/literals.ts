// What literals mean: numbers and strings with escapes.

import { addAll } from '../../../kit/lists.ts';
import { CelError, Uint, type Value } from '../values/value.ts';
import { escapeLength } from './lexer.ts';

/** Characters of the longest literal that is read: a bigint's cost grows faster than its text. */
const longest = 64;
const maximumInt = 2n ** 63n - 1n;
const maximumUint = 2n ** 64n - 1n;

export function intLiteral(text: string, negative: boolean): Value | undefined {
  if (text.length > longest) return undefined;
  const n = (negative ? -1n : 1n) * BigInt(text);
  return n > maximumInt || n < -maximumInt - 1n ? undefined : n;
}

export function uintLiteral(text: string): Value | undefined {
  if (text.length > longest) return undefined;
  const n = BigInt(text.slice(0, -1));
  return n > maximumUint ? undefined : new Uint(n);
}

export function doubleLiteral(text: string, negative: boolean): Value | undefined {
  const n = Number(text);
  return Number.isFinite(n) ? (negative ? -n : n) : undefined;
}

/** A token of a string or of bytes. */
export function stringLiteral(token: string): Value | CelError {
  let at = 0;
  let raw = false;
  let bytes = false;
  for (; token.charAt(at) !== '"' && token.charAt(at) !== "'"; at++) {
    if (/[rR]/.test(token.charAt(at))) raw = true;
    else bytes = true;
  }
  const quotes = token.length - at >= 6 && token.startsWith(token.charAt(at).repeat(3), at) ? 3 : 1;
  // Line ends are \n in what CEL reads, except in raw strings of Go's; the same here.
  const inner = token
    .slice(at + quotes, -quotes)
    .replaceAll('\r\n', '\n')
    .replaceAll('\r', '\n');
  if (bytes) return raw ? new TextEncoder().encode(inner) : bytesOf(inner);
  return raw ? inner : textOf(inner);
}

const simple: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
};

/** The code of an escape sequence, and whether it names a byte or a code point. */
function escapeAt(text: string, at: number): { code: number; length: number; byte: boolean } {
  const length = escapeLength(text, at);
  const c = text.charAt(at + 1);
  if (length === 2) return { code: (simple[c] ?? c).charCodeAt(0), length, byte: false };
  if (length === 4 && c >= '0' && c <= '3')
    return { code: Number.parseInt(text.slice(at + 1, at + 4), 8), length, byte: true };
  return { code: Number.parseInt(text.slice(at + 2, at + length), 16), length, byte: c === 'x' || c === 'X' };
}

const badPoint = (code: number): boolean => code > 0x10ffff || (code >= 0xd800 && code < 0xe000);

function textOf(inner: string): string | CelError {
  if (!inner.includes('\\')) return inner;
  let text = '';
  for (let at = 0; at < inner.length; ) {
    if (inner.charAt(at) !== '\\') {
      text += inner.charAt(at++);
      continue;
    }
    const { code, length } = escapeAt(inner, at);
    if (badPoint(code)) return new CelError('invalid unicode code point');
    text += String.fromCodePoint(code);
    at += length;
  }
  return text;
}

function bytesOf(inner: string): Uint8Array | CelError {
  const parts: number[] = [];
  const encoder = new TextEncoder();
  for (let at = 0; at < inner.length; ) {
    if (inner.charAt(at) !== '\\') {
      const point = String.fromCodePoint(inner.codePointAt(at) ?? 0);
      addAll(parts, encoder.encode(point));
      at += point.length;
      continue;
    }
    const { code, length, byte } = escapeAt(inner, at);
    if (length > 4) return new CelError('unable to unescape string');
    if (byte) parts.push(code);
    else addAll(parts, encoder.encode(String.fromCharCode(code)));
    at += length;
  }
  return Uint8Array.from(parts);
}
