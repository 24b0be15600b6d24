// JSON with integers of 64 bits: those beyond 2^53 are read as bigint and written as they were. Texts without a run of sixteen
// digits, which are nearly all, cost one search. Called wherever the API's JSON is read; JSON.stringify writes them.
// Upstream: PreserveInts in sigs.k8s.io/json.

/** JSON.stringify refuses a bigint unless it knows how to write it. */
Object.defineProperty(BigInt.prototype, 'toJSON', {
  value(this: bigint): unknown {
    return rawJson(String(this));
  },
  configurable: true,
  writable: true,
});

/** Text that JSON.stringify writes as it is. TypeScript does not know the function yet. */
export const rawJson = (JSON as JSON & { rawJSON(text: string): unknown }).rawJSON;

/** A number that no float can hold. */
export class NumberRangeError extends Error {
  readonly literal: string;

  constructor(literal: string) {
    super(`json: cannot unmarshal number ${literal} into Go value of type float64`);
    this.literal = literal;
  }
}

const LONG_RUN = 16;

/** Whether there are sixteen digits in a row. Of these, one stands where it is looked for: five times as fast as an expression, which
 *  takes a quarter of the time of JSON.parse. */
export function hasLongDigits(text: string): boolean {
  for (let i = LONG_RUN - 1; i < text.length; i += LONG_RUN) {
    if (!isDigit(text.charCodeAt(i))) continue;
    let [first, last] = [i, i];
    while (isDigit(text.charCodeAt(first - 1))) first--;
    while (isDigit(text.charCodeAt(last + 1)) && last - first < LONG_RUN) last++;
    if (last - first >= LONG_RUN - 1) return true;
  }
  return false;
}

/** As JSON.parse, with exact integers. */
export const parseExactJson = (text: string): unknown =>
  hasLongDigits(text) ? parseUnusualJson(text) : JSON.parse(text);

const LEAST = -(2n ** 63n);
const MOST = 2n ** 63n - 1n;

/** Characters of the longest int64, with its sign: longer texts are not read as a bigint, whose cost grows faster than they do. */
const LONGEST = 20;

/** A safe integer is a number; one beyond int64 is a float. `digits` are decimal. */
export function integerOf(digits: string): number | bigint {
  const near = Number(digits);
  if (Number.isSafeInteger(near) || digits.length > LONGEST) return near;
  const exact = BigInt(digits);
  return exact < LEAST || exact > MOST ? near : exact;
}

function valueOfNumber(literal: string): number | bigint {
  const value = /[.eE]/.test(literal) ? Number(literal) : integerOf(literal);
  if (value === Number.POSITIVE_INFINITY || value === Number.NEGATIVE_INFINITY)
    throw new NumberRangeError(literal);
  return value;
}

/**
 * Long numbers and those with exponents are replaced by numbers that nothing else can be (1e-310 and its multiples), the text is
 * parsed, and the values are put in their places: seven times as fast as a reviver. Throws NumberRangeError, and SyntaxError
 * as JSON.parse does: only what is a whole number between other tokens is replaced.
 */
export function parseUnusualJson(text: string): unknown {
  const values: (number | bigint)[] = [];
  const parts: string[] = [];
  let from = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === QUOTE) i = behindString(text, i) - 1;
    else if (isDigit(code) || code === MINUS) {
      const end = behindNumber(text, i);
      const literal = text.slice(i, end);
      if (isUnusual(literal) && isValueAt(text, i, end)) {
        parts.push(text.slice(from, i), `${values.push(valueOfNumber(literal))}e-310`);
        from = end;
      }
      i = end - 1;
    }
  }
  const parsed: unknown = JSON.parse(parts.join('') + text.slice(from));
  return values.length > 0 ? restored(parsed, values) : parsed;
}

const TINY = 1e-300;

function restored(value: unknown, values: readonly (number | bigint)[]): unknown {
  if (typeof value === 'number')
    return value > 0 && value < TINY ? values[Math.round(value / 1e-310) - 1] : value;
  if (typeof value !== 'object' || value === null) return value;
  const members = value as Record<string, unknown>;
  for (const key in members) {
    const member = members[key];
    if (typeof member === 'object' || typeof member === 'number') {
      const after = restored(member, values);
      // An object has no member of this name but its own, because the text is JSON.
      if (after !== member) Object.defineProperty(members, key, { ...OWN, value: after });
    }
  }
  return value;
}

const OWN = { enumerable: true, configurable: true, writable: true };

const QUOTE = 34;
const BACKSLASH = 92;
const MINUS = 45;
const isDigit = (code: number): boolean => code >= 48 && code <= 57;

/** Index just behind the string that opens at `start`; the text's length if it never ends. */
export function behindString(text: string, start: number): number {
  let end = text.indexOf('"', start + 1);
  while (end > 0 && text.charCodeAt(end - 1) === BACKSLASH) {
    let slashes = 1;
    while (text.charCodeAt(end - 1 - slashes) === BACKSLASH) slashes++;
    if (slashes % 2 === 0) break;
    end = text.indexOf('"', end + 1);
  }
  return end < 0 ? text.length : end + 1;
}

function behindNumber(text: string, start: number): number {
  let end = start;
  while (end < text.length && NUMBER_CODES[text.charCodeAt(end)] === 1) end++;
  return end;
}

const NUMBER_CODES = new Uint8Array(128);
for (const character of '0123456789+-.eE') NUMBER_CODES[character.charCodeAt(0)] = 1;

const isUnusual = (literal: string): boolean => literal.length > 15 || /[eE]/.test(literal);

const NUMBER = /^-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?$/;
const BEFORE = new Set(['', '[', ',', ':', ' ', '\t', '\n', '\r']);
const BEHIND = new Set(['', ']', '}', ',', ' ', '\t', '\n', '\r']);

/** Whether the number stands alone, and is not in the place of a key, where a number is an error. */
function isValueAt(text: string, start: number, end: number): boolean {
  if (!BEFORE.has(text.charAt(start - 1)) || !BEHIND.has(text.charAt(end))) return false;
  return NUMBER.test(text.slice(start, end));
}
