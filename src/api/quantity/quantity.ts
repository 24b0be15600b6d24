// Quantities such as 500m, 1536Mi or 2e3: exact decimal numbers with a remembered suffix family, never floating point.
// Everything that reads resources uses this: codec (canonical text), validation, scheduler, kubelet, quota.
// No quantity is larger than 2^63-1: upstream promises this cap but applies it to binary suffixes only, and computes wrong
// values above it. So no power of ten here is large, whatever the text says.
// Callers on hot paths take milliValue / wholeValue of the text directly: common texts never allocate.

import { QuantityError, scanQuantity } from './scan.ts';

export { QuantityError };

export type QuantityFormat = 'DecimalSI' | 'BinarySI' | 'DecimalExponent';

/** digits × 10^exponent, at most 2^63-1. The exponent is never below -9 and never above 18. */
export interface Quantity {
  readonly digits: bigint;
  readonly exponent: number;
  readonly format: QuantityFormat;
  /** The text it came from, where upstream writes that back unchanged. */
  readonly text?: string;
}

const wrongSuffix = "unable to parse quantity's suffix";

const decimal: Readonly<Record<string, number>> = {
  n: -9,
  u: -6,
  m: -3,
  '': 0,
  k: 3,
  M: 6,
  G: 9,
  T: 12,
  P: 15,
  E: 18,
};
const binary: Readonly<Record<string, number>> = { Ki: 10, Mi: 20, Gi: 30, Ti: 40, Pi: 50, Ei: 60 };
const decimalSuffix = new Map(Object.entries(decimal).map(([suffix, power]) => [power, suffix]));
const binarySuffixes = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'];

const largestInt64 = 2n ** 63n - 1n;
/** The largest number that fits an int64 once it is rounded to a float. */
const largestFloat = 2 ** 63 - 1024;
const tenTo = (power: number): bigint => 10n ** BigInt(power);

interface Suffix {
  readonly base: 10 | 2;
  readonly power: number;
  readonly format: QuantityFormat;
}

function readSuffix(suffix: string): Suffix {
  const si = decimal[suffix];
  if (si !== undefined) return { base: 10, power: si, format: 'DecimalSI' };
  const two = binary[suffix];
  if (two !== undefined) return { base: 2, power: two, format: 'BinarySI' };
  if (/^[eE][+-]?[0-9]+$/.test(suffix)) {
    const power = Number(suffix.slice(1));
    if (Math.abs(power) < 2 ** 31) return { base: 10, power, format: 'DecimalExponent' };
  }
  throw new QuantityError(wrongSuffix);
}

/** Throws QuantityError with upstream's text. */
export function parseQuantity(text: string): Quantity {
  const { negative, whole, fraction, suffix: suffixText } = scanQuantity(text);
  const suffix = readSuffix(suffixText);
  const magnitude = BigInt(whole + fraction);
  const settled =
    suffix.base === 10
      ? settle(magnitude, suffix.power - fraction.length, suffix.format)
      : settle(magnitude * 2n ** BigInt(suffix.power), -fraction.length, suffix.format);
  if (settled.digits === largestInt64) return negative ? negateQuantity(settled) : settled;
  const keep = isCanonicalText(whole, fraction, suffix);
  const digits = negative ? -settled.digits : settled.digits;
  return { ...settled, digits, ...(keep && { text }) };
}

/** Whether it has no fraction. */
export const isWhole = ({ digits, exponent }: Quantity): boolean =>
  exponent >= 0 || digits % tenTo(-exponent) === 0n;

/** Caps at the largest int64, and rounds what is finer than nano away from zero. The exponent may be any number. */
function settle(magnitude: bigint, power: number, format: QuantityFormat): Quantity {
  if (magnitude === 0n) return { digits: 0n, exponent: 0, format };
  const length = String(magnitude).length;
  if (length + power > 19) return { digits: largestInt64, exponent: 0, format };
  let digits = magnitude;
  let exponent = power;
  if (exponent < -9) {
    // A divisor with more digits than the number, however many, rounds to 1.
    digits = divideUp(digits, tenTo(Math.min(-9 - exponent, length)));
    exponent = -9;
  }
  if (compareScaled(digits, exponent, largestInt64, 0) > 0)
    return { digits: largestInt64, exponent: 0, format };
  const belowOne = format === 'BinarySI' && compareScaled(digits, exponent, 1n, 0) < 0;
  return { digits, exponent, format: belowOne ? 'DecimalSI' : format };
}

/** Upstream writes these texts back as they came, although some (1.500) are not canonical. */
function isCanonicalText(whole: string, fraction: string, suffix: Suffix): boolean {
  const shifted = whole + fraction;
  if (suffix.format === 'BinarySI') {
    if (fraction !== '' || 15 - whole.length - Math.trunc((suffix.power * 3) / 10) - 1 < 0) return false;
    return (BigInt(whole) & 7n) !== 0n;
  }
  const scale = suffix.power - fraction.length;
  if (shifted.length > 18 || scale < -9) return false;
  return scale % 3 === 0 && !shifted.endsWith('000') && shifted[0] !== '0';
}

const divideUp = (a: bigint, b: bigint): bigint => (a % b === 0n ? a / b : a / b + (a < 0n ? -1n : 1n));

function compareScaled(a: bigint, aExponent: number, b: bigint, bExponent: number): number {
  const least = Math.min(aExponent, bExponent);
  const left = a * tenTo(aExponent - least);
  const right = b * tenTo(bExponent - least);
  return left < right ? -1 : left > right ? 1 : 0;
}

