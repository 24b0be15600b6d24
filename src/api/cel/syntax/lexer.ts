// Tokens of an expression. Every character is looked at once, except in strings that do not end; errors name the characters that
// start no token, as upstream's do, and reading goes on behind them.

import type { Issue } from './source.ts';

export type TokenKind =
  | 'identifier'
  | 'quoted'
  | 'int'
  | 'uint'
  | 'float'
  | 'string'
  | 'bytes'
  | 'operator'
  | 'end';

export interface Token {
  kind: TokenKind;
  text: string;
  at: number;
}

const operators = [
  '==',
  '!=',
  '<=',
  '>=',
  '&&',
  '||',
  '<',
  '>',
  '[',
  ']',
  '{',
  '}',
  '(',
  ')',
  '.',
  ',',
  '-',
  '!',
  '?',
  ':',
  '+',
  '*',
  '/',
  '%',
];

export function tokenize(text: string, issues: Issue[]): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (at < text.length) {
    const blank = blankLength(text, at);
    if (blank > 0) {
      at += blank;
      continue;
    }
    const token = tokenAt(text, at);
    if (token === undefined) {
      const wrong = wrongLength(text, at);
      issues.push({
        at,
        message: `Syntax error: token recognition error at: '${escapeBlanks(text.slice(at, at + wrong))}'`,
      });
      at += wrong;
      continue;
    }
    tokens.push(token);
    at += token.text.length;
  }
  tokens.push({ kind: 'end', text: '<EOF>', at: text.length });
  return tokens;
}

const escapeBlanks = (text: string): string =>
  text.replaceAll('\n', '\\n').replaceAll('\r', '\\r').replaceAll('\t', '\\t');

function blankLength(text: string, at: number): number {
  let end = at;
  while (end < text.length && ' \t\r\n\f'.includes(text.charAt(end))) end++;
  if (end > at) return end - at;
  if (!text.startsWith('//', at)) return 0;
  const newline = text.indexOf('\n', at);
  return (newline < 0 ? text.length : newline) - at;
}

const isDigit = (c: string): boolean => c >= '0' && c <= '9';
const isHex = (c: string): boolean => isDigit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
const isLetter = (c: string): boolean => (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c === '_';

function tokenAt(text: string, at: number): Token | undefined {
  const c = text.charAt(at);
  const next = text.charAt(at + 1);
  if (isDigit(c) || (c === '.' && isDigit(next))) return numberAt(text, at);
  const quoted = quoteAt(text, at);
  if (quoted !== undefined) return quoted;
  if (isLetter(c)) {
    const end = skip(text, at, (d) => isLetter(d) || isDigit(d));
    return { kind: 'identifier', text: text.slice(at, end), at };
  }
  if (c === '`') {
    const end = skip(text, at + 1, (d) => isLetter(d) || isDigit(d) || '.-/ '.includes(d));
    return end > at + 1 && text.charAt(end) === '`'
      ? { kind: 'quoted', text: text.slice(at, end + 1), at }
      : undefined;
  }
  const operator = operators.find((o) => text.startsWith(o, at));
  return operator === undefined ? undefined : { kind: 'operator', text: operator, at };
}

/** A string or bytes, which may have a prefix. */
function quoteAt(text: string, at: number): Token | undefined {
  let quote = at;
  if ('bB'.includes(text.charAt(quote))) quote++;
  if ('rR'.includes(text.charAt(quote))) quote++;
  if (text.charAt(quote) !== '"' && text.charAt(quote) !== "'") return undefined;
  const prefix = text.slice(at, quote).toLowerCase();
  const length = stringLength(text, quote, prefix.endsWith('r'));
  if (length === 0) return undefined;
  return { kind: prefix.startsWith('b') ? 'bytes' : 'string', text: text.slice(at, quote + length), at };
}

function skip(text: string, at: number, may: (c: string) => boolean): number {
  let end = at;
  while (end < text.length && may(text.charAt(end))) end++;
  return end;
}

function numberAt(text: string, at: number): Token {
  const token = (kind: TokenKind, end: number): Token => ({ kind, text: text.slice(at, end), at });
  if (text.startsWith('0x', at) && isHex(text.charAt(at + 2))) {
    const end = skip(text, at + 2, isHex);
    return /[uU]/.test(text.charAt(end)) ? token('uint', end + 1) : token('int', end);
  }
  const whole = skip(text, at, isDigit);
  let end = whole;
  if (text.charAt(end) === '.' && isDigit(text.charAt(end + 1))) end = skip(text, end + 1, isDigit);
  if (/[eE]/.test(text.charAt(end))) {
    const digits = end + (/[+-]/.test(text.charAt(end + 1)) ? 2 : 1);
    if (isDigit(text.charAt(digits))) end = skip(text, digits, isDigit);
  }
  if (end > whole) return token('float', end);
  return /[uU]/.test(text.charAt(end)) ? token('uint', end + 1) : token('int', end);
}

/** The length of the string that starts with a quote here; 0: it does not end. */
function stringLength(text: string, at: number, raw: boolean): number {
  const quote = text.charAt(at);
  const triple = text.startsWith(quote.repeat(3), at);
  const close = triple ? quote.repeat(3) : quote;
  for (let i = at + close.length; i < text.length; i++) {
    if (text.startsWith(close, i)) return i + close.length - at;
    if (!raw && text.charAt(i) === '\\') {
      const length = escapeLength(text, i);
      if (length === 0) break;
      i += length - 1;
    } else if (!triple && (text.charAt(i) === '\n' || text.charAt(i) === '\r')) break;
  }
  // Three quotes that are not closed are an empty string and something else.
  return triple ? 2 : 0;
}

export function escapeLength(text: string, at: number): number {
  const c = text.charAt(at + 1);
  if (c !== '' && 'abfnrtv"\'\\?`'.includes(c)) return 2;
  const digits = { x: 2, X: 2, u: 4, U: 8 }[c];
  if (digits !== undefined) return allHex(text, at + 2, digits) ? 2 + digits : 0;
  return /^[0-3][0-7][0-7]$/.test(text.slice(at + 1, at + 4)) ? 4 : 0;
}

function allHex(text: string, at: number, count: number): boolean {
  for (let i = at; i < at + count; i++) if (!isHex(text.charAt(i))) return false;
  return true;
}

/** How much is skipped where no token starts: a string without an end up to where it breaks, else one character. */
function wrongLength(text: string, at: number): number {
  const quote = text.charAt(at);
  if (quote !== '"' && quote !== "'")
    return quote === '&' || quote === '|' || quote === '=' ? Math.min(2, text.length - at) : 1;
  let end = at + 1;
  while (end < text.length && text.charAt(end) !== '\n' && text.charAt(end) !== '\r') {
    if (text.charAt(end) === '\\') {
      const length = escapeLength(text, end);
      if (length === 0) return Math.min(end + 2, text.length) - at;
      end += length;
    } else end++;
  }
  return Math.min(end + 1, text.length) - at;
}
