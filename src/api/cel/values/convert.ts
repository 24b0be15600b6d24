// Conversions between the types of values: int(), string() and so on, with upstream's errors.

import { Duration, floorDivide, parseDuration, parseTimestamp, Timestamp } from './time.ts';
import { CelError, type Result, typeOfValue, Uint, type Value } from './value.ts';

const maximumInt = 2n ** 63n - 1n;
const minimumInt = -(2n ** 63n);
const maximumUint = 2n ** 64n - 1n;
const second = 1_000_000_000n;

export const intOverflow = new CelError('integer overflow');
export const uintOverflow = new CelError('unsigned integer overflow');

export const intOf = (n: bigint): Result => (n > maximumInt || n < minimumInt ? intOverflow : n);
export const uintOf = (n: bigint): Result => (n < 0n || n > maximumUint ? uintOverflow : new Uint(n));

const conversionError = (value: Value, to: string): CelError =>
  new CelError(`type conversion error from '${typeOfValue(value).name}' to '${to}'`);

export function toInt(value: Value): Result {
  if (typeof value === 'bigint') return value;
  if (value instanceof Uint) return intOf(value.value);
  if (typeof value === 'number') {
    return Number.isNaN(value) || value <= -(2 ** 63) || value >= 2 ** 63
      ? intOverflow
      : BigInt(Math.trunc(value));
  }
  if (value instanceof Timestamp) return floorDivide(value.nanoseconds, second);
  if (value instanceof Duration) return value.nanoseconds;
  if (typeof value !== 'string' || !isDigits(value)) return conversionError(value, 'int');
  const n = BigInt(value.startsWith('+') ? value.slice(1) : value);
  return n > maximumInt || n < minimumInt ? conversionError(value, 'int') : n;
}

const isDigits = (text: string): boolean => text.length <= 64 && /^[+-]?\d+$/.test(text);

export function toUint(value: Value): Result {
  if (value instanceof Uint) return value;
  if (typeof value === 'bigint') return uintOf(value);
  if (typeof value === 'number') {
    return Number.isNaN(value) || value < 0 || value >= 2 ** 64
      ? uintOverflow
      : new Uint(BigInt(Math.trunc(value)));
  }
  if (typeof value !== 'string' || !isDigits(value) || /^[+-]/.test(value))
    return conversionError(value, 'uint');
  const n = BigInt(value);
  return n > maximumUint ? conversionError(value, 'uint') : new Uint(n);
}

export function toDouble(value: Value): Result {
  if (typeof value === 'number') return value;
  if (typeof value === 'bigint') return Number(value);
  if (value instanceof Uint) return Number(value.value);
  if (typeof value !== 'string' || value.length > 1024) return conversionError(value, 'double');
  const special = /^([+-]?)(?:(nan)|inf(?:inity)?)$/i.exec(value);
  if (special !== null)
    return special[2] !== undefined ? Number.NaN : special[1] === '-' ? -Infinity : Infinity;
  if (!/^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/.test(value)) return conversionError(value, 'double');
  const n = Number(value);
  return Number.isFinite(n) ? n : conversionError(value, 'double');
}

export function toText(value: Value): Result {
  switch (typeof value) {
    case 'string':
      return value;
    case 'boolean':
    case 'bigint':
      return String(value);
    case 'number':
      return showDouble(value);
  }
  if (value instanceof Uint) return String(value.value);
  if (value instanceof Uint8Array) {
    try {
      return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(value);
    } catch {
      return new CelError('invalid UTF-8 in bytes, cannot convert to string');
    }
  }
  if (value instanceof Timestamp || value instanceof Duration) return value.toString();
  return conversionError(value, 'string');
}

/** As Go's strconv.FormatFloat(f, 'g', -1, 64): an exponent from 10^6 on and below 10^-4. */
export function showDouble(n: number): string {
  if (Number.isNaN(n)) return 'NaN';
  if (!Number.isFinite(n)) return n > 0 ? '+Inf' : '-Inf';
  if (n === 0) return Object.is(n, -0) ? '-0' : '0';
  const [mantissa = '', exponent = '0'] = n.toExponential().split('e');
  const power = Number(exponent);
  if (power >= -4 && power < 6) return plain(mantissa, power);
  return `${mantissa}e${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(2, '0')}`;
}

function plain(mantissa: string, power: number): string {
  const negative = mantissa.startsWith('-') ? '-' : '';
  const digits = mantissa.replace('-', '').replace('.', '');
  if (power < 0) return `${negative}0.${'0'.repeat(-power - 1)}${digits}`;
  if (digits.length <= power + 1) return `${negative}${digits.padEnd(power + 1, '0')}`;
  return `${negative}${digits.slice(0, power + 1)}.${digits.slice(power + 1)}`;
}

export function toBool(value: Value): Result {
  if (typeof value === 'boolean') return value;
  if (typeof value === 'string') {
    if (['1', 't', 'T', 'TRUE', 'true', 'True'].includes(value)) return true;
    if (['0', 'f', 'F', 'FALSE', 'false', 'False'].includes(value)) return false;
  }
  return conversionError(value, 'bool');
}

export function toBytes(value: Value): Result {
  if (value instanceof Uint8Array) return value;
  return typeof value === 'string' ? new TextEncoder().encode(value) : conversionError(value, 'bytes');
}

export function toTimestamp(value: Value): Result {
  if (value instanceof Timestamp) return value;
  if (typeof value === 'bigint') return Timestamp.of(value * second);
  if (typeof value === 'string')
    return parseTimestamp(value) ?? conversionError(value, 'google.protobuf.Timestamp');
  return conversionError(value, 'google.protobuf.Timestamp');
}

export function toDuration(value: Value): Result {
  if (value instanceof Duration) return value;
  if (typeof value === 'bigint') return Duration.of(value);
  if (typeof value === 'string')
    return parseDuration(value) ?? conversionError(value, 'google.protobuf.Duration');
  return conversionError(value, 'google.protobuf.Duration');
}