export const compareQuantity = (a: Quantity, b: Quantity): number =>
  compareScaled(a.digits, a.exponent, b.digits, b.exponent);

/** -1, 0 or 1. */
export const signOf = (q: Quantity): number => (q.digits < 0n ? -1 : q.digits > 0n ? 1 : 0);

/** The sum, in the format of `a` unless `a` is zero. */
export function addQuantity(a: Quantity, b: Quantity): Quantity {
  const exponent = Math.min(a.exponent, b.exponent);
  const digits = a.digits * tenTo(a.exponent - exponent) + b.digits * tenTo(b.exponent - exponent);
  return { digits, exponent, format: a.digits === 0n ? b.format : a.format };
}

export const negateQuantity = (q: Quantity): Quantity => ({
  digits: -q.digits,
  exponent: q.exponent,
  format: q.format,
});

export const subtractQuantity = (a: Quantity, b: Quantity): Quantity => {
  const difference = addQuantity(a, negateQuantity(b));
  return a.digits === 0n ? { ...difference, format: b.format } : difference;
};

/** value × 10^power as a quantity, e.g. quantityOf(250, 'DecimalSI', -3) is 250m. */
export const quantityOf = (
  value: number | bigint,
  format: QuantityFormat = 'DecimalSI',
  power = 0,
): Quantity => ({
  digits: BigInt(value),
  exponent: power,
  format,
});

/** The canonical text: no fraction, and the largest suffix without loss of precision. */
export function formatQuantity(q: Quantity): string {
  if (q.text !== undefined) return q.text;
  if (q.digits === 0n) return '0';
  const small = compareScaled(abs(q.digits), q.exponent, 1024n, 0) < 0;
  const whole = q.exponent >= 0 || q.digits % tenTo(-q.exponent) === 0n;
  if (q.format === 'BinarySI' && !small && whole) return formatBinary(q);
  return formatDecimal(q, q.format === 'DecimalExponent');
}

const abs = (n: bigint): bigint => (n < 0n ? -n : n);

function formatBinary(q: Quantity): string {
  let value = q.exponent >= 0 ? q.digits * tenTo(q.exponent) : q.digits / tenTo(-q.exponent);
  let power = 0;
  while (power < 6 && value % 1024n === 0n) {
    value /= 1024n;
    power++;
  }
  return `${value}${binarySuffixes[power]}`;
}

function formatDecimal(q: Quantity, asExponent: boolean): string {
  let { digits, exponent } = q;
  while (digits % 10n === 0n) {
    digits /= 10n;
    exponent++;
  }
  const excess = ((exponent % 3) + 3) % 3;
  digits *= tenTo(excess);
  exponent -= excess;
  if (exponent === 0) return `${digits}`;
  const suffix = asExponent ? undefined : decimalSuffix.get(exponent);
  return `${digits}${suffix ?? `e${exponent}`}`;
}

/** `1000m` becomes `1`, `1024Mi` becomes `1Gi`. Throws QuantityError. */
export const canonicalQuantity = (text: string): string => formatQuantity(parseQuantity(text));

function unitsOf(q: Quantity, power: number): bigint {
  const shift = q.exponent - power;
  return shift >= 0 ? q.digits * tenTo(shift) : divideUp(q.digits, tenTo(-shift));
}

/** The amount in units of 10^power, rounded away from zero. It fits an int64. */
export function scaledValue(q: Quantity, power: number): number {
  const value = Number(unitsOf(q, power));
  return Math.max(-largestFloat, Math.min(largestFloat, value));
}

const thousandths: Readonly<Record<string, number>> = Object.fromEntries([
  ...['m', '', 'k', 'M', 'G', 'T'].map((suffix, i) => [suffix, 1000 ** i]),
  ...['Ki', 'Mi', 'Gi', 'Ti'].map((suffix, i) => [suffix, 1000 * 1024 ** (i + 1)]),
]);

/** Plain digits and a common suffix as a safe integer of thousandths; -1 when the text needs the exact way. */
function quickThousandths(text: string): number {
  let value = 0;
  let at = 0;
  for (; at < text.length; at++) {
    const digit = text.charCodeAt(at) - 48;
    if (digit < 0 || digit > 9) break;
    value = value * 10 + digit;
  }
  if (at === 0 || at > 15) return -1;
  const unit = at === text.length ? 1000 : (thousandths[text.slice(at)] ?? -1);
  const result = value * unit;
  return result <= Number.MAX_SAFE_INTEGER ? result : -1;
}

/** Thousandths, rounded up: cpu in millicores. Throws QuantityError. */
export function milliValue(q: string | Quantity): number {
  if (typeof q !== 'string') return scaledValue(q, -3);
  const quick = quickThousandths(q);
  return quick >= 0 ? quick : scaledValue(parseQuantity(q), -3);
}

/** Whole units, rounded up: bytes, counts. Throws QuantityError. */
export function wholeValue(q: string | Quantity): number {
  if (typeof q !== 'string') return scaledValue(q, 0);
  const quick = quickThousandths(q);
  return quick >= 0 ? Math.ceil(quick / 1000) : scaledValue(parseQuantity(q), 0);
}

/** The same, exactly. */
export const wholeUnits = (q: Quantity): bigint => unitsOf(q, 0);

/** As a float, for ratios only. */
export const approximate = (q: string | Quantity): number => {
  const exact = typeof q === 'string' ? parseQuantity(q) : q;
  return Number(exact.digits) * 10 ** exact.exponent;
};
