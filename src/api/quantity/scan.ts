// Splits a quantity's text into its sign, digits and suffix, in one pass without expressions. Called by quantity.ts.

export class QuantityError extends Error {}

/** Characters. Upstream has no limit; the longest useful quantity (19 digits, a point, 9 decimals, a suffix) has about 35. */
export const LONGEST_QUANTITY = 256;

const shape = '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$';
const wrongShape = `quantities must match the regular expression '${shape}'`;
const suffixLetters = 'eEinumkKMGTP';

export interface QuantityParts {
  readonly negative: boolean;
  /** The digits before the point, without leading zeros; at least one. */
  readonly whole: string;
  readonly fraction: string;
  readonly suffix: string;
}

/** Throws QuantityError. */
export function scanQuantity(text: string): QuantityParts {
  if (text === '' || text.length > LONGEST_QUANTITY) throw new QuantityError(wrongShape);
  const start = isSign(text, 0) ? 1 : 0;
  let from = start;
  while (text[from] === '0') from++;
  const point = behindDigits(text, from);
  const end = text[point] === '.' ? behindDigits(text, point + 1) : point;
  if (behindSuffix(text, end) < text.length) throw new QuantityError(wrongShape);
  return {
    negative: text[0] === '-',
    whole: text.slice(from, point) || '0',
    fraction: text.slice(point + 1, end),
    suffix: text.slice(end),
  };
}

function behindSuffix(text: string, start: number): number {
  let at = start;
  while (at < text.length && suffixLetters.includes(text[at]!)) at++;
  return behindDigits(text, isSign(text, at) ? at + 1 : at);
}

function behindDigits(text: string, start: number): number {
  let at = start;
  while (isDigit(text.charCodeAt(at))) at++;
  return at;
}

/** NaN, behind the end of a text, is no digit. */
const isDigit = (code: number): boolean => code >= 48 && code <= 57;
const isSign = (text: string, at: number): boolean => text[at] === '+' || text[at] === '-';
